/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bus-parts.h"

char *bus_kernel_path(const char *release) {
        char *path;

        return sd_bus_path_encode(DEPMOD1_KERNEL_PREFIX, release, &path) < 0 ? NULL : path;
}

size_t bus_n_kernels(const Bus *bus) {
        size_t n = 0;

        for (size_t i = 0; i < bus->manager->n_kernels; i++)
                n += bus->manager->kernels[i]->is_exported;
        return n;
}

static int get_state(sd_bus *connection, const char *path, const char *interface,
                     const char *property, sd_bus_message *reply, void *userdata,
                     sd_bus_error *ret_error) {
        (void) connection;
        (void) path;
        (void) interface;
        (void) property;
        (void) ret_error;
        return sd_bus_message_append(reply, "s", kernel_state(userdata));
}

static int get_generation(sd_bus *connection, const char *path, const char *interface,
                          const char *property, sd_bus_message *reply, void *userdata,
                          sd_bus_error *ret_error) {
        const Kernel *kernel = userdata;

        (void) connection;
        (void) path;
        (void) interface;
        (void) property;
        (void) ret_error;
        return sd_bus_message_append(reply, "t",
                                     kernel->snapshot ? kernel->snapshot->generation : 0);
}

static int get_count(sd_bus *connection, const char *path, const char *interface,
                     const char *property, sd_bus_message *reply, void *userdata,
                     sd_bus_error *ret_error) {
        const Kernel *kernel = userdata;

        (void) connection;
        (void) path;
        (void) interface;
        (void) ret_error;
        return sd_bus_message_append(reply, "u",
                                     strcmp(property, "NModules") == 0 ? kernel_n_modules(kernel)
                                                                       : kernel_n_problems(kernel));
}

static int get_writable(sd_bus *connection, const char *path, const char *interface,
                        const char *property, sd_bus_message *reply, void *userdata,
                        sd_bus_error *ret_error) {
        (void) connection;
        (void) path;
        (void) interface;
        (void) property;
        (void) ret_error;
        return sd_bus_message_append(reply, "b", kernel_is_writable(userdata));
}

#define QUESTION(member, in, in_names, out, out_names)                                             \
        SD_BUS_METHOD_WITH_NAMES(member, in, in_names, out, out_names, bus_take_kernel_question,   \
                                 SD_BUS_VTABLE_UNPRIVILEGED)
#define P SD_BUS_PARAM

static const sd_bus_vtable kernel_vtable[] = {
        SD_BUS_VTABLE_START(0),
        SD_BUS_PROPERTY("Release", "s", NULL, offsetof(Kernel, release),
                        SD_BUS_VTABLE_PROPERTY_CONST),
        SD_BUS_PROPERTY("Path", "s", NULL, offsetof(Kernel, directory),
                        SD_BUS_VTABLE_PROPERTY_CONST),
        SD_BUS_PROPERTY("State", "s", get_state, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
        SD_BUS_PROPERTY("Generation", "t", get_generation, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
        SD_BUS_PROPERTY("PublishedGeneration", "t", NULL, offsetof(Kernel, published_generation),
                        SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
        SD_BUS_PROPERTY("LastChangeUSec", "t", NULL, offsetof(Kernel, last_change_usec), 0),
        SD_BUS_PROPERTY("LastPublishUSec", "t", NULL, offsetof(Kernel, last_publish_usec), 0),
        SD_BUS_PROPERTY("NModules", "u", get_count, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
        SD_BUS_PROPERTY("NProblems", "u", get_count, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
        SD_BUS_PROPERTY("Writable", "b", get_writable, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
        QUESTION("ListModules", "st", P(glob) P(flags), "a(sssu)t", P(modules) P(generation)),
        QUESTION("GetModule", "st", P(name) P(flags), "a{sv}t", P(module) P(generation)),
        QUESTION("GetDependencies", "st", P(name) P(flags), "a(ssu)t",
                 P(dependencies) P(generation)),
        QUESTION("GetReverseDependencies", "st", P(name) P(flags), "a(ssu)t",
                 P(dependents) P(generation)),
        QUESTION("GetLoadOrder", "ast", P(names) P(flags), "a(ssu)ast",
                 P(order) P(unresolved) P(generation)),
        QUESTION("GetGraph", "ast", P(names) P(flags), "a(ssi)a(uuuu)t",
                 P(modules) P(edges) P(generation)),
        QUESTION("ResolveAlias", "st", P(alias) P(flags), "a(sss)t", P(modules) P(generation)),
        QUESTION("ResolveAliases", "ast", P(aliases) P(flags), "a(sa(sss))t",
                 P(results) P(generation)),
        QUESTION("Resolve", "ast", P(names) P(flags), "a(ssua{sv})asa(ssss)t",
                 P(modules) P(unresolved) P(blacklisted) P(generation)),
        QUESTION("GetPullers", "st", P(name) P(flags), "asa(sssuuu)t",
                 P(aliases) P(pullers) P(generation)),
        QUESTION("GetChain", "sst", P(from) P(to) P(flags), "a(ssuas)t", P(chain) P(generation)),
        QUESTION("GetWays", "st", P(name) P(flags), "sa(ssssss)ast",
                 P(verdict) P(ways) P(notes) P(generation)),
        QUESTION("GetModuleStates", "ast", P(names) P(flags), "a(ssss)t", P(states) P(generation)),
        QUESTION("ListDevices", "t", P(flags), "a(ssa(sss)s)t", P(devices) P(generation)),
        QUESTION("FindSymbol", "st", P(symbol) P(flags), "a(ssussb)t", P(providers) P(generation)),
        QUESTION("FindSymbols", "ast", P(symbols) P(flags), "a(sa(ssussb))t",
                 P(results) P(generation)),
        QUESTION("GetUsersOfSymbol", "st", P(symbol) P(flags), "ast", P(modules) P(generation)),
        QUESTION("ListProblems", "t", P(flags), "a(sssssa{sv})t", P(problems) P(generation)),
        QUESTION("ListShadowed", "t", P(flags), "a(ssss)t", P(shadowed) P(generation)),
        QUESTION("ListConflicts", "t", P(flags), "a(ssss)t", P(conflicts) P(generation)),
        QUESTION("Diff", "t", P(flags), "a(ssttuu)t", P(files) P(generation)),
        QUESTION("GetHistory", "t", P(flags), "a(ttasasasasb)t", P(history) P(generation)),
        QUESTION("GetIndex", "st", P(file) P(flags), "htt", P(fd) P(size) P(generation)),
        QUESTION("Verify", "t", P(flags), "ba(ss)", P(intact) P(findings)),
        SD_BUS_SIGNAL_WITH_NAMES("Changed", "tasasasb",
                                 P(generation) P(added) P(removed) P(changed) P(truncated), 0),
        SD_BUS_SIGNAL_WITH_NAMES("Published", "tas", P(generation) P(files), 0),
        SD_BUS_SIGNAL_WITH_NAMES("DevicesChanged", "ta(ssas)b",
                                 P(generation) P(devices) P(truncated), 0),
        SD_BUS_VTABLE_END,
};

#undef P
#undef QUESTION

/* A kernel that goes is found until others have been told. */
static Kernel *find(const Bus *bus, const char *release) {
        for (size_t i = 0; i < bus->manager->n_kernels; i++) {
                if (strcmp(bus->manager->kernels[i]->release, release) == 0)
                        return bus->manager->kernels[i];
        }

        return manager_find_kernel(bus->manager, release);
}

static int on_find(sd_bus *connection, const char *path, const char *interface, void *userdata,
                   void **ret_found, sd_bus_error *ret_error) {
        _cleanup_free_ char *release = NULL;
        Kernel *kernel;
        int r;

        (void) connection;
        (void) interface;
        (void) ret_error;
        r = sd_bus_path_decode(path, DEPMOD1_KERNEL_PREFIX, &release);
        if (r <= 0)
                return r;
        kernel = find(userdata, release);
        if (!kernel)
                return 0;

        *ret_found = kernel;
        return 1;
}

static int on_enumerate(sd_bus *connection, const char *prefix, void *userdata, char ***ret_nodes,
                        sd_bus_error *ret_error) {
        const Manager *manager = ((Bus *) userdata)->manager;
        char **nodes = calloc(manager->n_kernels + 1, sizeof(char *));
        size_t n = 0;

        (void) connection;
        (void) prefix;
        (void) ret_error;
        if (!nodes)
                return -ENOMEM;

        for (size_t i = 0; i < manager->n_kernels; i++) {
                if (!manager->kernels[i]->is_exported)
                        continue;
                nodes[n] = bus_kernel_path(manager->kernels[i]->release);
                if (!nodes[n]) {
                        while (n > 0)
                                free(nodes[--n]);
                        free(nodes);
                        return -ENOMEM;
                }
                n++;
        }

        *ret_nodes = nodes;
        return 0;
}

int bus_add_kernels(Bus *bus) {
        int r;

        r = sd_bus_add_fallback_vtable(bus->bus, NULL, DEPMOD1_KERNEL_PREFIX, DEPMOD1_KERNEL,
                                       kernel_vtable, on_find, bus);
        if (r >= 0)
                r = sd_bus_add_node_enumerator(bus->bus, NULL, DEPMOD1_KERNEL_PREFIX, on_enumerate,
                                               bus);
        return r;
}
