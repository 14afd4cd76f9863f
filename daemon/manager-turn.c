/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "manager-parts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>

#include "bus.h"
#include "give-back.h"
#include "log.h"
#include "module-cache.h"
#include "site-strings.h"
#include "usec.h"

/* As sysexits.h has it: the unit says that it is to be started again. */
#define EXIT_TEMPFAIL 75

void manager_request_turn(void *userdata) {
        Manager *manager = userdata;

        if (manager->turn)
                (void) sd_event_source_set_enabled(manager->turn, SD_EVENT_ONESHOT);
}

static bool concerns(const Waiter *waiter, const Kernel *kernel) {
        if (!waiter->releases)
                return !kernel->is_gone;

        for (char *const *release = waiter->releases; *release; release++) {
                if (strcmp(*release, kernel->release) == 0)
                        return true;
        }

        return false;
}

/*
 * What cannot be watched has to be looked at anew for whoever asks; and what failed has to be tried
 * again.
 */
static void arm(Manager *manager, Waiter *waiter) {
        bool is_root_scanned = manager->is_root_scanning || manager->are_settings_scanned;

        for (size_t i = 0; i < manager->n_kernels; i++) {
                Kernel *kernel = manager->kernels[i];
                bool is_scanned;

                if (!concerns(waiter, kernel))
                        continue;
                is_scanned = is_root_scanned || kernel->is_scanning;
                if (is_scanned || kernel->refresh_error < 0)
                        kernel_mark(kernel);
                if (waiter->what == WAIT_PUBLISHED && (is_scanned || kernel->publish_error < 0))
                        kernel_mark_outputs(kernel);
        }

        waiter->seq = manager->site.seq;
}

enum {
        WAITER_WAITS = 1,
};

/* 0, a negative errno for which it need not wait longer, or the above. */
static int look_at_kernel(const Waiter *waiter, const Kernel *kernel) {
        if (kernel->is_gone)
                return waiter->releases ? -ENOENT : 0;
        if (kernel->refresh_error < 0 && kernel->refresh_failed_seq >= waiter->seq)
                return kernel->refresh_error;
        if (waiter->what == WAIT_MODEL)
                return kernel_is_fresh(kernel, waiter->seq) ? 0 : WAITER_WAITS;
        if (kernel->publish_error < 0 && kernel->publish_failed_seq >= waiter->seq)
                return kernel_is_writable(kernel) ? kernel->publish_error : 0;
        return kernel_is_published(kernel, waiter->seq) ? 0 : WAITER_WAITS;
}

static bool has_kernel(const Manager *manager, const char *release) {
        for (size_t i = 0; i < manager->n_kernels; i++) {
                if (strcmp(manager->kernels[i]->release, release) == 0)
                        return true;
        }

        return false;
}

static int look_at_waiter(const Manager *manager, const Waiter *waiter, uint64_t now_usec) {
        int result = 0;

        for (char *const *release = waiter->releases; release && *release; release++) {
                if (!has_kernel(manager, *release))
                        return -ENOENT;
        }

        for (size_t i = 0; i < manager->n_kernels; i++) {
                int r;

                if (!concerns(waiter, manager->kernels[i]))
                        continue;
                r = look_at_kernel(waiter, manager->kernels[i]);
                if (r < 0)
                        return r;
                if (r == WAITER_WAITS)
                        result = r;
        }

        if (result == WAITER_WAITS && waiter->deadline_usec != 0 &&
            waiter->deadline_usec <= now_usec)
                return -ETIMEDOUT;
        return result;
}

/* Whoever is told may start or stop other waiters, so the list is looked at from its beginning. */
static void tell_waiters(Manager *manager, uint64_t now_usec) {
        Waiter *waiter = manager->waiters;

        while (waiter) {
                int r = look_at_waiter(manager, waiter, now_usec);

                if (r == WAITER_WAITS) {
                        waiter = waiter->next;
                        continue;
                }
                manager_stop_waiting(manager, waiter);
                waiter->on_ready(waiter, r);
                waiter = manager->waiters;
        }
}

static void arm_waiters(Manager *manager) {
        for (Waiter *waiter = manager->waiters; waiter; waiter = waiter->next) {
                if (waiter->seq == 0)
                        arm(manager, waiter);
        }
}

static KernelDemand demand_of(const Manager *manager, const Kernel *kernel) {
        KernelDemand demand = {};

        for (const Waiter *waiter = manager->waiters; waiter; waiter = waiter->next) {
                if (!concerns(waiter, kernel))
                        continue;
                demand.model = true;
                demand.publish |= waiter->what == WAIT_PUBLISHED;
                demand.ignore_inhibitors |= waiter->ignore_inhibitors;
        }

        return demand;
}

static bool has_jobs(const Kernel *kernel) {
        return kernel->refreshing || kernel->publishing || kernel->cache.job ||
               kernel->devices.job || kernel->history.job;
}

/* A kernel that is gone goes when nobody works for it any more. */
static void remove_gone(Manager *manager) {
        size_t n_left = 0;

        for (size_t i = 0; i < manager->n_kernels; i++) {
                Kernel *kernel = manager->kernels[i];

                if (!kernel->is_gone || has_jobs(kernel)) {
                        manager->kernels[n_left++] = kernel;
                        continue;
                }
                bus_kernel_removed(manager->bus, kernel);
                kernel_remove_cache(kernel);
                kernel_remove_history(kernel);
                kernel_free(kernel);
        }

        manager->n_kernels = n_left;
}

static void tell_news(Manager *manager) {
        for (size_t i = 0; i < manager->n_kernels; i++)
                bus_kernel_news(manager->bus, manager->kernels[i]);
        bus_manager_news(manager->bus);
}

/* A file system that gives no events is looked at every now and then. */
static void scan_sometimes(Manager *manager, uint64_t now_usec, uint64_t *due_usec) {
        uint64_t interval = manager->settings->scan_interval_usec;

        if (!manager->site.is_scanning || interval == 0 || !manager->site.is_background)
                return;

        if (manager->scan_usec == 0)
                manager->scan_usec = now_usec + interval;
        if (manager->scan_usec <= now_usec) {
                manager->scan_usec = now_usec + interval;
                manager->is_root_changed = true;
                manager_mark_all(manager);
        }
        if (manager->scan_usec < *due_usec)
                *due_usec = manager->scan_usec;
}

static bool is_all_idle(const Manager *manager) {
        for (size_t i = 0; i < manager->n_kernels; i++) {
                if (!kernel_is_idle(manager->kernels[i]))
                        return false;
        }

        return !manager->is_root_changed;
}

/* In doubt it is. Of those that are known no file system is asked: it may be one that hangs. */
static bool may_be_kernel(const char *release, void *userdata) {
        Manager *manager = userdata;
        _cleanup_free_ char *path = NULL;
        struct stat st;

        if (manager_find_kernel(manager, release))
                return true;
        if (asprintf(&path, "%s/%s", manager->settings->modules_path, release) < 0) {
                path = NULL;
                return true;
        }
        return stat(path, &st) == 0 || errno != ENOENT;
}

/*
 * What is saved of kernels that went while nobody looked. Where there is none at all, the modules
 * may lie on what is not mounted yet.
 */
static void sweep_caches(Manager *manager) {
        unsigned n;

        if (!manager->site.is_background || manager->n_kernels == 0)
                return;

        n = module_cache_sweep(manager->settings->root, may_be_kernel, manager);
        if (n > 0)
                log_message(LOG_INFO,
                            "Removed what was saved of the modules of %u kernels that are "
                            "not there any more",
                            n);
}

/* Everything has been looked at once, and what is on disk is right: others may come. */
static void become_ready(Manager *manager) {
        if (manager->is_ready || !is_all_idle(manager))
                return;

        manager->is_ready = true;
        log_message(LOG_DEBUG, "All kernels are settled");
        bus_become_ready(manager->bus);
        sweep_caches(manager);
}

/* Questions alone leave nothing behind that would be worth it. */
static void give_memory_back(Manager *manager) {
        const Statistics *statistics = &manager->site.statistics;
        uint64_t n_works = statistics->refreshes + statistics->publications;

        if (n_works == manager->n_works_trimmed || !manager->site.is_background ||
            !is_all_idle(manager))
                return;

        manager->n_works_trimmed = n_works;
        give_back();
}

static void leave_trap(Manager *manager) {
        if (!manager_is_trapped(manager))
                return;

        log_message(LOG_NOTICE, "%s was made anew and is read-only in the sandbox; starting again",
                    manager->settings->modules_path);
        manager_stop(manager, EXIT_TEMPFAIL);
}

static void set_timer(Manager *manager, uint64_t due_usec) {
        for (const Waiter *waiter = manager->waiters; waiter; waiter = waiter->next) {
                if (waiter->deadline_usec != 0 && waiter->deadline_usec < due_usec)
                        due_usec = waiter->deadline_usec;
        }

        if (due_usec == UINT64_MAX) {
                (void) sd_event_source_set_enabled(manager->timer, SD_EVENT_OFF);
                return;
        }
        (void) sd_event_source_set_time(manager->timer, due_usec);
        (void) sd_event_source_set_enabled(manager->timer, SD_EVENT_ONESHOT);
}

/* What could not be watched once may be gone, or there may be enough watches now. */
static void find_scanning(Manager *manager) {
        manager->site.is_scanning = manager->is_root_scanning || manager->are_settings_scanned;
        for (size_t i = 0; i < manager->n_kernels; i++)
                manager->site.is_scanning |= manager->kernels[i]->is_scanning;
}

/* What nobody has counted yet is not useless. */
static bool has_uncounted_strings(const Manager *manager) {
        for (size_t i = 0; i < manager->n_kernels; i++) {
                const Kernel *kernel = manager->kernels[i];

                if (kernel->cache.saved.is_looked_for || (kernel->refreshing && !kernel->snapshot))
                        return true;
        }

        return false;
}

static void renew_strings(Manager *manager) {
        if (has_uncounted_strings(manager) || !site_strings_renew(&manager->site))
                return;

        for (size_t i = 0; i < manager->n_kernels; i++)
                kernel_mark(manager->kernels[i]);
}

int manager_turn(sd_event_source *source, void *userdata) {
        Manager *manager = userdata;
        uint64_t start_usec = usec_monotonic(), due_usec = UINT64_MAX, took_usec;

        (void) source;
        if (manager->are_settings_changed)
                (void) manager_read_settings(manager);
        find_scanning(manager);
        renew_strings(manager);
        if (manager->site.is_scanning && manager->waiters)
                manager->is_root_changed = true;
        for (size_t i = 0; i < manager->n_kernels; i++)
                manager->is_root_changed |= manager->kernels[i]->is_lost;
        if (manager->is_root_changed)
                (void) manager_scan_root(manager);

        arm_waiters(manager);
        tell_waiters(manager, start_usec);
        scan_sometimes(manager, start_usec, &due_usec);
        for (size_t i = 0; i < manager->n_kernels; i++) {
                KernelDemand demand = demand_of(manager, manager->kernels[i]);

                kernel_step(manager->kernels[i], &demand, start_usec, &due_usec);
        }

        leave_trap(manager);
        remove_gone(manager);
        become_ready(manager);
        tell_news(manager);
        give_memory_back(manager);
        set_timer(manager, due_usec);
        if (manager->is_root_changed || manager->are_settings_changed)
                manager_request_turn(manager);

        took_usec = usec_monotonic() - start_usec;
        if (took_usec > manager->site.statistics.longest_turn_usec)
                manager->site.statistics.longest_turn_usec = took_usec;
        return 0;
}
