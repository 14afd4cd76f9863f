/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * latency RELEASE CALLS          calls each of the methods below so often, in turns
 * latency RELEASE CALLS METHOD   calls only that one
 * latency RELEASE                pings before and while all modules are read anew
 *
 * Asks the daemon on $DBUS_SYSTEM_BUS_ADDRESS and prints a line for each call: what was called, and
 * the nanoseconds from before it was sent to after its answer has been received.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>
#include <time.h>

#include "macro.h"
#include "wire.h"

/* Methods take turns in blocks: long enough to be warm, short enough that drift falls on all. */
#define BLOCK 50
#define IDLE_PINGS 5000

#define NAME_OF_BUS "org.freedesktop.DBus"

typedef struct Call {
        const char *name;
        const char *argument; /* NULL: a ping */
        bool is_list;
} Call;

static const Call calls[] = {
        { "Ping" },
        { "ResolveAlias", "pci:v00008086d00001533sv00000000sd00000000bc02sc00i00" },
        { "GetDependencies", "xfs" },
        { "GetLoadOrder", "btrfs", true },
};

typedef struct Sample {
        const char *name;
        uint64_t nsec;
} Sample;

typedef struct Samples {
        Sample *items;
        size_t count;
        size_t capacity;
} Samples;

static uint64_t now_nsec(void) {
        struct timespec now;

        (void) clock_gettime(CLOCK_MONOTONIC, &now);
        return (uint64_t) now.tv_sec * 1000000000 + (uint64_t) now.tv_nsec;
}

static int add(Samples *samples, const char *name, uint64_t nsec) {
        if (samples->count == samples->capacity) {
                size_t capacity = samples->capacity * 2 + 65536;
                Sample *items = reallocarray(samples->items, capacity, sizeof(*items));

                if (!items)
                        return -ENOMEM;
                samples->items = items;
                samples->capacity = capacity;
        }
        samples->items[samples->count++] = (Sample){ name, nsec };
        return 0;
}

static int time_message(Samples *samples, sd_bus *bus, sd_bus_message *message, const char *name) {
        _cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
        uint64_t begin = now_nsec();
        int r = sd_bus_call(bus, message, 0, &error, &reply);

        if (r < 0) {
                (void) fprintf(stderr, "latency: %s: %s\n", name, error.message);
                return r;
        }
        return add(samples, name, now_nsec() - begin);
}

static int ping(Samples *samples, sd_bus *bus, const char *destination, const char *name) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
        int r = sd_bus_message_new_method_call(bus, &message, destination, "/",
                                               "org.freedesktop.DBus.Peer", "Ping");

        return r < 0 ? r : time_message(samples, bus, message, name);
}

static int ask(Samples *samples, sd_bus *bus, const char *path, const Call *call) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
        int r;

        if (!call->argument)
                return ping(samples, bus, DEPMOD1_NAME, call->name);

        r = sd_bus_message_new_method_call(bus, &message, DEPMOD1_NAME, path, DEPMOD1_KERNEL,
                                           call->name);
        if (r >= 0)
                r = call->is_list ? sd_bus_message_append(message, "as", 1, call->argument)
                                  : sd_bus_message_append(message, "s", call->argument);
        if (r >= 0)
                r = sd_bus_message_append(message, "t", UINT64_C(0));
        return r < 0 ? r : time_message(samples, bus, message, call->name);
}

static int ask_one(Samples *samples, sd_bus *bus, const char *release, unsigned long n,
                   const char *method) {
        _cleanup_free_ char *path = NULL;
        int r = sd_bus_path_encode(DEPMOD1_KERNEL_PREFIX, release, &path);

        for (size_t i = 0; r >= 0 && i < ELEMENTSOF(calls); i++) {
                for (unsigned long done = 0;
                     r >= 0 && done < n && strcmp(calls[i].name, method) == 0; done++)
                        r = ask(samples, bus, path, &calls[i]);
        }

        return r;
}

static int ask_in_turns(Samples *samples, sd_bus *bus, const char *release, unsigned long n) {
        _cleanup_free_ char *path = NULL;
        int r = sd_bus_path_encode(DEPMOD1_KERNEL_PREFIX, release, &path);

        for (unsigned long done = 0; r >= 0 && done < n; done += BLOCK) {
                /* The second block of a round begins with another method than the first. */
                size_t shift = done / BLOCK;

                for (size_t i = 0; r >= 0 && i < ELEMENTSOF(calls) * BLOCK; i++)
                        r = ask(samples, bus, path,
                                &calls[(i / BLOCK + shift) % ELEMENTSOF(calls)]);
        }

        return r;
}

static int on_refreshed(sd_bus_message *reply, void *userdata, sd_bus_error *ret_error) {
        const sd_bus_error *error = sd_bus_message_get_error(reply);

        (void) ret_error;
        *(int *) userdata = error ? -EIO : 1;
        return 0;
}

/* The bus itself tells how long whoever asks anything has to wait on a machine that is so busy. */
static int ping_both(Samples *samples, sd_bus *bus, const char *daemon, const char *itself) {
        int r = ping(samples, bus, DEPMOD1_NAME, daemon);

        return r < 0 ? r : ping(samples, bus, NAME_OF_BUS, itself);
}

static int ping_while_refreshing(Samples *samples, sd_bus *bus, const char *release) {
        uint64_t begin;
        int is_done = 0, r = 0;

        for (unsigned i = 0; r >= 0 && i < IDLE_PINGS; i++)
                r = ping_both(samples, bus, "idle", "bus-idle");
        begin = now_nsec();
        if (r >= 0)
                r = sd_bus_call_method_async(bus, NULL, DEPMOD1_NAME, DEPMOD1_PATH, DEPMOD1_MANAGER,
                                             "Refresh", on_refreshed, &is_done, "ast", 1, release,
                                             DEPMOD1_REFRESH_REPARSE | DEPMOD1_REFRESH_REWRITE);
        while (r >= 0 && is_done == 0) {
                r = ping_both(samples, bus, "busy", "bus-busy");
                while (r >= 0 && (r = sd_bus_process(bus, NULL)) > 0)
                        continue;
        }

        if (r >= 0)
                r = add(samples, "Refresh", now_nsec() - begin);
        return r < 0 ? r : is_done;
}

int main(int argc, char *argv[]) {
        _cleanup_(sd_bus_flush_close_unrefp) sd_bus *bus = NULL;
        Samples samples = {};
        int r;

        if (argc < 2)
                return EXIT_FAILURE;

        r = sd_bus_open_system(&bus);
        if (r >= 0 && argc == 4)
                r = ask_one(&samples, bus, argv[1], strtoul(argv[2], NULL, 10), argv[3]);
        else if (r >= 0 && argc == 3)
                r = ask_in_turns(&samples, bus, argv[1], strtoul(argv[2], NULL, 10));
        else if (r >= 0)
                r = ping_while_refreshing(&samples, bus, argv[1]);
        if (r < 0) {
                (void) fprintf(stderr, "latency: %s\n", strerror(-r));
                return EXIT_FAILURE;
        }

        for (size_t i = 0; i < samples.count; i++)
                printf("%s %llu\n", samples.items[i].name,
                       (unsigned long long) samples.items[i].nsec);
        free(samples.items);
        return EXIT_SUCCESS;
}
