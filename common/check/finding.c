/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "finding.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "array.h"
#include "problem-sentence.h"

static const struct {
        FindingSeverity severity;
        const char *code;
        const char *template; /* with the names of fields in braces */
} kinds[FINDING_KINDS] = {
        [FINDING_BAD_FILE] = { FINDING_ERROR, "bad-elf",
                               "cannot be read as a module ({found}); build or get it again" },
        [FINDING_BAD_NAME] = { FINDING_ERROR, "bad-name",
                               "a module's file ends in .ko, .ko.gz, .ko.xz or .ko.zst, others "
                               "are not indexed; rename it" },
        [FINDING_MACHINE] = { FINDING_ERROR, "wrong-machine",
                              "built for {found}, the kernel is {wanted}; get the right one" },
        [FINDING_VERMAGIC] = { FINDING_ERROR, "vermagic-mismatch",
                               "built for '{found}', the kernel is '{wanted}'; build it for this "
                               "kernel" },
        [FINDING_RELEASE] = { FINDING_INFO, "other-release",
                              "built for {found}, which this kernel, {wanted}, does not compare "
                              "as the module has CRCs" },
        [FINDING_UNVERSIONED] = { FINDING_ERROR, "unversioned",
                                  "has no {found}, which this kernel asks for; build it for this "
                                  "kernel" },
        [FINDING_UNVERSIONED_TAINTS] = { FINDING_WARNING, "unversioned",
                                         "has no {found}; the kernel takes it unseen and is "
                                         "tainted, better build it for this kernel" },
        [FINDING_UNVERSIONED_UNKNOWN] = { FINDING_UNKNOWN, "unversioned",
                                          "has no {found}; whether the kernel asks for that, "
                                          "nothing here tells" },
        [FINDING_SYMBOL_MISSING] = { FINDING_ERROR, "unresolved-symbol",
                                     "needs symbol {symbol}, which nobody exports here; {other}" },
        [FINDING_SYMBOL_UNKNOWN] = { FINDING_UNKNOWN, "symbol-unknown",
                                     "needs {number} symbols ({symbol} is the first) that nothing "
                                     "here tells about; install the kernel's Module.symvers to be "
                                     "sure" },
        [FINDING_CRC] = { FINDING_ERROR, "crc-mismatch",
                          "was built against another {symbol}: it has CRC {found}, {other} exports "
                          "{wanted}; build it for this kernel" },
        [FINDING_CRC_UNKNOWN] = { FINDING_UNKNOWN, "crc-unknown",
                                  "needs {number} symbols ({symbol} is the first) whose CRC "
                                  "nothing "
                                  "here tells; install the kernel's Module.symvers to be sure" },
        [FINDING_GPL_ONLY] = { FINDING_ERROR, "gpl-only-symbol",
                               "uses {symbol} of {other}, which is for modules of a "
                               "GPL-compatible license only, and has license '{found}'; only its "
                               "author can change that" },
        [FINDING_NAMESPACE] = { FINDING_ERROR, "namespace-not-imported",
                                "uses {symbol} of namespace {wanted} without importing that; add "
                                "MODULE_IMPORT_NS to its source" },
        [FINDING_DUPLICATE] = { FINDING_ERROR, "duplicate-export",
                                "exports {symbol} as {other} does; the kernel takes only one, "
                                "remove or rename the export" },
        [FINDING_CONFLICT] = { FINDING_WARNING, "duplicate-export",
                               "exports {symbol} as {other} does; only one of the two can be "
                               "loaded, remove the other" },
        [FINDING_CYCLE] = { FINDING_ERROR, "dependency-cycle",
                            "would close a cycle: {found}; modules that need each other cannot be "
                            "loaded, build them without that" },
        [FINDING_SHADOWED] = { FINDING_ERROR, "shadowed",
                               "would not be used: {other} has the same module name and wins by "
                               "{found}; put it elsewhere or set the order in depmod.d(5)" },
        [FINDING_HIDES] = { FINDING_WARNING, "duplicate-module",
                            "would hide {other}, which has the same module name, by {found}; "
                            "nothing to do if that is meant" },
        [FINDING_REPLACES] = { FINDING_INFO, "replaces", "would take the place of {other}" },
        [FINDING_BUILTIN] = { FINDING_ERROR, "built-in",
                              "the kernel has {found} built in and cannot load it once more; "
                              "another kernel or none is needed" },
        [FINDING_COMPRESSION] = { FINDING_WARNING, "unsupported-compression",
                                  "is compressed with {found}, as no module of this kernel is; "
                                  "make sure that kmod and the kernel read that, or decompress "
                                  "it" },
        [FINDING_UNSIGNED] = { FINDING_ERROR, "unsigned",
                               "is not signed, and the kernel takes only signed modules; sign it "
                               "with a key that the kernel knows" },
        [FINDING_UNSIGNED_TAINTS] = { FINDING_INFO, "unsigned",
                                      "is not signed; the kernel takes it and is tainted, unless "
                                      "it is booted locked down" },
        [FINDING_UNSIGNED_UNKNOWN] = { FINDING_INFO, "unsigned",
                                       "is not signed; whether the kernel asks for that, nothing "
                                       "here tells" },
        [FINDING_SIGNER] = { FINDING_UNKNOWN, "other-signer",
                             "is signed by {found}, the kernel's own modules by {wanted}; make "
                             "sure that the kernel has the key" },
        [FINDING_ALIAS] = { FINDING_INFO, "alias-clash",
                            "answers to {symbol} as {other} does; both are loaded, blacklist one "
                            "of them if they do not get along" },
        [FINDING_NEEDS_CANDIDATE] = { FINDING_INFO, "needs-candidate",
                                      "needs {symbol} of {other}; install the two together" },
        [FINDING_DEPENDENCY] = { FINDING_ERROR, "dependency-fails",
                                 "needs {other}, which would not load; see what is said of that" },
        [FINDING_BREAKS_USERS] = { FINDING_WARNING, "breaks-module",
                                   "{number} modules of the kernel that use {symbol} ({other} is "
                                   "the first) would need this one, too, and not load; remove or "
                                   "rename the export" },
        [FINDING_BREAKS] = { FINDING_WARNING, "breaks-module",
                             "{other} would not load any more: {found} {symbol}; replace it, too" },
};

void findings_done(Findings *findings) {
        for (size_t i = 0; i < findings->count; i++) {
                Finding *finding = &findings->items[i];

                free((char *) finding->path);
                free((char *) finding->symbol);
                free((char *) finding->found);
                free((char *) finding->wanted);
                free((char *) finding->other);
        }
        free(findings->items);
        *findings = (Findings){};
}

static int copy_string(const char **string) {
        if (!*string)
                return 0;

        *string = strdup(*string);
        return *string ? 0 : -ENOMEM;
}

int findings_add(Findings *findings, const Finding *finding) {
        Finding *copy;
        int r;

        if (ARRAY_RESERVE(findings->items, findings->capacity, findings->count + 1) < 0)
                return -ENOMEM;

        copy = &findings->items[findings->count++];
        *copy = *finding;
        copy->sequence = (uint32_t) findings->count;
        r = copy_string(&copy->path);
        r = copy_string(&copy->symbol) < 0 ? -ENOMEM : r;
        r = copy_string(&copy->found) < 0 ? -ENOMEM : r;
        r = copy_string(&copy->wanted) < 0 ? -ENOMEM : r;
        return copy_string(&copy->other) < 0 ? -ENOMEM : r;
}

static int compare(const void *x, const void *y) {
        const Finding *a = x, *b = y;

        FindingSeverity x_severity = finding_severity(a->kind),
                        y_severity = finding_severity(b->kind);

        if (a->candidate != b->candidate)
                return a->candidate < b->candidate ? -1 : 1;
        if (x_severity != y_severity)
                return x_severity > y_severity ? -1 : 1;
        if (a->kind != b->kind)
                return a->kind < b->kind ? -1 : 1;
        return (a->sequence > b->sequence) - (a->sequence < b->sequence);
}

void findings_sort(Findings *findings) {
        if (findings->count > 0)
                qsort(findings->items, findings->count, sizeof(Finding), compare);
}

FindingSeverity finding_severity(FindingKind kind) {
        return kinds[kind].severity;
}

const char *finding_severity_name(FindingSeverity severity) {
        static const char *const names[] = {
                [FINDING_INFO] = "info",
                [FINDING_WARNING] = "warning",
                [FINDING_UNKNOWN] = "warning",
                [FINDING_ERROR] = "error",
        };

        return names[severity];
}

const char *finding_code(FindingKind kind) {
        return kinds[kind].code;
}

static const char *field_of(const Finding *finding, const char *name, size_t size) {
        const struct {
                const char *name;
                const char *value;
        } fields[] = {
                { "symbol", finding->symbol },
                { "found", finding->found },
                { "wanted", finding->wanted },
                { "other", finding->other },
        };

        for (size_t i = 0; i < ELEMENTSOF(fields); i++) {
                if (strlen(fields[i].name) == size && memcmp(fields[i].name, name, size) == 0)
                        return fields[i].value;
        }

        return NULL;
}

int finding_sentence(const Finding *finding, Buffer *sentence) {
        const char *template = kinds[finding->kind].template;

        if (finding->path) {
                problem_line_append(sentence, finding->path, strlen(finding->path));
                buffer_append_string(sentence, ": ");
        }

        while (*template != '\0') {
                size_t text_size = strcspn(template, "{"), name_size;
                const char *value;

                buffer_append(sentence, template, text_size);
                template += text_size;
                if (*template == '\0')
                        break;

                name_size = strcspn(++template, "}");
                value = field_of(finding, template, name_size);
                if (value)
                        problem_line_append(sentence, value, strlen(value));
                else if (name_size == strlen("number"))
                        buffer_append_format(sentence, "%" PRIu64, finding->number);
                template += name_size + (template[name_size] == '}');
        }

        buffer_append_byte(sentence, '\0');
        return buffer_error(sentence);
}
