/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model-script.h"

#include <elf.h>
#include <stdlib.h>

#include "module-name.h"
#include "script.h"
#include "test-case.h"

#define LIST_MAX 64

/* What is known of a module before its lists get the one block that they lie in. */
typedef struct Draft {
        Export exports[LIST_MAX];
        Import imports[LIST_MAX];
        StringId aliases[LIST_MAX], softdeps[LIST_MAX], weakdeps[LIST_MAX];
        uint32_t n_exports, n_imports, n_aliases, n_softdeps, n_weakdeps;
} Draft;

static StringId intern(Tree *tree, const char *string) {
        StringId id;

        assert_int_equal(string_table_intern(tree->strings, string, strlen(string), &id), 0);
        return id;
}

static void add_module(Tree *tree, const char *path) {
        _cleanup_buffer_ Buffer name = {};

        assert_int_equal(module_name_from_path(path, strlen(path), &name), 0);
        buffer_append_byte(&name, '\0');
        assert_int_equal(buffer_error(&name), 0);
        assert_int_equal(
                tree_add(tree, intern(tree, name.data), intern(tree, path), path[0] == '/'), 0);
}

static void add_export(Tree *tree, Draft *draft, ScriptLine *line) {
        uint64_t crc = 0;

        assert_true(draft->n_exports < LIST_MAX);
        (void) script_take_number(line, &crc);
        draft->exports[draft->n_exports++] =
                (Export){ .name = intern(tree, line->text) & STRING_ID_MASK,
                          .is_crc_wide = crc > UINT32_MAX,
                          .crc = crc > UINT32_MAX ? 0 : (uint32_t) crc };
}

static void add_import(Tree *tree, Draft *draft, ScriptLine *line, bool is_weak) {
        bool is_dotted = line->text[0] == '.', has_crc;
        uint64_t crc = 0;

        assert_true(draft->n_imports < LIST_MAX);
        has_crc = script_take_number(line, &crc);
        draft->imports[draft->n_imports++] =
                (Import){ .name = intern(tree, line->text + is_dotted) & STRING_ID_MASK,
                          .is_weak = is_weak,
                          .is_dotted = is_dotted,
                          .has_crc = has_crc,
                          .is_crc_wide = crc > UINT32_MAX,
                          .crc = crc > UINT32_MAX ? 0 : (uint32_t) crc };
}

static void add_text(Tree *tree, StringId *list, uint32_t *count, const char *text) {
        assert_true(*count < LIST_MAX);
        list[(*count)++] = intern(tree, text);
}

static void add_line(Tree *tree, Draft *draft, ScriptLine *line) {
        Module *module = &tree->modules[tree->count - 1];

        if (script_is(line, "export"))
                add_export(tree, draft, line);
        else if (script_is(line, "need"))
                add_import(tree, draft, line, false);
        else if (script_is(line, "weak"))
                add_import(tree, draft, line, true);
        else if (script_is(line, "alias"))
                add_text(tree, draft->aliases, &draft->n_aliases, line->text);
        else if (script_is(line, "softdep"))
                add_text(tree, draft->softdeps, &draft->n_softdeps, line->text);
        else if (script_is(line, "weakdep"))
                add_text(tree, draft->weakdeps, &draft->n_weakdeps, line->text);
        else if (script_is(line, "vermagic"))
                module->vermagic = intern(tree, line->text);
        else if (script_is(line, "machine"))
                module->machine = (ModuleMachine){ .machine = (uint16_t) atoi(line->text),
                                                   .class = ELFCLASS64,
                                                   .byte_order = ELFDATA2LSB };
        else
                fail_msg("no keyword of a model: %s", line->keyword);
}

static void append(char **end, const void *items, size_t size) {
        memcpy(*end, items, size);
        *end += size;
}

static void finish_module(Module *module, const Draft *draft) {
        char *end;

        assert_int_equal(module_lists_new(&module->lists, sizeof(Draft) / sizeof(uint32_t)), 0);
        end = (char *) module->lists->words;
        module->n_exports = draft->n_exports;
        append(&end, draft->exports, draft->n_exports * sizeof(Export));
        module->n_imports = draft->n_imports;
        append(&end, draft->imports, draft->n_imports * sizeof(Import));
        module->n_aliases = draft->n_aliases;
        append(&end, draft->aliases, draft->n_aliases * sizeof(StringId));
        module->n_softdeps = draft->n_softdeps;
        append(&end, draft->softdeps, draft->n_softdeps * sizeof(StringId));
        module->n_weakdeps = draft->n_weakdeps;
        append(&end, draft->weakdeps, draft->n_weakdeps * sizeof(StringId));
}

void model_script_add(Tree *tree, const char *script) {
        ScriptLine line;
        Draft draft = {};
        bool is_module = false;

        while (script_next(&script, &line)) {
                if (script_is(&line, "module")) {
                        if (is_module)
                                finish_module(&tree->modules[tree->count - 1], &draft);
                        draft = (Draft){};
                        add_module(tree, line.text);
                        is_module = true;
                } else {
                        assert_true(is_module);
                        add_line(tree, &draft, &line);
                }
        }

        if (is_module)
                finish_module(&tree->modules[tree->count - 1], &draft);
}

void model_script_link(Model *model, const char *script) {
        assert_int_equal(model_init(model, "/m/1.0"), 0);
        model_script_add(&model->tree, script);
        assert_int_equal(model_link(model), 0);
}
