/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "check-parts.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static bool has_ending(const char *path, const char *ending) {
        size_t size = strlen(path), ending_size = strlen(ending);

        return size > ending_size && strcmp(path + size - ending_size, ending) == 0;
}

static int check_file(Check *check, uint32_t c) {
        static const char *const endings[] = { ".ko", ".ko.gz", ".ko.xz", ".ko.zst" };
        const Candidate *candidate = check_candidate(check, c);
        const char *why = candidate->reason;
        int r = 0;

        if (candidate->error == ENOEXEC)
                why = "not an ELF file";
        else if (candidate->error == ENODATA)
                why = "without a symbol table, as if stripped of all";
        else if (candidate->error == EMEDIUMTYPE)
                why = "not a regular file";
        else if (candidate->error == EFBIG && !why)
                why = "larger than a module may be";
        else if (candidate->error == EINVAL && !why)
                why = "damaged or cut short";
        else if (!why)
                why = strerror(candidate->error);
        if (candidate->error != 0)
                r = check_report(check, c, &(Finding){ .kind = FINDING_BAD_FILE, .found = why });

        for (size_t i = 0; i < ELEMENTSOF(endings); i++) {
                if (has_ending(candidate->path, endings[i]))
                        return r;
        }

        return r < 0 ? r : check_report(check, c, &(Finding){ .kind = FINDING_BAD_NAME });
}

static int check_machine(Check *check, uint32_t c) {
        const Candidate *candidate = check_candidate(check, c);
        const Module module = { .machine = { .machine = candidate->machine,
                                             .class = candidate->class,
                                             .byte_order = candidate->byte_order } };
        char wanted[64], found[64];

        if (candidate->machine == 0 ||
            !majority_differs_in_machine(&check->kernel->majority, &module, wanted, sizeof(wanted)))
                return 0;

        majority_format_machine(module.machine, found, sizeof(found));
        return check_report(
                check, c, &(Finding){ .kind = FINDING_MACHINE, .found = found, .wanted = wanted });
}

static int report_release(Check *check, uint32_t c, const char *release, size_t size) {
        char found[128];

        (void) snprintf(found, sizeof(found), "%.*s", (int) size, release);
        return check_report(check, c,
                            &(Finding){ .kind = FINDING_RELEASE,
                                        .found = found,
                                        .wanted = check->input->release });
}

/* A kernel that may load by force takes what has nothing to be compared. */
static int report_unversioned(Check *check, uint32_t c, const char *lack) {
        static const FindingKind kinds[] = {
                [CHECK_ENFORCEMENT_UNKNOWN] = FINDING_UNVERSIONED_UNKNOWN,
                [CHECK_NOT_ENFORCED] = FINDING_UNVERSIONED_TAINTS,
                [CHECK_ENFORCED] = FINDING_UNVERSIONED,
        };

        return check_report(
                check, c, &(Finding){ .kind = kinds[check->input->rules.versions], .found = lack });
}

/*
 * The kernel compares the whole text, but for the release if the module has CRCs and the kernel was
 * built to look at them.
 */
static int check_vermagic(Check *check, uint32_t c) {
        const Candidate *candidate = check_candidate(check, c);
        const Majority *majority = &check->kernel->majority;
        const char *found = candidate->vermagic ? candidate->vermagic : "";
        const char *found_flags = found + strcspn(found, " ");
        bool has_crcs = majority->flags && strstr(majority->flags, "modversions");
        size_t release_size = (size_t) (found_flags - found);
        bool is_release = majority->version && release_size == majority->version_size &&
                          memcmp(found, majority->version, release_size) == 0;
        char wanted[256];

        (void) snprintf(wanted, sizeof(wanted), "%.*s%s", (int) majority->version_size,
                        majority->version ? majority->version : "",
                        majority->flags ? majority->flags : "");
        if (!candidate->vermagic)
                return report_unversioned(check, c, "vermagic");
        if ((majority->flags && strcmp(found_flags, majority->flags) != 0) ||
            (!is_release && !(has_crcs && candidate->has_versions)))
                return check_report(
                        check, c,
                        &(Finding){ .kind = FINDING_VERMAGIC, .found = found, .wanted = wanted });
        if (!is_release)
                return report_release(check, c, found, release_size);

        return has_crcs && !candidate->has_versions && candidate->n_imports > 0
                       ? report_unversioned(check, c, "CRCs of the symbols that it needs")
                       : 0;
}

static int check_builtin(Check *check, uint32_t c) {
        const Lookup *lookup = check->input->lookup;
        const char *name = check->states[c].name;

        for (uint32_t m = check->n_tree; m < lookup_count(lookup); m++) {
                if (strcmp(lookup_name(lookup, m), name) == 0)
                        return check_report(check, c,
                                            &(Finding){ .kind = FINDING_BUILTIN, .found = name });
        }

        return 0;
}

/* What is in the tree is read every day. Uncompressed files always are. */
static int check_compression(Check *check, uint32_t c) {
        const char *compression = check_candidate(check, c)->compression;
        char ending[8];

        if (compression[0] == '\0' || check->n_tree == 0 ||
            snprintf(ending, sizeof(ending), ".%s", compression) >= (int) sizeof(ending))
                return 0;

        for (uint32_t m = 0; m < check->n_tree; m++) {
                if (has_ending(tree_module_path(&check->model->tree, m), ending))
                        return 0;
        }

        return check_report(check, c,
                            &(Finding){ .kind = FINDING_COMPRESSION, .found = compression });
}

/* Who has signed the kernel's own modules; NULL: nobody, or nobody knows. */
static const char *signer_of_tree(Check *check) {
        const Candidate *module = check->n_tree > 0 ? check_describe(check, 0) : NULL;

        return module ? module->signer : NULL;
}

static int check_signature(Check *check, uint32_t c) {
        static const FindingKind unsigned_kinds[] = {
                [CHECK_ENFORCEMENT_UNKNOWN] = FINDING_UNSIGNED_UNKNOWN,
                [CHECK_NOT_ENFORCED] = FINDING_UNSIGNED_TAINTS,
                [CHECK_ENFORCED] = FINDING_UNSIGNED,
        };
        CheckEnforcement enforcement = check->input->rules.signatures;
        const char *signer = check_candidate(check, c)->signer, *wanted;

        if (!signer)
                return check_report(check, c, &(Finding){ .kind = unsigned_kinds[enforcement] });
        if (enforcement != CHECK_ENFORCED)
                return 0;

        wanted = signer_of_tree(check);
        if (wanted && strcmp(signer, wanted) == 0)
                return 0;
        return check_report(check, c,
                            &(Finding){ .kind = FINDING_SIGNER,
                                        .found = signer,
                                        .wanted = wanted ? wanted : "nobody" });
}

int check_origin(Check *check, uint32_t c) {
        static int (*const steps[])(Check * check, uint32_t candidate) = {
                check_builtin, check_machine, check_vermagic, check_compression, check_signature
        };
        int r = check_file(check, c);

        for (size_t i = 0; r >= 0 && check_candidate(check, c)->error == 0 && i < ELEMENTSOF(steps);
             i++)
                r = steps[i](check, c);
        return r;
}
