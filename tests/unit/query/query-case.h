/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lookup.h"
#include "model-script.h"
#include "test-case.h"

/* A model and its lookup, set up and torn down for each test. */
typedef struct QueryCase {
        Model model;
        Lookup *lookup;
} QueryCase;

static inline void query_case_done(QueryCase *query) {
        lookup_free(query->lookup);
        model_done(&query->model);
}

#define _cleanup_query_case_ _cleanup_(query_case_done)

static inline void add_builtin_names(Model *model, const char *lines) {
        assert_int_equal(builtin_parse_names(&model->builtin, &model->tree, lines, strlen(lines)),
                         0);
}

/* "module.alias=TEXT", each on a line of its own instead of ended by a NUL. */
static inline void add_builtin_aliases(Model *model, const char *lines) {
        _cleanup_buffer_ Buffer records = {};

        buffer_append_string(&records, lines);
        assert_int_equal(buffer_error(&records), 0);
        for (size_t i = 0; i < records.size; i++)
                records.data[i] = records.data[i] == '\n' ? '\0' : records.data[i];
        assert_int_equal(
                builtin_parse_modinfo(&model->builtin, &model->tree, records.data, records.size),
                0);
}

static inline void query_case_start(QueryCase *query) {
        assert_int_equal(lookup_new(&query->lookup, &query->model, NULL), 0);
}

static inline void query_case_init(QueryCase *query, const char *script) {
        model_script_link(&query->model, script);
        query_case_start(query);
}

static inline uint32_t query_case_find(const QueryCase *query, const char *name) {
        uint32_t module;

        assert_int_equal(lookup_find_name(query->lookup, name, &module), 0);
        return module;
}

/* "name path bits" of each, on lines of their own. */
static inline void assert_found(const FoundModules *found, const char *expected) {
        _cleanup_buffer_ Buffer text = {};

        for (size_t i = 0; i < found->count; i++)
                buffer_append_format(&text, "%s %s %u\n", found->items[i].name,
                                     found->items[i].path, found->items[i].bits);
        assert_text(&text, expected);
}
