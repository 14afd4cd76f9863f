/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "check-parts.h"
#include "symbol-users.h"

uint32_t check_find_candidate(const Check *check, uint32_t except, const char *symbol) {
        size_t low = 0, high = check->n_slots;

        while (low < high) {
                size_t middle = low + (high - low) / 2;

                if (strcmp(check->slots[middle].name, symbol) < 0)
                        low = middle + 1;
                else
                        high = middle;
        }

        for (; low < check->n_slots && strcmp(check->slots[low].name, symbol) == 0; low++) {
                if (check->slots[low].candidate != except)
                        return check->slots[low].candidate;
        }

        return CHECK_NONE;
}

static CheckProvider of_candidate(const Check *check, uint32_t c, const char *symbol) {
        const CandidateExport *export = candidate_find_export(check_candidate(check, c), symbol);

        return (CheckProvider){ .kind = CHECK_PROVIDER_NODE,
                                .node = check->n_tree + c,
                                .crc = export->crc,
                                .has_crc = export->has_crc,
                                .export = export->kind,
                                .namespace = export->namespace,
                                .name = check_candidate(check, c)->path };
}

static int of_kernel(const Check *check, const KernelExport *export, const char *symbol,
                     CheckProvider *provider) {
        int r;

        *provider = (CheckProvider){ .kind = CHECK_PROVIDER_KERNEL,
                                     .crc = export->crc,
                                     .has_crc = export->has_crc,
                                     .export = export->kind,
                                     .namespace = export->namespace,
                                     .name = "the kernel" };
        if (check->input->exports->has_crcs)
                return 0;

        r = symbol_imported_crc(check->input->lookup, symbol, &provider->crc);
        provider->has_crc = r > 0;
        provider->is_crc_unknown = r == 0;
        return r < 0 ? r : 0;
}

/*
 * How a module exports a symbol stands in its file. Where the kernel's build tells it, of an export
 * with the same CRC, the file need not be read.
 */
static void tell_export(Check *check, const char *symbol, CheckProvider *provider) {
        const KernelExport *known = kernel_exports_find(check->input->exports, symbol);
        const Candidate *described;
        const CandidateExport *export;

        if (known && known->provider[0] != '\0' && provider->has_crc && known->has_crc &&
            known->crc == provider->crc) {
                provider->export = known->kind;
                provider->namespace = known->namespace;
                return;
        }

        described = check_describe(check, provider->node);
        export = described ? candidate_find_export(described, symbol) : NULL;
        if (export) {
                provider->export = export->kind;
                provider->namespace = export->namespace;
        }
}

static void of_module(Check *check, uint32_t module, uint64_t crc, const char *symbol,
                      CheckProvider *provider) {
        *provider = (CheckProvider){ .kind = CHECK_PROVIDER_NODE,
                                     .node = module,
                                     .crc = (uint32_t) crc,
                                     .has_crc = crc != 0 && crc <= UINT32_MAX,
                                     .namespace = "",
                                     .name = tree_module_path(&check->model->tree, module) };
        tell_export(check, symbol, provider);
}

/* Where the provider of the indexes goes or is replaced, another one may export the symbol, too. */
static int find_other(Check *check, const char *symbol, CheckProvider *provider) {
        _cleanup_providers_ Providers found = {};
        int r;

        r = symbol_find_providers(check->input->lookup, symbol, &found);
        if (r < 0)
                return r;

        for (size_t i = 0; i < found.count; i++) {
                const Provider *item = &found.items[i];

                if (item->module == PROVIDER_KERNEL && check->input->exports->count == 0) {
                        *provider = (CheckProvider){ .kind = CHECK_PROVIDER_KERNEL,
                                                     .crc = item->crc,
                                                     .has_crc = item->is_crc_known,
                                                     .is_crc_unknown = !item->is_crc_known,
                                                     .is_assumed = true,
                                                     .namespace = "",
                                                     .name = "the kernel" };
                        return 0;
                }
                if (item->module == PROVIDER_KERNEL ||
                    check->taken_by[item->module] != item->module)
                        continue;
                of_module(check, item->module, item->is_crc_known ? item->crc : 0, symbol,
                          provider);
                return 0;
        }

        if (check->input->exports->count == 0 && found.count == 0)
                provider->kind = CHECK_PROVIDER_UNKNOWN;
        return 0;
}

/* One of the kernel's modules, or the kernel if it is taken to export the symbol. */
static int find_known(Check *check, const char *symbol, CheckProvider *provider) {
        const Model *model = check->model;
        StringId id = string_table_find(model->tree.strings, symbol, strlen(symbol));
        Symbol known = symbol_table_get(&model->symbols, id);

        if (known.provider >= check->n_tree || check->taken_by[known.provider] != known.provider)
                return find_other(check, symbol, provider);

        of_module(check, known.provider, known.crc, symbol, provider);
        return 0;
}

/* The kernel's own exports are found before those of modules. */
int check_find_provider(Check *check, uint32_t candidate, const char *symbol,
                        CheckProvider *ret_provider) {
        const KernelExport *known = kernel_exports_find(check->input->exports, symbol);
        uint32_t other;

        *ret_provider = (CheckProvider){ .kind = CHECK_PROVIDER_NONE, .namespace = "" };
        if (known && known->provider[0] == '\0')
                return of_kernel(check, known, symbol, ret_provider);

        other = check_find_candidate(check, candidate, symbol);
        if (other != CHECK_NONE) {
                *ret_provider = of_candidate(check, other, symbol);
                return 0;
        }

        return find_known(check, symbol, ret_provider);
}

static int format(char **ret_text, const char *format, const char *a, const char *b) {
        if (asprintf(ret_text, format, a, b) >= 0)
                return 0;

        *ret_text = NULL;
        return -ENOMEM;
}

int check_advise_provider(Check *check, const char *symbol, char **ret_advice) {
        const CheckInput *input = check->input;
        const KernelExport *known = kernel_exports_find(input->exports, symbol);
        int r;

        if (known)
                return format(ret_advice, "%s of this kernel's build does, install that module%s",
                              known->provider, "");

        for (size_t i = 0; i < input->n_others; i++) {
                _cleanup_providers_ Providers found = {};

                r = symbol_find_providers(input->others[i].lookup, symbol, &found);
                if (r < 0)
                        return r;
                if (found.count > 0 && found.items[0].module == PROVIDER_KERNEL)
                        return format(ret_advice, "kernel %s does%s", input->others[i].release, "");
                if (found.count > 0)
                        return format(ret_advice, "%s of kernel %s does", found.items[0].path,
                                      input->others[i].release);
        }

        return format(ret_advice,
                      "install the module that does, or one that is built for this kernel%s%s", "",
                      "");
}
