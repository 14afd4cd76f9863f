/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "manager-parts.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <systemd/sd-daemon.h>

#include "bus.h"
#include "end-limit.h"
#include "log.h"
#include "mounts.h"
#include "parallel.h"
#include "site-strings.h"
#include "usec.h"

/* A single look that takes longer than this may take for ever. */
#define JOBS_PATIENCE_USEC UINT64_C(30000000)

static int on_signal(sd_event_source *source, const struct signalfd_siginfo *info, void *userdata) {
        (void) source;
        if (info->ssi_signo == SIGHUP)
                (void) manager_reload(userdata);
        else
                manager_stop(userdata, EXIT_SUCCESS);
        return 0;
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata) {
        (void) source;
        (void) usec;
        manager_request_turn(userdata);
        return 0;
}

static int add_sources(Manager *manager) {
        static const int signals[] = { SIGTERM, SIGINT, SIGHUP };
        int r;

        r = sd_event_add_defer(manager->event, &manager->turn, manager_turn, manager);
        if (r >= 0)
                r = sd_event_source_set_priority(manager->turn, PRIORITY_TURN);
        if (r >= 0)
                r = sd_event_add_time(manager->event, &manager->timer, CLOCK_MONOTONIC, UINT64_MAX,
                                      1000, on_timer, manager);
        if (r >= 0)
                r = sd_event_source_set_enabled(manager->timer, SD_EVENT_OFF);
        for (size_t i = 0; r >= 0 && i < ELEMENTSOF(signals); i++)
                r = sd_event_add_signal(manager->event, &manager->signals[i], signals[i], on_signal,
                                        manager);
        return r;
}

/* A private bus asks about what is there now; nobody is told of changes, and nothing is written. */
static int start_watching(Manager *manager) {
        const MountsHandler handler = { .is_relevant = manager_is_mount_relevant,
                                        .on_change = manager_take_mounts,
                                        .userdata = manager };
        int r;

        if (manager->settings->is_private)
                return 0;

        manager->site.is_background = true;
        r = watch_new(&manager->site.watch, manager->event, manager_take_change, manager);
        if (r < 0)
                return r;

        r = mounts_new(&manager->mounts, manager->event, &handler);
        if (r < 0)
                (void) log_error_errno(r, "Cannot watch the mount table, going on without it");
        return 0;
}

static int find_running_release(Manager *manager) {
        struct utsname name;

        if (uname(&name) < 0)
                return -errno;
        manager->running_release = strdup(name.release);
        manager->site.running_release = manager->running_release;
        return manager->running_release ? 0 : -ENOMEM;
}

static int start(Manager *manager) {
        int r;

        r = find_running_release(manager);
        if (r >= 0)
                r = sd_event_new(&manager->event);
        if (r >= 0)
                r = sd_event_set_watchdog(manager->event, true);
        if (r >= 0)
                r = add_sources(manager);
        if (r >= 0)
                r = jobs_new(&manager->site.jobs, manager->event, PRIORITY_JOBS,
                             &(JobsLimits){ .n_at_once = parallel_processors() + 1,
                                            .patience_usec = JOBS_PATIENCE_USEC });
        if (r >= 0)
                r = start_watching(manager);
        if (r >= 0)
                r = manager_read_settings(manager);
        if (r >= 0)
                r = manager_scan_root(manager);
        if (r >= 0)
                r = bus_new(&manager->bus, manager);
        if (r < 0)
                return log_error_errno(r, "Cannot start");

        manager_request_turn(manager);
        return 0;
}

int manager_new(Manager **ret_manager, Settings *settings) {
        _cleanup_(manager_freep) Manager *manager = calloc(1, sizeof(*manager));
        struct stat st;
        int r;

        if (!manager)
                return log_error_errno(-ENOMEM, "Cannot start");

        manager->settings = settings;
        manager->site.settings = settings;
        manager->site.request_turn = manager_request_turn;
        manager->site.find_neighbours = manager_find_neighbours;
        manager->site.userdata = manager;
        manager->site.seq = 1;
        site_strings_init(&manager->site);
        if (settings->root[0] != '\0')
                manager->root_places.root = manager->settings_places.root = settings->root;
        manager->start_usec = usec_monotonic();
        if (stat(settings->modules_path, &st) == 0) {
                manager->root_device = st.st_dev;
                manager->root_inode = st.st_ino;
        }
        r = start(manager);
        if (r < 0)
                return r;

        *ret_manager = TAKE_PTR(manager);
        return 0;
}

static void cancel_waiters(Manager *manager) {
        while (manager->waiters) {
                Waiter *waiter = manager->waiters;

                manager_stop_waiting(manager, waiter);
                waiter->on_ready(waiter, -ECANCELED);
        }
}

Manager *manager_free(Manager *manager) {
        if (!manager)
                return NULL;

        atomic_store(&manager->site.is_stopping, true);
        cancel_waiters(manager);
        manager->turn = sd_event_source_disable_unref(manager->turn);
        /* Jobs may work for questions, and these belong to the bus. */
        jobs_free(manager->site.jobs);
        manager->bus = bus_free(manager->bus);
        manager_release_root(manager);
        for (size_t i = 0; i < manager->n_kernels; i++) {
                kernel_flush_cache(manager->kernels[i]);
                kernel_free(manager->kernels[i]);
        }
        free(manager->kernels);
        site_strings_done(&manager->site);
        mounts_free(manager->mounts);
        watch_free(manager->site.watch);
        sd_event_source_disable_unref(manager->timer);
        for (size_t i = 0; i < ELEMENTSOF(manager->signals); i++)
                sd_event_source_disable_unref(manager->signals[i]);
        sd_event_unref(manager->event);
        end_limit_stop(manager->end_limit);
        free(manager->running_release);
        free(manager->real_path);
        free(manager);
        return NULL;
}

int manager_run(Manager *manager) {
        int r = sd_event_loop(manager->event);

        if (r < 0) {
                (void) log_error_errno(r, "The event loop has failed");
                return EXIT_FAILURE;
        }
        return manager->exit_status;
}

void manager_stop(Manager *manager, int exit_status) {
        manager->exit_status = exit_status;
        if (!manager->is_stopping)
                manager->end_limit = end_limit_start(exit_status);
        manager->is_stopping = true;
        (void) sd_event_exit(manager->event, 0);
}

void manager_wait(Manager *manager, Waiter *waiter) {
        waiter->seq = 0;
        waiter->previous = NULL;
        waiter->next = manager->waiters;
        if (waiter->next)
                waiter->next->previous = waiter;
        manager->waiters = waiter;
        manager->n_waiters++;
        manager_request_turn(manager);
}

void manager_stop_waiting(Manager *manager, Waiter *waiter) {
        if (waiter->previous)
                waiter->previous->next = waiter->next;
        else
                manager->waiters = waiter->next;
        if (waiter->next)
                waiter->next->previous = waiter->previous;
        waiter->next = waiter->previous = NULL;
        manager->n_waiters--;
}

int manager_reload(Manager *manager) {
        int r;

        if (manager->is_ready)
                (void) sd_notify(0, "RELOADING=1");
        r = manager_read_settings(manager);
        manager->is_root_changed = true;
        manager_mark_all(manager);
        manager_request_turn(manager);
        if (manager->is_ready)
                (void) sd_notify(0, "READY=1");
        return r;
}

void manager_find_neighbours(const Kernel *kernel, const Kernel *ret_neighbours[2],
                             void *userdata) {
        const Manager *manager = userdata;
        bool is_before = true;

        ret_neighbours[0] = ret_neighbours[1] = NULL;
        for (size_t i = 0; i < manager->n_kernels && !ret_neighbours[1]; i++) {
                const Kernel *other = manager->kernels[i];

                if (other == kernel)
                        is_before = false;
                else if (other->snapshot)
                        ret_neighbours[is_before ? 0 : 1] = other;
        }
}

const char *manager_state(const Manager *manager) {
        const char *state = "idle";

        if (!manager->is_ready)
                return "starting";

        for (size_t i = 0; i < manager->n_kernels; i++) {
                const Kernel *kernel = manager->kernels[i];

                if (kernel->refresh_error < 0 || kernel->publish_error < 0)
                        return "degraded";
                if (!kernel_is_idle(kernel))
                        state = "busy";
        }

        return state;
}

const char *manager_watching(const Manager *manager) {
        return manager->site.is_scanning || !manager->site.watch ? "scan" : "inotify";
}

void manager_change_inhibitors(Manager *manager, int change) {
        manager->site.n_inhibitors += (unsigned) change;
        manager_request_turn(manager);
}
