/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>

#include "cell.h"
#include "terminal.h"
#include "value.h"

/*
 * Rows as a table or a tree on standard output. This and output-json are the only ones that know
 * the libraries that print.
 */
enum {
        COLUMN_RIGHT = 1 << 0,   /* numbers */
        COLUMN_SHORTEN = 1 << 1, /* what is cut when the terminal is too narrow */
        COLUMN_TREE = 1 << 2,    /* rows hang below the row whose index their "parent" is */
        COLUMN_STATE = 1 << 3,   /* coloured by the word that it holds */
        COLUMN_WRAP = 1 << 4,    /* sentences: go on in the next line instead */
};

typedef struct Column {
        const char *key; /* of the row; NULL: the end */
        const char *header;
        unsigned flags;
        CellFormat format; /* NULL: cell_plain() */
} Column;

typedef struct TableStyle {
        Terminal terminal;
        bool has_legend;
        bool is_full;
} TableStyle;

/* A list of records. A parent stands before its children. 0 or a negative errno. */
int output_table(const Value *rows, const Column *columns, const TableStyle *style);

/*
 * One record as lines of "header: value", the headers to the right, without those that it does not
 * have.
 */
int output_lines(const Value *record, const Column *columns, const TableStyle *style);

/* What surrounds a coloured word; "" if it has none. */
const char *output_color_of(const char *word);
