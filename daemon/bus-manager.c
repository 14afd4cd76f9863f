/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "access.h"
#include "bus-parts.h"
#include "usec.h"

static const char *const features[] = { "settle", "inhibit", "index", NULL };

static int get_text(sd_bus *connection, const char *path, const char *interface,
                    const char *property, sd_bus_message *reply, void *userdata,
                    sd_bus_error *ret_error) {
        const Manager *manager = ((const Bus *) userdata)->manager;
        const char *text = DEPMODD_VERSION;

        (void) connection;
        (void) path;
        (void) interface;
        (void) ret_error;
        if (strcmp(property, "ModulesPath") == 0)
                text = manager->settings->modules_path;
        else if (strcmp(property, "RunningKernel") == 0)
                text = manager->running_release;
        else if (strcmp(property, "State") == 0)
                text = manager_state(manager);
        else if (strcmp(property, "Watching") == 0)
                text = manager_watching(manager);
        return sd_bus_message_append(reply, "s", text);
}

static int get_number(sd_bus *connection, const char *path, const char *interface,
                      const char *property, sd_bus_message *reply, void *userdata,
                      sd_bus_error *ret_error) {
        const Bus *bus = userdata;

        (void) connection;
        (void) path;
        (void) interface;
        (void) ret_error;
        if (strcmp(property, "QuietUSec") == 0)
                return sd_bus_message_append(reply, "t", bus->manager->settings->settle.quiet_usec);
        return sd_bus_message_append(reply, "u",
                                     strcmp(property, "NKernels") == 0
                                             ? (uint32_t) bus_n_kernels(bus)
                                             : bus->n_inhibitors);
}

static int get_features(sd_bus *connection, const char *path, const char *interface,
                        const char *property, sd_bus_message *reply, void *userdata,
                        sd_bus_error *ret_error) {
        (void) connection;
        (void) path;
        (void) interface;
        (void) property;
        (void) userdata;
        (void) ret_error;
        return sd_bus_message_append_strv(reply, (char **) features);
}

static int on_reload(sd_bus_message *message, void *userdata, sd_bus_error *ret_error) {
        Bus *bus = userdata;
        uint64_t flags;
        int r;

        r = sd_bus_message_rewind(message, true);
        if (r >= 0)
                r = sd_bus_message_read(message, "t", &flags);
        if (r < 0)
                return r;
        if (flags != 0)
                return sd_bus_error_set(ret_error, SD_BUS_ERROR_INVALID_ARGS,
                                        "Reload knows no flags");
        r = access_check(bus, message, DEPMOD1_ACTION_RELOAD, ret_error);
        if (r <= 0)
                return r < 0 ? r : 1; /* polkit is being asked; the message comes once more */

        r = manager_reload(bus->manager);
        if (r < 0)
                return sd_bus_error_set_errnof(ret_error, r, "Cannot read the configuration: %s",
                                               strerror(-r));
        return sd_bus_reply_method_return(message, NULL);
}

static uint64_t count_modules(const Manager *manager) {
        uint64_t n = 0;

        for (size_t i = 0; i < manager->n_kernels; i++)
                n += kernel_n_modules(manager->kernels[i]);
        return n;
}

static int on_get_statistics(sd_bus_message *message, void *userdata, sd_bus_error *ret_error) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
        const Bus *bus = userdata;
        const Manager *manager = bus->manager;
        const Statistics *statistics = &manager->site.statistics;
        const Watch *watch = manager->site.watch;
        const struct {
                const char *key;
                uint64_t value;
        } rows[] = {
                { "Kernels", bus_n_kernels(bus) },
                { "Modules", count_modules(manager) },
                { "Refreshes", statistics->refreshes },
                { "RefreshedModules", statistics->refreshed_modules },
                { "Publications", statistics->publications },
                { "PublishedFiles", statistics->published_files },
                { "Adoptions", statistics->adoptions },
                { "Repairs", statistics->repairs },
                { "Questions", statistics->questions },
                { "Waiters", manager->n_waiters },
                { "Watches", watch ? watch_count(watch) : 0 },
                { "Overflows", watch ? watch_n_overflows(watch) : 0 },
                { "LongestTurnUSec", statistics->longest_turn_usec },
                { "UptimeUSec", usec_monotonic() - manager->start_usec },
        };
        int r;

        (void) ret_error;
        r = sd_bus_message_new_method_return(message, &reply);
        if (r >= 0)
                r = sd_bus_message_open_container(reply, 'a', "{sv}");
        for (size_t i = 0; r >= 0 && i < ELEMENTSOF(rows); i++)
                r = sd_bus_message_append(reply, "{sv}", rows[i].key, "t", rows[i].value);
        if (r >= 0)
                r = sd_bus_message_close_container(reply);
        return r < 0 ? r : sd_bus_send(NULL, reply, NULL);
}

#define QUESTION(member, in, in_names, out, out_names)                                             \
        SD_BUS_METHOD_WITH_NAMES(member, in, in_names, out, out_names, bus_take_question,          \
                                 SD_BUS_VTABLE_UNPRIVILEGED)
#define METHOD(member, in, in_names, out, out_names, handler)                                      \
        SD_BUS_METHOD_WITH_NAMES(member, in, in_names, out, out_names, handler,                    \
                                 SD_BUS_VTABLE_UNPRIVILEGED)
#define P SD_BUS_PARAM

static const sd_bus_vtable manager_vtable[] = {
        SD_BUS_VTABLE_START(0),
        SD_BUS_PROPERTY("Version", "s", get_text, 0, SD_BUS_VTABLE_PROPERTY_CONST),
        SD_BUS_PROPERTY("Features", "as", get_features, 0, SD_BUS_VTABLE_PROPERTY_CONST),
        SD_BUS_PROPERTY("ModulesPath", "s", get_text, 0, SD_BUS_VTABLE_PROPERTY_CONST),
        SD_BUS_PROPERTY("RunningKernel", "s", get_text, 0, SD_BUS_VTABLE_PROPERTY_CONST),
        SD_BUS_PROPERTY("State", "s", get_text, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
        SD_BUS_PROPERTY("Watching", "s", get_text, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
        SD_BUS_PROPERTY("NKernels", "u", get_number, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
        SD_BUS_PROPERTY("NInhibitors", "u", get_number, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
        SD_BUS_PROPERTY("QuietUSec", "t", get_number, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
        QUESTION("ListKernels", "t", P(flags), "a(sostttuu)", P(kernels)),
        QUESTION("GetKernel", "st", P(release) P(flags), "o", P(kernel)),
        QUESTION("Settle", "astt", P(releases) P(flags) P(timeout_usec), "a(sttb)", P(kernels)),
        QUESTION("Refresh", "ast", P(releases) P(flags), "a(sttb)", P(kernels)),
        METHOD("Reload", "t", P(flags), "", , on_reload),
        QUESTION("ResolveAliasesFor", "asast", P(releases) P(aliases) P(flags), "a(ssa(sss))",
                 P(results)),
        QUESTION("DiffKernels", "sst", P(old) P(new) P(flags),
                 "a(ssss)a(ssssuu)a(sss)a(sssasas)a(sssa(sss))tt",
                 P(modules) P(symbols) P(aliases) P(devices) P(carried) P(old_generation)
                         P(new_generation)),
        METHOD("Inhibit", "sst", P(who) P(why) P(flags), "h", P(fd), bus_take_inhibit),
        METHOD("ListInhibitors", "", , "a(ssut)", P(inhibitors), bus_list_inhibitors),
        METHOD("GetStatistics", "", , "a{sv}", P(statistics), on_get_statistics),
        QUESTION("Describe", "", , "s", P(json)),
        SD_BUS_SIGNAL_WITH_NAMES("KernelAdded", "so", P(release) P(kernel), 0),
        SD_BUS_SIGNAL_WITH_NAMES("KernelRemoved", "so", P(release) P(kernel), 0),
        SD_BUS_VTABLE_END,
};

#undef P
#undef METHOD
#undef QUESTION

int bus_add_manager(Bus *bus) {
        return sd_bus_add_object_vtable(bus->bus, NULL, DEPMOD1_PATH, DEPMOD1_MANAGER,
                                        manager_vtable, bus);
}
