/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bus-calls.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "macro.h"
#include "wire.h"

#define CALLS_MAX 16
#define STRINGS_MAX 8

#define PROPERTIES "org.freedesktop.DBus.Properties"
#define LOG_CONTROL "org.freedesktop.LogControl1"

typedef struct Source {
        const uint8_t *next;
        const uint8_t *end;
} Source;

static const struct {
        const char *interface;
        const char *member;
        const char *signature;
} methods[] = {
        { DEPMOD1_MANAGER, "ListKernels", "t" },
        { DEPMOD1_MANAGER, "GetKernel", "st" },
        { DEPMOD1_MANAGER, "Settle", "Stt" },
        { DEPMOD1_MANAGER, "Refresh", "St" },
        { DEPMOD1_MANAGER, "Reload", "t" },
        { DEPMOD1_MANAGER, "ResolveAliasesFor", "SSt" },
        { DEPMOD1_MANAGER, "Inhibit", "sst" },
        { DEPMOD1_MANAGER, "ListInhibitors", "" },
        { DEPMOD1_MANAGER, "GetStatistics", "" },
        { DEPMOD1_MANAGER, "Describe", "" },
        { DEPMOD1_KERNEL, "ListModules", "st" },
        { DEPMOD1_KERNEL, "GetModule", "st" },
        { DEPMOD1_KERNEL, "GetDependencies", "st" },
        { DEPMOD1_KERNEL, "GetReverseDependencies", "st" },
        { DEPMOD1_KERNEL, "GetLoadOrder", "St" },
        { DEPMOD1_KERNEL, "ResolveAlias", "st" },
        { DEPMOD1_KERNEL, "ResolveAliases", "St" },
        { DEPMOD1_KERNEL, "FindSymbol", "st" },
        { DEPMOD1_KERNEL, "FindSymbols", "St" },
        { DEPMOD1_KERNEL, "GetUsersOfSymbol", "st" },
        { DEPMOD1_KERNEL, "ListProblems", "t" },
        { DEPMOD1_KERNEL, "Diff", "t" },
        { DEPMOD1_KERNEL, "GetIndex", "st" },
        { DEPMOD1_KERNEL, "Verify", "t" },
        { PROPERTIES, "Get", "ss" },
        { PROPERTIES, "GetAll", "s" },
        { PROPERTIES, "Set", "ssv" },
        { "org.freedesktop.DBus.Introspectable", "Introspect", "" },
        { "org.freedesktop.DBus.ObjectManager", "GetManagedObjects", "" },
        { "org.freedesktop.DBus.Peer", "GetMachineId", "" },
};

static const char *const paths[] = {
        DEPMOD1_PATH,
        DEPMOD1_KERNEL_PREFIX "/_31_2e0",
        DEPMOD1_KERNEL_PREFIX "/_32_2e0",
        DEPMOD1_KERNEL_PREFIX "/_2e_2e_2f1",
        DEPMOD1_KERNEL_PREFIX "/_zz",
        DEPMOD1_KERNEL_PREFIX,
        "/org/freedesktop/LogControl1",
        "/",
};

static const char *const words[] = {
        "",
        "a",
        "b",
        "c",
        "bad",
        "built-in",
        "x",
        "y",
        "z",
        "1.0",
        "2.0",
        ".",
        "..",
        "../1.0",
        "/",
        "*",
        "[",
        "[!",
        "[]",
        "\\",
        "?",
        "a*",
        "pci:v1d0",
        "usb:b",
        "in",
        "symbol:x",
        "modules.dep",
        "modules.dep.bin",
        "modules.alias",
        "modules.devname",
        DEPMOD1_MANAGER,
        DEPMOD1_KERNEL,
        LOG_CONTROL,
        "State",
        "Release",
        "LogLevel",
        "LogTarget",
        "debug",
        "err",
        "a.ko",
        "a-b",
        "\xc3\xa4",
        "%s%n",
};

static uint8_t take_byte(Source *source) {
        return source->next < source->end ? *source->next++ : 0;
}

static uint64_t take_number(Source *source) {
        uint64_t number = take_byte(source);

        if (number < 0x80)
                return number;
        if (number == 0xff)
                return UINT64_MAX;
        for (unsigned i = 0; i < 8; i++)
                number = number << 8 | take_byte(source);
        return number;
}

/* One of the words, or up to 127 bytes of one's own. The caller frees it. */
static char *take_string(Source *source) {
        uint8_t first = take_byte(source);
        size_t size = first & 0x7f, left = (size_t) (source->end - source->next);
        char *string;

        if (first < 0x80)
                return strdup(words[first % ELEMENTSOF(words)]);

        size = size < left ? size : left;
        string = strndup((const char *) source->next, size);
        source->next += size;
        return string;
}

static bool append_string(sd_bus_message *message, Source *source) {
        _cleanup_free_ char *string = take_string(source);

        return string && sd_bus_message_append_basic(message, 's', string) >= 0;
}

static bool append_strings(sd_bus_message *message, Source *source) {
        size_t n = take_byte(source) % STRINGS_MAX;
        bool is_good = sd_bus_message_open_container(message, 'a', "s") >= 0;

        for (size_t i = 0; is_good && i < n; i++)
                is_good = append_string(message, source);
        return is_good && sd_bus_message_close_container(message) >= 0;
}

static bool append_basic(sd_bus_message *message, char type, Source *source) {
        uint64_t number = take_number(source);

        switch (type) {
        case 't':
                return sd_bus_message_append(message, "t", number) >= 0;
        case 'u':
                return sd_bus_message_append(message, "u", (uint32_t) number) >= 0;
        case 'b':
                return sd_bus_message_append(message, "b", (int) (number & 1)) >= 0;
        default:
                return sd_bus_message_append(message, "ay", 3, 1, 2, 3) >= 0;
        }
}

/* 'S' is an array of strings here, and what is none of the others is one of bytes. */
static bool append(sd_bus_message *message, char type, Source *source) {
        switch (type) {
        case 's':
                return append_string(message, source);
        case 'S':
                return append_strings(message, source);
        case 'v':
                return sd_bus_message_open_container(message, 'v', "s") >= 0 &&
                       append_string(message, source) &&
                       sd_bus_message_close_container(message) >= 0;
        default:
                return append_basic(message, type, source);
        }
}

/* Now and then the types are others than the method takes. */
static bool append_arguments(sd_bus_message *message, const char *signature, Source *source) {
        static const char types[] = "sStvuby";
        uint8_t strange = take_byte(source);

        if (strange < 0xe0) {
                for (; *signature != '\0'; signature++) {
                        if (!append(message, *signature, source))
                                return false;
                }
                return true;
        }

        for (unsigned n = strange & 7; n > 0; n--) {
                if (!append(message, types[take_byte(source) % strlen(types)], source))
                        return false;
        }

        return true;
}

static void make_call(sd_bus *bus, Source *source,
                      void (*on_call)(sd_bus_message *message, void *userdata), void *userdata) {
        size_t method = take_byte(source) % ELEMENTSOF(methods);
        uint8_t place = take_byte(source);
        const char *interface = methods[method].interface, *path = paths[0];
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;

        if (place >= 0x80)
                path = paths[place % ELEMENTSOF(paths)];
        else if (strcmp(interface, DEPMOD1_KERNEL) == 0)
                path = paths[1];
        if ((place & 0x70) == 0x70)
                interface = methods[take_byte(source) % ELEMENTSOF(methods)].interface;
        else if ((place & 0x70) == 0x60)
                interface = NULL;

        if (sd_bus_message_new_method_call(bus, &message, NULL, path, interface,
                                           methods[method].member) >= 0 &&
            append_arguments(message, methods[method].signature, source))
                on_call(message, userdata);
}

void bus_calls_make(sd_bus *bus, const uint8_t *bytes, size_t size,
                    void (*on_call)(sd_bus_message *message, void *userdata), void *userdata) {
        Source source = { .next = bytes, .end = bytes + size };

        for (unsigned i = 0; source.next < source.end && i < CALLS_MAX; i++)
                make_call(bus, &source, on_call, userdata);
}
