/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "advice.h"

#include <stdio.h>

#include "problem-words.h"

/* A kind without words does not occur here or says nothing beyond another. */
static const char *const templates[PROBLEM_KINDS] = {
        [PROBLEM_CONFIG_BAD_LINE] = "{path}:{line}: '{subject}' begins no line of depmod.d(5) or "
                                    "lacks arguments; correct or remove the line",
        [PROBLEM_CONFIG_SUBDIRECTORY] =
                "{path}: a directory inside of depmod.d is not read; move its files up",
        [PROBLEM_CONFIG_STAT] = "{path}/{subject}: {error}; remove it or make it readable",
        [PROBLEM_CONFIG_UNREADABLE] = "{path}: {error}; make it readable",
        [PROBLEM_DIRECTORY_UNREADABLE] = "{path}: {error}; the modules in it are not indexed",
        [PROBLEM_ENTRY_STAT] = "{path}: {error}; remove it or mend the link",
        [PROBLEM_ENTRY_OPEN] = "{path}: {error}; the modules in it are not indexed",
        [PROBLEM_ENTRY_TYPE] = "{path}: neither a file nor a directory; remove it",
        [PROBLEM_DIRECTORY_LOOP] = "{path}: leads back to a directory above it and is not "
                                   "followed; remove the link",
        [PROBLEM_MODULE_SHADOWED] = "{path}: hidden by {subject}, which has the same module name "
                                    "and wins by {detail}; remove one of them or set the order in "
                                    "depmod.d(5)",
        [PROBLEM_INPUT_MISSING] = "{path}/{subject}: {error}; it is part of the kernel's package",
        [PROBLEM_ORDER_CORRUPT] = "{path}:{line}: the line has no end, so the whole file counts "
                                  "for nothing; install the kernel's package again",
        [PROBLEM_BUILTIN_LINE] =
                "modules.builtin: '{subject}' is no module's path; remove the line",
        [PROBLEM_BUILTIN_FIELD] = "modules.builtin.modinfo: a field is too long and is left out",
        [PROBLEM_SYMVERS_VERSION] = "{path}:{line}: '{subject}' is no CRC; make the file anew",
        [PROBLEM_SYSTEM_MAP_LINE] = "{path}:{line}: no line of a System.map; make the file anew",
        [PROBLEM_INFLATE] = "{path}: {detail}; install the file again",
        [PROBLEM_MODULE_UNREADABLE] =
                "{path}: cannot be read as a module ({error}), listed without "
                "dependencies; install it again or remove it",
        [PROBLEM_SYMBOL_UNKNOWN] = "{path}: needs symbol {subject}, which neither a module nor the "
                                   "kernel exports; install the module that exports it, or one "
                                   "that is built for this kernel",
        [PROBLEM_SYMBOL_DISAGREES] = "{path}: was built against another {subject} (CRC {detail}); "
                                     "build it again for this kernel",
        [PROBLEM_SYMBOL_CONFLICT] = "{path}: exports {subject} as {detail} does, which is taken; "
                                    "only one of them can be loaded, remove the other",
        [PROBLEM_CYCLE] = "cycle: {subject}; these modules need each other and cannot be loaded",
        [PROBLEM_WRONG_VERSION] =
                "{path}: built for '{subject}', not '{detail}'; build it for this "
                "kernel or remove it",
        [PROBLEM_WRONG_MACHINE] = "{path}: built for {subject}, not {detail}; remove it or install "
                                  "the right one",
        [PROBLEM_LEFT_OUT] = "{path}: part of a cycle and left out of the index; remove one of the "
                             "modules of the cycle",
        [PROBLEM_KERNEL_UNKNOWN] =
                "{path}: nothing here tells what the kernel exports, so {number} "
                "imports that no module provides are taken to be the kernel's; "
                "name its Module.symvers with --symvers=FILE to be sure",
        [PROBLEM_ALIAS_BRACKETS] = "alias '{subject}': brackets are not balanced, left out of "
                                   "modules.alias.bin; correct the module",
        [PROBLEM_BAD_CHARACTER] = "'{subject}': byte 0x{hex} is not ASCII, left out of the binary "
                                  "index; rename or correct the module",
        [PROBLEM_DEVNAME] = "module {subject}: names device node {detail} but no numbers for it; "
                            "correct the module",
        [PROBLEM_LINE_DROPPED] = "{path}: no such module any more, its line is dropped",
};

/* What is said for information only. */
static bool is_note(ProblemKind kind) {
        return kind == PROBLEM_KERNEL_UNKNOWN || kind == PROBLEM_INPUT_MISSING;
}

bool advice_is_problem(const Problem *problem) {
        return templates[problem->kind] && !is_note(problem->kind);
}

bool advice_print(const Problem *problem) {
        _cleanup_buffer_ Buffer sentence = {};

        if (!templates[problem->kind])
                return false;

        problem_words_append(&sentence, templates[problem->kind], problem);
        (void) fprintf(stderr, "depmodctl: %s%.*s\n", is_note(problem->kind) ? "note: " : "",
                       (int) sentence.size, sentence.size > 0 ? sentence.data : "");
        return advice_is_problem(problem);
}
