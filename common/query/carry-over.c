/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "carry-over.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "analysis.h"
#include "array.h"
#include "known-symbols.h"
#include "majority.h"

#define REASONS_MAX 8 /* for one module: enough to see what it lacks */
#define NOT_CARRIED UINT32_MAX

typedef struct Carrying {
        const Model *old;
        const Lookup *new;
        const char *release; /* of the new kernel */
        KnownSymbols old_symbols;
        KnownSymbols new_symbols;
        bool is_new_kernel_known;
        Majority majority;
        uint32_t *carried_of; /* by module of the old kernel */
        CarryOver over;
} Carrying;

void carry_over_done(CarryOver *over) {
        for (size_t i = 0; i < over->n_reasons; i++)
                free(over->reasons[i].detail);
        free(over->items);
        free(over->reasons);
        *over = (CarryOver){};
}

const char *carry_verdict_code(CarryVerdict verdict) {
        static const char *const codes[] = { [CARRY_LOADS] = "loads",
                                             [CARRY_PRESENT] = "present",
                                             [CARRY_UNKNOWN] = "unknown",
                                             [CARRY_FAILS] = "fails" };

        return codes[verdict];
}

const char *carry_reason_code(CarryReasonKind kind) {
        static const char *const codes[] = { [CARRY_MACHINE] = "wrong-machine",
                                             [CARRY_VERMAGIC] = "vermagic-mismatch",
                                             [CARRY_SYMBOL_MISSING] = "unresolved-symbol",
                                             [CARRY_SYMBOL_CRC] = "crc-mismatch",
                                             [CARRY_SYMBOL_UNKNOWN] = "unknown-symbol",
                                             [CARRY_NEEDS] = "dependency" };

        return codes[kind];
}

static void carrying_done(Carrying *carrying) {
        known_symbols_done(&carrying->old_symbols);
        known_symbols_done(&carrying->new_symbols);
        free(carrying->carried_of);
        carry_over_done(&carrying->over);
}

static bool comes_with_kernel(const char *path) {
        const char *directory = "kernel/";

        return strncmp(path, directory, strlen(directory)) == 0;
}

static int gather(Carrying *carrying) {
        CarryOver *over = &carrying->over;
        uint32_t found;
        int r;

        over->items = calloc(carrying->old->tree.count + 1, sizeof(Carried));
        carrying->carried_of = calloc(carrying->old->tree.count + 1, sizeof(uint32_t));
        if (!over->items || !carrying->carried_of)
                return -ENOMEM;

        for (uint32_t m = 0; m < carrying->old->tree.count; m++) {
                carrying->carried_of[m] = NOT_CARRIED;
                if (comes_with_kernel(tree_module_path(&carrying->old->tree, m)))
                        continue;
                r = lookup_find_name(carrying->new, tree_module_name(&carrying->old->tree, m),
                                     &found);
                if (r < 0)
                        return r;
                carrying->carried_of[m] = (uint32_t) over->count;
                over->items[over->count++] =
                        (Carried){ .module = m, .verdict = r == 0 ? CARRY_PRESENT : CARRY_LOADS };
        }

        return 0;
}

/* Makes the verdict not better than what the reason is worth. */
static int add_reason(Carrying *carrying, uint32_t carried, CarryReasonKind kind,
                      const char *symbol, const char *detail) {
        CarryOver *over = &carrying->over;
        CarryVerdict verdict = kind == CARRY_SYMBOL_UNKNOWN ? CARRY_UNKNOWN : CARRY_FAILS;
        unsigned n = 0;
        char *copy;

        if (over->items[carried].verdict < verdict && kind != CARRY_NEEDS)
                over->items[carried].verdict = verdict;
        for (size_t i = 0; i < over->n_reasons; i++)
                n += over->reasons[i].carried == carried;
        if (n >= REASONS_MAX)
                return 0;

        if (ARRAY_RESERVE(over->reasons, over->capacity, over->n_reasons + 1) < 0)
                return -ENOMEM;
        copy = strdup(detail);
        if (!copy)
                return -ENOMEM;
        over->reasons[over->n_reasons++] =
                (CarryReason){ .carried = carried, .kind = kind, .symbol = symbol, .detail = copy };
        return 0;
}

static bool has_crcs(const Module *module) {
        for (uint32_t i = 0; i < module->n_imports; i++) {
                if (module_imports(module)[i].has_crc)
                        return true;
        }

        return false;
}

/* With CRCs the kernel does not compare the release, the first word. */
static bool has_other_vermagic(const Carrying *carrying, const Module *module) {
        const char *flags = carrying->majority.flags, *vermagic;
        size_t size;

        if (module->vermagic == STRING_NONE || !flags)
                return false;
        vermagic = tree_string(&carrying->old->tree, module->vermagic);
        size = strcspn(vermagic, " ");
        if (strcmp(vermagic + size, flags) != 0)
                return true;
        return !has_crcs(module) && (size != strlen(carrying->release) ||
                                     strncmp(vermagic, carrying->release, size) != 0);
}

static int judge_origin(Carrying *carrying, uint32_t carried, const Module *module) {
        _cleanup_free_ char *expected = NULL;
        char machine[64];
        int r = 0;

        if (majority_differs_in_machine(&carrying->majority, module, machine, sizeof(machine)))
                r = add_reason(carrying, carried, CARRY_MACHINE, "", machine);
        if (r < 0 || !has_other_vermagic(carrying, module))
                return r;

        if (asprintf(&expected, "%s%s", carrying->release, carrying->majority.flags) < 0) {
                expected = NULL;
                return -ENOMEM;
        }
        return add_reason(carrying, carried, CARRY_VERMAGIC, "", expected);
}

/* Which other carried module a symbol is of, if the new kernel has nobody who exports it. */
static uint32_t carried_provider(const Carrying *carrying, const char *name) {
        KnownSymbol before = known_symbols_find(&carrying->old_symbols, name);
        uint32_t other;

        if (known_symbols_find(&carrying->new_symbols, name).provider != SYMBOL_NO_PROVIDER ||
            before.provider >= carrying->old->tree.count)
                return NOT_CARRIED;

        other = carrying->carried_of[before.provider];
        return other != NOT_CARRIED && carrying->over.items[other].verdict != CARRY_PRESENT
                       ? other
                       : NOT_CARRIED;
}

static int judge_import(Carrying *carrying, uint32_t carried, Import import) {
        const char *name = tree_string(&carrying->old->tree, import.name);
        KnownSymbol symbol = known_symbols_find(&carrying->new_symbols, name);

        if (import.is_weak || carried_provider(carrying, name) != NOT_CARRIED)
                return 0;
        if (symbol.provider == SYMBOL_NO_PROVIDER)
                return add_reason(carrying, carried,
                                  carrying->is_new_kernel_known ? CARRY_SYMBOL_MISSING
                                                                : CARRY_SYMBOL_UNKNOWN,
                                  name, "");
        if (!import.has_crc)
                return 0;
        if (!symbol.is_crc_known)
                return add_reason(carrying, carried, CARRY_SYMBOL_UNKNOWN, name,
                                  known_symbol_provider(&carrying->new_symbols, symbol));
        if (import.is_crc_wide || import.crc != symbol.crc)
                return add_reason(carrying, carried, CARRY_SYMBOL_CRC, name,
                                  known_symbol_provider(&carrying->new_symbols, symbol));
        return 0;
}

static int judge(Carrying *carrying, uint32_t carried) {
        const Module *module = &carrying->old->tree.modules[carrying->over.items[carried].module];
        int r;

        r = judge_origin(carrying, carried, module);
        for (uint32_t i = 0; r >= 0 && i < module->n_imports; i++)
                r = judge_import(carrying, carried, module_imports(module)[i]);
        return r;
}

/* Is no better off than those that it needs. 1: it has become worse. */
static int judge_needs(Carrying *carrying, uint32_t carried) {
        const Tree *tree = &carrying->old->tree;
        const Module *module = &tree->modules[carrying->over.items[carried].module];
        Carried *items = carrying->over.items;
        bool is_worse = false;
        int r;

        for (uint32_t i = 0; i < module->n_imports; i++) {
                const char *name = tree_string(tree, module_imports(module)[i].name);
                uint32_t other = carried_provider(carrying, name);

                if (module_imports(module)[i].is_weak || other == NOT_CARRIED ||
                    items[other].verdict <= items[carried].verdict)
                        continue;
                items[carried].verdict = items[other].verdict;
                is_worse = true;
                r = add_reason(carrying, carried, CARRY_NEEDS, name,
                               tree_module_name(tree, items[other].module));
                if (r < 0)
                        return r;
        }

        return is_worse;
}

static int judge_all(Carrying *carrying) {
        CarryOver *over = &carrying->over;
        bool has_changed = true;
        int r;

        for (uint32_t i = 0; i < over->count; i++) {
                r = over->items[i].verdict == CARRY_PRESENT ? 0 : judge(carrying, i);
                if (r < 0)
                        return r;
        }
        while (has_changed) {
                has_changed = false;
                for (uint32_t i = 0; i < over->count; i++) {
                        r = over->items[i].verdict == CARRY_PRESENT ? 0 : judge_needs(carrying, i);
                        if (r < 0)
                                return r;
                        has_changed |= r > 0;
                }
        }

        return 0;
}

int carry_over_find(const Lookup *old, const Lookup *new, const char *release,
                    CarryOver *ret_over) {
        _cleanup_(carrying_done)
                Carrying carrying = { .old = lookup_model(old), .new = new, .release = release };
        int r;

        majority_find(&carrying.majority, &lookup_model(new)->tree, release);
        carrying.is_new_kernel_known = analysis_knows_kernel(lookup_model(new));
        r = known_symbols_init(&carrying.old_symbols, carrying.old);
        if (r >= 0)
                r = known_symbols_init(&carrying.new_symbols, lookup_model(new));
        if (r >= 0)
                r = gather(&carrying);
        if (r >= 0)
                r = judge_all(&carrying);
        if (r < 0)
                return r;

        *ret_over = carrying.over;
        carrying.over = (CarryOver){};
        return 0;
}
