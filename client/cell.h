/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "buffer.h"
#include "value.h"

/*
 * How single values are shown to people. All append text to a buffer; nothing for what is absent,
 * empty or "not yet", for which a table has a dash.
 */
typedef void (*CellFormat)(const Value *value, Buffer *text);

/* Texts and numbers as they are, yes or no, the members of a list with commas between them. */
void cell_plain(const Value *value, Buffer *text);

/* A generation, of which 0 is none yet. */
void cell_generation(const Value *value, Buffer *text);

/* Microseconds since 1970 as local time. */
void cell_time(const Value *value, Buffer *text);

/* Bytes as "12.3K". */
void cell_size(const Value *value, Buffer *text);

void cell_crc(const Value *value, Buffer *text);

/* What makes an edge of the graph: DEPMOD1_EDGE_… as words. */
void cell_edges(const Value *value, Buffer *text);

/* Text of foreign files goes to a terminal without what could command it: "\x1b" for such bytes. */
void cell_append_safe(const char *string, size_t size, Buffer *text);
