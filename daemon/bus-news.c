/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bus-parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#include "utf8.h"

static int append_name(sd_bus_message *signal, const char *name) {
        _cleanup_free_ char *escaped = NULL;
        int r = utf8_is_valid(name) ? 0 : utf8_escape(name, &escaped);

        return r < 0 ? r : sd_bus_message_append_basic(signal, 's', escaped ? escaped : name);
}

static int append_names(sd_bus_message *signal, const char **names, size_t count) {
        int r;

        r = sd_bus_message_open_container(signal, 'a', "s");
        for (size_t i = 0; r >= 0 && i < count; i++)
                r = append_name(signal, names[i]);
        return r < 0 ? r : sd_bus_message_close_container(signal);
}

static int send_changed(Bus *bus, const Kernel *kernel, const char *path) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *signal = NULL;
        const Difference *difference = &kernel->snapshot->difference;
        int r;

        r = sd_bus_message_new_signal(bus->bus, &signal, path, DEPMOD1_KERNEL, "Changed");
        if (r >= 0)
                r = sd_bus_message_append(signal, "t", kernel->snapshot->generation);
        if (r >= 0)
                r = append_names(signal, difference->added, difference->n_added);
        if (r >= 0)
                r = append_names(signal, difference->removed, difference->n_removed);
        if (r >= 0)
                r = append_names(signal, difference->changed, difference->n_changed);
        if (r >= 0)
                r = sd_bus_message_append(signal, "b", difference->is_truncated);
        return r < 0 ? r : sd_bus_send(bus->bus, signal, NULL);
}

static int send_published(Bus *bus, const Kernel *kernel, const char *path) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *signal = NULL;
        int r;

        r = sd_bus_message_new_signal(bus->bus, &signal, path, DEPMOD1_KERNEL, "Published");
        if (r >= 0)
                r = sd_bus_message_append(signal, "t", kernel->published_generation);
        if (r >= 0)
                r = sd_bus_message_open_container(signal, 'a', "s");
        for (size_t i = 0; r >= 0 && i < OUTPUT_KINDS; i++) {
                if (kernel->announced_files & OUTPUT_BIT(i))
                        r = sd_bus_message_append_basic(signal, 's', output_name(i));
        }
        if (r >= 0)
                r = sd_bus_message_close_container(signal);
        return r < 0 ? r : sd_bus_send(bus->bus, signal, NULL);
}

static int append_served(sd_bus_message *signal, const ServedAnew *served) {
        int r;

        r = sd_bus_message_open_container(signal, 'r', "ssas");
        if (r >= 0)
                r = append_name(signal, served->device->path);
        if (r >= 0)
                r = append_name(signal, served->device->modalias);
        if (r >= 0)
                r = sd_bus_message_open_container(signal, 'a', "s");
        for (size_t i = 0; r >= 0 && i < served->modules.count; i++)
                r = append_name(signal, served->modules.items[i].name);
        if (r >= 0)
                r = sd_bus_message_close_container(signal);
        return r < 0 ? r : sd_bus_message_close_container(signal);
}

static int send_devices_changed(Bus *bus, const DevicesJob *news, const char *path) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *signal = NULL;
        int r;

        r = sd_bus_message_new_signal(bus->bus, &signal, path, DEPMOD1_KERNEL, "DevicesChanged");
        if (r >= 0)
                r = sd_bus_message_append(signal, "t", news->snapshot->generation);
        if (r >= 0)
                r = sd_bus_message_open_container(signal, 'a', "(ssas)");
        for (size_t i = 0; r >= 0 && i < news->n_changed; i++)
                r = append_served(signal, &news->changed[i]);
        if (r >= 0)
                r = sd_bus_message_close_container(signal);
        if (r >= 0)
                r = sd_bus_message_append(signal, "b", news->is_truncated);
        return r < 0 ? r : sd_bus_send(bus->bus, signal, NULL);
}

static void send_added(Bus *bus, const Kernel *kernel, const char *path) {
        (void) sd_bus_emit_object_added(bus->bus, path);
        (void) sd_bus_emit_signal(bus->bus, DEPMOD1_PATH, DEPMOD1_MANAGER, "KernelAdded", "so",
                                  kernel->release, path);
}

static void send_removed(Bus *bus, const Kernel *kernel, const char *path) {
        (void) sd_bus_emit_object_removed(bus->bus, path);
        (void) sd_bus_emit_signal(bus->bus, DEPMOD1_PATH, DEPMOD1_MANAGER, "KernelRemoved", "so",
                                  kernel->release, path);
}

/* Others know of a kernel once something is known of it, and while there is something in it. */
static void export_kernel(Bus *bus, Kernel *kernel, const char *path) {
        bool is_kernel = kernel->snapshot && kernel->snapshot->is_kernel && !kernel->is_gone;

        if (is_kernel == kernel->is_exported)
                return;

        kernel->is_exported = is_kernel;
        if (!bus->bus)
                return;
        if (is_kernel)
                send_added(bus, kernel, path);
        else
                send_removed(bus, kernel, path);
}

static void send_properties(Bus *bus, Kernel *kernel, const char *path) {
        const char *state = kernel_state(kernel);
        bool is_changed = kernel->announced != kernel->snapshot || kernel->has_published;

        if (is_changed)
                (void) sd_bus_emit_properties_changed(bus->bus, path, DEPMOD1_KERNEL, "State",
                                                      "Generation", "PublishedGeneration",
                                                      "NModules", "NProblems", "Writable", NULL);
        else if (kernel->announced_state != state)
                (void) sd_bus_emit_properties_changed(bus->bus, path, DEPMOD1_KERNEL, "State",
                                                      "Writable", NULL);
}

void bus_kernel_news(Bus *bus, Kernel *kernel) {
        bool has_model = kernel->snapshot && kernel->announced != kernel->snapshot;
        _cleanup_free_ char *path = NULL;

        if (!has_model && !kernel->has_published && !kernel->devices.news &&
            kernel->announced_state == kernel_state(kernel))
                return;

        path = bus_kernel_path(kernel->release);
        if (!path)
                return;

        export_kernel(bus, kernel, path);
        if (bus->bus && kernel->is_exported) {
                send_properties(bus, kernel, path);
                if (has_model && kernel->announced &&
                    kernel->announced->generation != kernel->snapshot->generation)
                        (void) send_changed(bus, kernel, path);
                if (kernel->announced_files != 0)
                        (void) send_published(bus, kernel, path);
                if (kernel->devices.news)
                        (void) send_devices_changed(bus, kernel->devices.news, path);
        }

        kernel->announced_state = kernel_state(kernel);
        kernel_forget_news(kernel);
        kernel_forget_devices_news(kernel);
}

void bus_kernel_removed(Bus *bus, const Kernel *kernel) {
        _cleanup_free_ char *path = bus_kernel_path(kernel->release);

        if (bus->bus && path && kernel->is_exported)
                send_removed(bus, kernel, path);
}

static void tell_systemd(const Bus *bus, const char *state) {
        (void) sd_notifyf(0, "STATUS=%s: %zu kernels below %s",
                          strcmp(state, "idle") == 0       ? "Everything is published"
                          : strcmp(state, "degraded") == 0 ? "Something has failed"
                          : strcmp(state, "busy") == 0     ? "Working"
                                                           : "Starting",
                          bus_n_kernels(bus), bus->manager->settings->modules_path);
}

void bus_manager_news(Bus *bus) {
        const char *state = manager_state(bus->manager);
        bool is_scanning = bus->manager->site.is_scanning;
        uint64_t quiet_usec = bus->manager->settings->settle.quiet_usec;
        size_t n_kernels = bus_n_kernels(bus);

        if (state != bus->state || n_kernels != bus->n_kernels) {
                if (bus->bus)
                        (void) sd_bus_emit_properties_changed(
                                bus->bus, DEPMOD1_PATH, DEPMOD1_MANAGER, "State", "NKernels", NULL);
                tell_systemd(bus, state);
        }
        if (bus->bus && is_scanning != bus->was_scanning)
                (void) sd_bus_emit_properties_changed(bus->bus, DEPMOD1_PATH, DEPMOD1_MANAGER,
                                                      "Watching", NULL);
        if (bus->bus && bus->n_inhibitors != bus->told_inhibitors)
                (void) sd_bus_emit_properties_changed(bus->bus, DEPMOD1_PATH, DEPMOD1_MANAGER,
                                                      "NInhibitors", NULL);

        if (bus->bus && quiet_usec != bus->told_quiet_usec)
                (void) sd_bus_emit_properties_changed(bus->bus, DEPMOD1_PATH, DEPMOD1_MANAGER,
                                                      "QuietUSec", NULL);
        if (bus->bus)
                bus_follow_questions(bus);
        bus->state = state;
        bus->n_kernels = n_kernels;
        bus->was_scanning = is_scanning;
        bus->told_inhibitors = bus->n_inhibitors;
        bus->told_quiet_usec = quiet_usec;
}
