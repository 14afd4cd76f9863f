/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"

#include <string.h>

#include "kernel-exports.h"

typedef int (*Parse)(KernelExports *exports, Buffer *bytes);

static void check_order(const KernelExports *exports) {
        for (size_t i = 1; i < exports->count; i++) {
                int r = strcmp(exports->items[i - 1].name, exports->items[i].name);

                fuzz_check(r < 0 || (r == 0 && strcmp(exports->items[i - 1].provider,
                                                      exports->items[i].provider) <= 0));
        }
}

/* Its strings are those of the file, without what separates them. */
static void check_export(const KernelExports *exports, const KernelExport *export, bool is_map) {
        const KernelExport *found = kernel_exports_find(exports, export->name);

        fuzz_check(found && strcmp(found->name, export->name) == 0);
        fuzz_check(!strchr(export->name, '\n') && !strchr(export->provider, '\n'));
        fuzz_check(!strchr(export->namespace, '\n'));
        fuzz_check(!is_map || (!export->has_crc && export->provider[0] == '\0'));
        fuzz_check(is_map || (export->name[0] != '\0' && !strchr(export->name, '\t') &&
                              export->kind != CANDIDATE_EXPORT_UNKNOWN));
        fuzz_check(!export->has_crc || export->crc != 0);
}

static void check_file(Parse parse, bool is_map, const uint8_t *bytes, size_t size) {
        _cleanup_kernel_exports_ KernelExports exports = {};
        _cleanup_buffer_ Buffer copy = {};

        buffer_append(&copy, bytes, size);
        fuzz_check(parse(&exports, &copy) == 0);
        check_order(&exports);
        for (size_t i = 0; i < exports.count; i++)
                check_export(&exports, &exports.items[i], is_map);
        (void) kernel_exports_find(&exports, "");
        (void) kernel_exports_find(&exports, "\xff");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
        check_file(kernel_exports_parse_symvers, false, bytes, size);
        check_file(kernel_exports_parse_system_map, true, bytes, size);
        return 0;
}
