/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "problem-sentence.h"

#include <errno.h>
#include <string.h>

#include "problem-words.h"

/* A kind without a sentence says nothing beyond another, or nothing that needs mending. */
static const char *const templates[PROBLEM_KINDS] = {
        [PROBLEM_CONFIG_BAD_LINE] = "{path}:{line}: '{subject}' begins no line of depmod.d(5) or "
                                    "lacks arguments; correct or remove the line",
        [PROBLEM_MODPROBE_BAD_LINE] =
                "{path}:{line}: '{subject}' begins no line of modprobe.d(5) or "
                "lacks arguments; correct or remove the line",
        [PROBLEM_CONFIG_SUBDIRECTORY] =
                "{path}: a directory inside of depmod.d is not read; move its files up",
        [PROBLEM_CONFIG_STAT] = "{path}/{subject}: {error}; remove it or make it readable",
        [PROBLEM_CONFIG_UNREADABLE] = "{path}: {error}; make it readable",
        [PROBLEM_DIRECTORY_UNREADABLE] = "{path}: {error}; the modules in it are not "
                                         "indexed, make it readable",
        [PROBLEM_ENTRY_STAT] = "{path}: {error}; remove it or mend the link",
        [PROBLEM_ENTRY_OPEN] = "{path}: {error}; the modules in it are not indexed, make it "
                               "readable",
        [PROBLEM_ENTRY_TYPE] = "{path}: neither a file nor a directory; remove it",
        [PROBLEM_DIRECTORY_LOOP] = "{path}: leads back to a directory above it and is not "
                                   "followed; remove the link",
        [PROBLEM_DIRECTORY_LINKS] = "{path}: links lead to more directories than can be followed, "
                                    "so not to this one; remove some",
        [PROBLEM_MODULE_SHADOWED] = "{path}: hidden by {subject}, which has the same module name "
                                    "and wins by {detail}; remove one of them or set the order in "
                                    "depmod.d(5)",
        [PROBLEM_INPUT_MISSING] =
                "{path}/{subject}: {error}; it is part of the kernel's package, install "
                "that again if it is wanted",
        [PROBLEM_ORDER_CORRUPT] = "{path}:{line}: the line has no end, so the whole file counts "
                                  "for nothing; install the kernel's package again",
        [PROBLEM_BUILTIN_LINE] =
                "modules.builtin: '{subject}' is no module's path; remove the line",
        [PROBLEM_BUILTIN_FIELD] = "modules.builtin.modinfo: a field is too long and is left out; "
                                  "shorten it where the kernel is built",
        [PROBLEM_SYMVERS_VERSION] = "{path}:{line}: '{subject}' is no CRC; make the file anew",
        [PROBLEM_SYSTEM_MAP_LINE] = "{path}:{line}: no line of a System.map; make the file anew",
        [PROBLEM_INFLATE] = "{path}: cannot be unpacked ({detail}), listed without dependencies; "
                            "install it again or remove it",
        [PROBLEM_MODULE_UNREADABLE] = "{path}: cannot be read as a module ({detail}), listed "
                                      "without dependencies; install it again or remove it",
        [PROBLEM_SYMBOL_UNKNOWN] = "{path}: needs symbol {subject}, which neither a module nor the "
                                   "kernel exports; install the module that exports it, or one "
                                   "that is built for this kernel",
        [PROBLEM_SYMBOL_DISAGREES] = "{path}: was built against another {subject} (CRC {detail}); "
                                     "install or build one that fits, or remove it",
        [PROBLEM_SYMBOL_CONFLICT] = "{path}: exports {subject} as {detail} does, which is taken; "
                                    "only one of them can be loaded, remove the other",
        [PROBLEM_CYCLE] = "cycle: {subject}; these modules need each other and cannot be loaded; "
                          "build them without that, or remove one",
        [PROBLEM_WRONG_VERSION] =
                "{path}: built for '{subject}', not '{detail}'; build it for this "
                "kernel or remove it",
        [PROBLEM_WRONG_MACHINE] = "{path}: built for {subject}, not {detail}; remove it or install "
                                  "the right one",
        [PROBLEM_LEFT_OUT] = "{path}: part of a cycle and left out of the index; remove one of the "
                             "modules of the cycle",
        [PROBLEM_KERNEL_UNKNOWN] =
                "{path}: nothing here tells what the kernel exports, so the symbols that "
                "no module exports ({number}) are taken to be the kernel's; to be "
                "sure, name its Module.symvers with depmodctl index --symvers=FILE",
        [PROBLEM_ALIAS_BRACKETS] = "alias '{subject}': brackets are not balanced, left out of "
                                   "modules.alias.bin; correct the module",
        [PROBLEM_BAD_CHARACTER] = "'{subject}': byte 0x{hex} is not ASCII, left out of the binary "
                                  "index; rename or correct the module",
        [PROBLEM_DEVNAME] = "module {subject}: names device node {detail} but no numbers for it; "
                            "correct the module",
        [PROBLEM_SOFTDEP_UNKNOWN] =
                "{path}: softdep names {subject}, which is no module of this kernel",
        [PROBLEM_INDEX_FOREIGN] = "{path}: was {detail} and has been written again",
        [PROBLEM_INDEX_MISSING] = "{path}: was gone and has been written again",
        [PROBLEM_NOT_WRITABLE] =
                "{path}: {error}; the index in it is out of date, make it writable",
        [PROBLEM_PUBLISH_FAILED] =
                "{path}: {error}; the index is still the one before, make room or "
                "mend the disk",
        [PROBLEM_REFRESH_FAILED] =
                "{path}: {error}; the index is still the one before, mend the disk or make "
                "it readable",
        [PROBLEM_LINE_DROPPED] = "{subject}: dropped the line of {path}, {detail}",
};

bool problem_has_sentence(const Problem *problem) {
        return templates[problem->kind] != NULL;
}

/* A file that is there but cannot be read is more than a note. */
bool problem_is_note(const Problem *problem) {
        return problem->kind == PROBLEM_KERNEL_UNKNOWN ||
               problem->kind == PROBLEM_SOFTDEP_UNKNOWN ||
               (problem->kind == PROBLEM_INPUT_MISSING && problem->error == ENOENT);
}

bool problem_is_repetition(const Problem *problem, const Problem *next) {
        return problem->kind == PROBLEM_INFLATE && next->kind == PROBLEM_MODULE_UNREADABLE &&
               strcmp(problem->path, next->path) == 0;
}

static const char *words_of_module_error(int error) {
        switch (error) {
        case EINVAL:
                return "damaged or cut short";
        case ENOEXEC:
                return "not an ELF file";
        default:
                return strerror(error);
        }
}

void problem_line_append(Buffer *line, const char *text, size_t size) {
        for (size_t i = 0; i < size; i++) {
                uint8_t byte = (uint8_t) text[i];

                if (byte < ' ' || byte == 0x7f)
                        buffer_append_format(line, "\\x%02x", byte);
                else
                        buffer_append_byte(line, byte);
        }
}

int problem_sentence(const Problem *problem, Buffer *sentence) {
        _cleanup_free_ char *subject = NULL;
        _cleanup_buffer_ Buffer words = {};
        Problem worded = *problem;

        if (!problem_has_sentence(problem))
                return PROBLEM_UNTOLD;

        if (problem->kind == PROBLEM_BUILTIN_LINE) { /* with its newline */
                subject = strndup(problem->subject, strcspn(problem->subject, "\n"));
                if (!subject)
                        return -ENOMEM;
                worded.subject = subject;
        }
        if (problem->kind == PROBLEM_MODULE_UNREADABLE)
                worded.detail = words_of_module_error(problem->error);

        problem_words_append(&words, templates[problem->kind], &worded);
        if (buffer_error(&words) < 0)
                return buffer_error(&words);

        problem_line_append(sentence, words.data, words.size);
        buffer_append_byte(sentence, '\0');
        return buffer_error(sentence);
}
