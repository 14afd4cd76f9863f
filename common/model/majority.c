/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "majority.h"

#include <elf.h>
#include <stdio.h>
#include <string.h>

static const char *vermagic_of(const Majority *majority, const Module *module) {
        return tree_string(majority->tree, module->vermagic);
}

static size_t release_size(const char *vermagic) {
        return strcspn(vermagic, " ");
}

static bool has_machine(const Majority *majority, const Module *module) {
        (void) majority;
        return module->machine.machine != EM_NONE;
}

static bool same_machine(const Majority *majority, const Module *a, const Module *b) {
        (void) majority;
        return a->machine.machine == b->machine.machine && a->machine.class == b->machine.class &&
               a->machine.byte_order == b->machine.byte_order;
}

static bool has_vermagic(const Majority *majority, const Module *module) {
        (void) majority;
        return module->vermagic != STRING_NONE;
}

static bool same_release(const Majority *majority, const Module *a, const Module *b) {
        const char *x = vermagic_of(majority, a), *y = vermagic_of(majority, b);

        return release_size(x) == release_size(y) && memcmp(x, y, release_size(x)) == 0;
}

static bool has_version(const Majority *majority, const Module *module) {
        const char *vermagic;

        if (!majority->version || module->vermagic == STRING_NONE)
                return false;

        vermagic = vermagic_of(majority, module);
        return release_size(vermagic) == majority->version_size &&
               memcmp(vermagic, majority->version, majority->version_size) == 0;
}

static bool same_flags(const Majority *majority, const Module *a, const Module *b) {
        const char *x = vermagic_of(majority, a), *y = vermagic_of(majority, b);

        return strcmp(x + release_size(x), y + release_size(y)) == 0;
}

/*
 * One of more than half of the voters that agree, or NULL. It is found by Boyer and Moore's vote,
 * one pass without a table, and counted in a second one.
 */
static const Module *
elect(const Majority *majority, bool (*votes)(const Majority *majority, const Module *module),
      bool (*agree)(const Majority *majority, const Module *a, const Module *b)) {
        const Tree *tree = majority->tree;
        const Module *candidate = NULL;
        size_t lead = 0, n_voters = 0, n_agreed = 0;

        for (size_t i = 0; i < tree->count; i++) {
                const Module *module = &tree->modules[i];

                if (!votes(majority, module))
                        continue;
                if (lead == 0)
                        candidate = module;
                if (agree(majority, candidate, module))
                        lead++;
                else
                        lead--;
                n_voters++;
        }

        for (size_t i = 0; lead > 0 && i < tree->count; i++) {
                const Module *module = &tree->modules[i];

                n_agreed += votes(majority, module) && agree(majority, candidate, module);
        }

        return n_agreed > n_voters / 2 ? candidate : NULL;
}

void majority_find(Majority *ret_majority, const Tree *tree, const char *version) {
        Majority majority = { .tree = tree, .version = version };
        const Module *elected;

        if (version)
                majority.version_size = strlen(version);
        else {
                elected = elect(&majority, has_vermagic, same_release);
                if (elected) {
                        majority.version = vermagic_of(&majority, elected);
                        majority.version_size = release_size(majority.version);
                }
        }

        elected = elect(&majority, has_version, same_flags);
        if (elected)
                majority.flags = vermagic_of(&majority, elected) + majority.version_size;

        elected = elect(&majority, has_machine, same_machine);
        if (elected)
                majority.machine = elected->machine;

        *ret_majority = majority;
}

void majority_format_machine(ModuleMachine machine, char *text, size_t size) {
        static const struct {
                uint16_t machine;
                const char *name;
        } known[] = {
                { EM_386, "i386" },
                { EM_68K, "m68k" },
                { EM_MIPS, "mips" },
                { EM_PARISC, "parisc" },
                { EM_PPC, "ppc" },
                { EM_PPC64, "ppc64" },
                { EM_S390, "s390" },
                { EM_ARM, "arm" },
                { EM_SPARCV9, "sparc64" },
                { EM_X86_64, "x86-64" },
                { EM_AARCH64, "arm64" },
                { EM_RISCV, "riscv" },
                { EM_LOONGARCH, "loongarch" },
        };
        char number[32];
        const char *name = number;

        (void) snprintf(number, sizeof(number), "machine %u", machine.machine);
        for (size_t i = 0; i < ELEMENTSOF(known); i++) {
                if (known[i].machine == machine.machine)
                        name = known[i].name;
        }

        (void) snprintf(text, size, "%s (%s bit, %s-endian)", name,
                        machine.class == ELFCLASS64 ? "64" : "32",
                        machine.byte_order == ELFDATA2LSB ? "little" : "big");
}

bool majority_differs_in_machine(const Majority *majority, const Module *module, char *expected,
                                 size_t size) {
        const Module typical = { .machine = majority->machine };

        if (!has_machine(majority, module) || !has_machine(majority, &typical) ||
            same_machine(majority, module, &typical))
                return false;

        majority_format_machine(majority->machine, expected, size);
        return true;
}

bool majority_differs_in_vermagic(const Majority *majority, const Module *module, char *expected,
                                  size_t size) {
        if (module->vermagic == STRING_NONE || !majority->version)
                return false;
        if (has_version(majority, module) &&
            (!majority->flags ||
             strcmp(vermagic_of(majority, module) + majority->version_size, majority->flags) == 0))
                return false;

        (void) snprintf(expected, size, "%.*s%s", (int) majority->version_size, majority->version,
                        majority->flags ? majority->flags : "");
        return true;
}
