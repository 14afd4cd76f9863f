/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "output-table.h"

#include <errno.h>
#include <libsmartcols/libsmartcols.h>
#include <stdio.h>
#include <string.h>

static void table_unrefp(struct libscols_table **table) {
        scols_unref_table(*table);
}

static void free_lines(struct libscols_line ***lines) {
        free((void *) *lines);
}

const char *output_color_of(const char *word) {
        static const struct {
                const char *word;
                const char *color;
        } colors[] = {
                { "settled", "\033[32m" }, { "same", "\033[32m" },     { "idle", "\033[32m" },
                { "busy", "\033[33m" },    { "dirty", "\033[33m" },    { "warning", "\033[33m" },
                { "failed", "\033[31m" },  { "error", "\033[31m" },    { "missing", "\033[31m" },
                { "changed", "\033[33m" }, { "degraded", "\033[31m" }, { "foreign", "\033[33m" },
                { "builtin", "\033[90m" },
        };

        for (size_t i = 0; i < ELEMENTSOF(colors); i++) {
                if (strcmp(colors[i].word, word) == 0)
                        return colors[i].color;
        }

        return "";
}

static int append_cell(const Value *row, const Column *column, const TableStyle *style,
                       Buffer *text) {
        const Value *value = value_find(row, column->key);

        buffer_clear(text);
        if (value && value->kind != VALUE_NOTHING) {
                if (column->format)
                        column->format(value, text);
                else
                        cell_plain(value, text);
        }
        if (text->size == 0)
                buffer_append_string(text, style->terminal.is_utf8 ? "\u2014" : "-");
        buffer_append_byte(text, '\0');
        return buffer_error(text);
}

static int add_columns(struct libscols_table *table, const Column *columns) {
        for (; columns->key; columns++) {
                int flags = 0;

                if (columns->flags & COLUMN_RIGHT)
                        flags |= SCOLS_FL_RIGHT;
                if (columns->flags & COLUMN_SHORTEN)
                        flags |= SCOLS_FL_TRUNC;
                if (columns->flags & COLUMN_WRAP)
                        flags |= SCOLS_FL_WRAP;
                if (columns->flags & COLUMN_TREE)
                        flags |= SCOLS_FL_TREE;
                if (!scols_table_new_column(table, columns->header, 0, flags))
                        return -ENOMEM;
        }

        return 0;
}

static int fill_line(struct libscols_line *line, const Value *row, const Column *columns,
                     const TableStyle *style) {
        _cleanup_buffer_ Buffer text = {};
        int r;

        for (size_t i = 0; columns[i].key; i++) {
                const char *color;

                r = append_cell(row, &columns[i], style, &text);
                if (r >= 0)
                        r = scols_line_set_data(line, i, text.data);
                if (r < 0)
                        return r;

                color = columns[i].flags & COLUMN_STATE ? output_color_of(text.data) : "";
                if (color[0] != '\0')
                        (void) scols_cell_set_color(scols_line_get_cell(line, i), color);
        }

        return 0;
}

static int add_rows(struct libscols_table *table, const Value *rows, const Column *columns,
                    const TableStyle *style) {
        _cleanup_(free_lines) struct libscols_line **lines = NULL;
        int r;

        lines = calloc(rows->count + 1, sizeof(*lines));
        if (!lines)
                return -ENOMEM;

        for (size_t i = 0; i < rows->count; i++) {
                const Value *parent = value_find(&rows->items[i], "parent");

                lines[i] = scols_table_new_line(
                        table, parent && parent->number < i ? lines[parent->number] : NULL);
                if (!lines[i])
                        return -ENOMEM;
                r = fill_line(lines[i], &rows->items[i], columns, style);
                if (r < 0)
                        return r;
        }

        return 0;
}

int output_table(const Value *rows, const Column *columns, const TableStyle *style) {
        _cleanup_(table_unrefp) struct libscols_table *table = scols_new_table();
        bool is_shortened = style->terminal.width > 0 && !style->is_full;
        int r;

        if (!table)
                return -ENOMEM;

        /* Standard output may be a pager by now. */
        (void) scols_table_set_termforce(table, is_shortened ? SCOLS_TERMFORCE_ALWAYS
                                                             : SCOLS_TERMFORCE_NEVER);
        if (is_shortened)
                (void) scols_table_set_termwidth(table, style->terminal.width);
        (void) scols_table_enable_noheadings(table, !style->has_legend);
        (void) scols_table_enable_colors(table, style->terminal.has_colors);
        (void) scols_table_enable_ascii(table, !style->terminal.is_utf8);

        r = add_columns(table, columns);
        if (r >= 0)
                r = add_rows(table, rows, columns, style);
        if (r < 0)
                return r;
        return scols_print_table(table);
}

int output_lines(const Value *record, const Column *columns, const TableStyle *style) {
        _cleanup_buffer_ Buffer text = {};
        int width = 0, r;

        for (const Column *column = columns; column->key; column++) {
                if (value_find(record, column->key) && width < (int) strlen(column->header))
                        width = (int) strlen(column->header);
        }

        for (const Column *column = columns; column->key; column++) {
                const char *color = "";

                if (!value_find(record, column->key))
                        continue;
                r = append_cell(record, column, style, &text);
                if (r < 0)
                        return r;
                if (style->terminal.has_colors && column->flags & COLUMN_STATE)
                        color = output_color_of(text.data);
                printf("%*s: %s%s%s\n", width, column->header, color, text.data,
                       color[0] != '\0' ? "\033[0m" : "");
        }

        return 0;
}
