/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "majority.h"

#include <elf.h>
#include <stdio.h>
#include <string.h>

static const char *vermagic_flags(const char *vermagic) {
        return vermagic + strcspn(vermagic, " ");
}

static bool same_machine(ModuleMachine a, ModuleMachine b) {
        return a.machine == b.machine && a.class == b.class && a.byte_order == b.byte_order;
}

/*
 * What more than half of the modules say is found by Boyer and Moore's vote: one pass, no table.
 * Without such a majority any candidate may be left over, which is as good a guess as another.
 */
void majority_find(Majority *ret_majority, const Tree *tree, const char *version) {
        Majority majority = { .tree = tree, .version = version };
        size_t flags_lead = 0, machine_lead = 0;

        for (size_t i = 0; i < tree->count; i++) {
                const Module *module = &tree->modules[i];

                if (module->machine.machine != EM_NONE) {
                        if (machine_lead == 0)
                                majority.machine = module->machine;
                        if (same_machine(majority.machine, module->machine))
                                machine_lead++;
                        else
                                machine_lead--;
                }

                if (module->vermagic != STRING_NONE) {
                        const char *flags = vermagic_flags(tree_string(tree, module->vermagic));

                        if (flags_lead == 0)
                                majority.flags = flags;
                        if (strcmp(majority.flags, flags) == 0)
                                flags_lead++;
                        else
                                flags_lead--;
                }
        }

        if (flags_lead == 0)
                majority.flags = NULL;
        if (machine_lead == 0)
                majority.machine = (ModuleMachine){};
        *ret_majority = majority;
}

void majority_format_machine(ModuleMachine machine, char *text, size_t size) {
        (void) snprintf(text, size, "machine %u, %s bit, %s-endian", machine.machine,
                        machine.class == ELFCLASS64 ? "64" : "32",
                        machine.byte_order == ELFDATA2LSB ? "little" : "big");
}

bool majority_differs_in_machine(const Majority *majority, const Module *module, char *expected,
                                 size_t size) {
        if (module->machine.machine == EM_NONE || majority->machine.machine == EM_NONE ||
            same_machine(module->machine, majority->machine))
                return false;

        majority_format_machine(majority->machine, expected, size);
        return true;
}

bool majority_differs_in_vermagic(const Majority *majority, const Module *module, char *expected,
                                  size_t size) {
        size_t version_size = strlen(majority->version);
        const char *vermagic, *flags;

        if (module->vermagic == STRING_NONE)
                return false;

        vermagic = tree_string(majority->tree, module->vermagic);
        flags = vermagic_flags(vermagic);
        if ((size_t) (flags - vermagic) == version_size &&
            memcmp(vermagic, majority->version, version_size) == 0 &&
            (!majority->flags || strcmp(flags, majority->flags) == 0))
                return false;

        (void) snprintf(expected, size, "%s%s", majority->version,
                        majority->flags ? majority->flags : "");
        return true;
}
