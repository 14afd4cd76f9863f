/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "index-read.h"

/*
 * A view shows the parts of one node in the bytes of a file. All of it has been checked to lie
 * inside the file, prefix and values to be terminated; nothing is known of the nodes that it points
 * to.
 */
typedef struct NodeView {
        uint32_t offset;
        size_t size;
        const char *prefix; /* "" if it has none */
        size_t prefix_size;
        const uint8_t *children; /* pointers, some of them 0 */
        uint32_t n_children;
        uint8_t first_byte;
        const uint8_t *values;
        uint32_t n_values;
} NodeView;

/*
 * The budget is how many bytes of nodes may still be read in one lookup. It ends a lookup in a file
 * whose nodes point to each other in circles, in time proportional to the budget at the beginning.
 * 0 or -EBADMSG.
 */
int node_view_read(NodeView *view, const IndexReader *reader, uint32_t pointer, uint64_t *budget);

/* The pointer to a child, or 0. */
uint32_t node_view_child(const NodeView *view, uint8_t byte);

/* Reads the value at view->values or what the last call returned; returns where the next one is. */
const uint8_t *node_view_value(const uint8_t *at, IndexValue *ret_value);
