/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "candidate-record.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "array.h"

/* What has been parsed of the candidate that was begun last. */
typedef struct Parser {
        Candidates *candidates;
        Candidate *candidate;  /* NULL: none was begun */
        CandidateExport *last; /* that a namespace is about; NULL: none */
        bool is_sorted;        /* the exports: when the first one is told more of */
        bool is_whole;
} Parser;

void candidate_put(Buffer *record, char what, const char *text, size_t size) {
        buffer_append_byte(record, (uint8_t) what);
        buffer_append(record, text, strnlen(text, size));
        buffer_append_byte(record, '\0');
}

void candidate_put_symbol(Buffer *record, char what, bool has_crc, uint32_t crc, const char *name,
                          size_t size) {
        if (has_crc)
                buffer_append_format(record, "%c%08x ", what, crc);
        else
                buffer_append_format(record, "%c- ", what);
        buffer_append(record, name, strnlen(name, size));
        buffer_append_byte(record, '\0');
}

void candidate_put_error(Buffer *record, int error, const char *reason) {
        buffer_append_format(record, "E%d %s", error, reason ? reason : "");
        buffer_append_byte(record, '\0');
}

void candidate_put_machine(Buffer *record, unsigned machine, unsigned class, unsigned byte_order) {
        buffer_append_format(record, "m%u %u %u", machine, class, byte_order);
        buffer_append_byte(record, '\0');
}

static int compare_exports(const void *x, const void *y) {
        return strcmp(((const CandidateExport *) x)->name, ((const CandidateExport *) y)->name);
}

static void sort_exports(Parser *parser) {
        if (parser->candidate && !parser->is_sorted && parser->candidate->n_exports > 0)
                qsort(parser->candidate->exports, parser->candidate->n_exports,
                      sizeof(CandidateExport), compare_exports);
        parser->is_sorted = true;
}

static int begin(Parser *parser, const char *path) {
        Candidates *list = parser->candidates;

        sort_exports(parser);
        if (ARRAY_RESERVE(list->items, list->capacity, list->count + 1) < 0)
                return -ENOMEM;

        parser->candidate = &list->items[list->count++];
        *parser->candidate = (Candidate){ .path = path, .compression = "" };
        parser->last = NULL;
        parser->is_sorted = false;
        return 0;
}

static int add_text(const char ***texts, size_t *count, size_t *capacity, const char *text) {
        if (array_reserve((void **) texts, capacity, *count + 1, sizeof(**texts)) < 0)
                return -ENOMEM;

        (*texts)[(*count)++] = text;
        return 0;
}

/* "12345678 name" or "- name" */
static int take_crc(const char *text, bool *ret_has_crc, uint32_t *ret_crc, const char **ret_name) {
        char *end;
        unsigned long crc = 0;

        *ret_has_crc = text[0] != '-';
        if (*ret_has_crc) {
                crc = strtoul(text, &end, 16);
                if (end != text + 8)
                        return -EBADMSG;
        } else {
                end = (char *) text + 1;
        }
        if (*end != ' ')
                return -EBADMSG;

        *ret_crc = (uint32_t) crc;
        *ret_name = end + 1;
        return 0;
}

static int add_import(Candidate *candidate, char what, const char *text) {
        CandidateImport import = { .is_weak = what == 'w', .is_version_only = what == 'v' };
        int r;

        r = take_crc(text, &import.has_crc, &import.crc, &import.name);
        if (r < 0)
                return r;
        if (ARRAY_RESERVE(candidate->imports, candidate->imports_capacity,
                          candidate->n_imports + 1) < 0)
                return -ENOMEM;

        candidate->has_versions |= import.has_crc;
        candidate->imports[candidate->n_imports++] = import;
        return 0;
}

static int add_export(Parser *parser, const char *text) {
        Candidate *candidate = parser->candidate;
        CandidateExport export = { .namespace = "" };
        int r;

        r = take_crc(text, &export.has_crc, &export.crc, &export.name);
        if (r < 0)
                return r;
        if (ARRAY_RESERVE(candidate->exports, candidate->exports_capacity,
                          candidate->n_exports + 1) < 0)
                return -ENOMEM;

        candidate->exports[candidate->n_exports++] = export;
        parser->is_sorted = false;
        parser->last = NULL;
        return 0;
}

static int tell_export(Parser *parser, char what, const char *name) {
        sort_exports(parser);
        parser->last = (CandidateExport *) candidate_find_export(parser->candidate, name);
        if (parser->last)
                parser->last->kind = what == 'g' ? CANDIDATE_EXPORT_GPL : CANDIDATE_EXPORT_ANY;
        return 0;
}

static int set_machine(Candidate *candidate, const char *text) {
        unsigned machine, class, byte_order;

        if (sscanf(text, "%5u %3u %3u", &machine, &class, &byte_order) != 3)
                return -EBADMSG;

        candidate->machine = (uint16_t) machine;
        candidate->class = (uint8_t) class;
        candidate->byte_order = (uint8_t) byte_order;
        return 0;
}

static int set_error(Candidate *candidate, const char *text) {
        char *end;
        long error = strtol(text, &end, 10);

        if (error <= 0 || error > 4095 || *end != ' ')
                return -EBADMSG;

        candidate->error = (int) error;
        candidate->reason = end[1] != '\0' ? end + 1 : NULL;
        return 0;
}

/* What belongs to a candidate that was begun. */
static int take_line(Parser *parser, char what, const char *text) {
        Candidate *candidate = parser->candidate;

        switch (what) {
        case 'E':
                return set_error(candidate, text);
        case 'm':
                return set_machine(candidate, text);
        case 'i':
        case 'w':
        case 'v':
                return add_import(candidate, what, text);
        case 'x':
                return add_export(parser, text);
        case 'a':
        case 'g':
                return tell_export(parser, what, text);
        case 'n':
                if (parser->last)
                        parser->last->namespace = text;
                return 0;
        case 'A':
                return add_text(&candidate->aliases, &candidate->n_aliases,
                                &candidate->aliases_capacity, text);
        case 'N':
                return add_text(&candidate->namespaces, &candidate->n_namespaces,
                                &candidate->namespaces_capacity, text);
        case 'k':
                candidate->compression = text;
                return 0;
        case 'V':
                candidate->vermagic = text;
                return 0;
        case 'L':
                candidate->license = text;
                return 0;
        case 'G':
                candidate->signer = text;
                return 0;
        default:
                return -EBADMSG;
        }
}

int candidates_parse(Candidates *candidates, const char *record, size_t size) {
        Parser parser = { .candidates = candidates };
        const char *end;
        int r = 0;

        if (size == 0 || record[size - 1] != '\0')
                return -EBADMSG;
        end = record + size;

        while (r >= 0 && record < end && !parser.is_whole) {
                const char *text = record + (record[0] != '\0');

                if (record[0] == 'Z')
                        parser.is_whole = true;
                else if (record[0] == 'M')
                        r = begin(&parser, text);
                else
                        r = parser.candidate ? take_line(&parser, record[0], text) : -EBADMSG;
                record = text + strlen(text) + 1;
        }
        if (r < 0)
                return r;

        sort_exports(&parser);
        return parser.is_whole && record == end ? 0 : -EBADMSG;
}
