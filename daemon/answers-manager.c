/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "answers.h"
#include "usec.h"

static bool is_known(const Kernel *kernel) {
        return kernel->snapshot && kernel->snapshot->is_kernel && !kernel->is_gone;
}

static bool is_asked_for(const Question *question, const Kernel *kernel) {
        if (!is_known(kernel))
                return false;
        if (!question->releases)
                return true;

        for (char *const *release = question->releases; *release; release++) {
                if (strcmp(*release, kernel->release) == 0)
                        return true;
        }

        return false;
}

static int append_kernel(sd_bus_message *reply, const Kernel *kernel) {
        _cleanup_free_ char *path = bus_kernel_path(kernel->release);

        if (!path)
                return -ENOMEM;

        return sd_bus_message_append(reply, "(sostttuu)", kernel->release, path,
                                     kernel_state(kernel), kernel->snapshot->generation,
                                     kernel->published_generation, kernel->last_change_usec,
                                     kernel_n_modules(kernel), kernel_n_problems(kernel));
}

int answer_list_kernels(Question *question, sd_bus_message *reply, Kernel *none,
                        sd_bus_error *error) {
        const Manager *manager = question->bus->manager;
        int r;

        (void) none;
        (void) error;
        r = sd_bus_message_open_container(reply, 'a', "(sostttuu)");
        for (size_t i = 0; r >= 0 && i < manager->n_kernels; i++) {
                if (is_known(manager->kernels[i]))
                        r = append_kernel(reply, manager->kernels[i]);
        }
        return r < 0 ? r : sd_bus_message_close_container(reply);
}

int answer_get_kernel(Question *question, sd_bus_message *reply, Kernel *none,
                      sd_bus_error *error) {
        Manager *manager = question->bus->manager;
        const char *release = question->name[0] ? question->name : manager->running_release;
        const Kernel *kernel = manager_find_kernel(manager, release);
        _cleanup_free_ char *path = NULL;

        (void) none;
        if (!kernel || !is_known(kernel))
                return sd_bus_error_setf(error, DEPMOD1_ERROR_NO_SUCH_KERNEL,
                                         "There is no kernel %s below %s", release,
                                         manager->settings->modules_path);

        path = bus_kernel_path(release);
        if (!path)
                return -ENOMEM;
        return sd_bus_message_append(reply, "o", path);
}

static int check_releases(Question *question, sd_bus_error *error) {
        for (char *const *release = question->releases; release && *release; release++) {
                if (!manager_find_kernel(question->bus->manager, *release))
                        return sd_bus_error_setf(error, DEPMOD1_ERROR_NO_SUCH_KERNEL,
                                                 "There is no kernel %s below %s", *release,
                                                 question->bus->manager->settings->modules_path);
        }

        return 0;
}

int prepare_settle(Question *question, sd_bus_error *error) {
        uint64_t deadline;

        if (question->timeout_usec != 0 && question->timeout_usec != UINT64_MAX &&
            !__builtin_add_overflow(usec_monotonic(), question->timeout_usec, &deadline))
                question->waiter.deadline_usec = deadline;

        question->waiter.ignore_inhibitors = question->flags & DEPMOD1_SETTLE_IGNORE_INHIBITORS;
        question->waits_for_model_only = question->flags & DEPMOD1_SETTLE_NO_PUBLISH;
        return check_releases(question, error);
}

int prepare_refresh(Question *question, sd_bus_error *error) {
        Manager *manager = question->bus->manager;
        int r = check_releases(question, error);

        if (r < 0)
                return r;

        question->waiter.ignore_inhibitors = true;
        for (size_t i = 0; i < manager->n_kernels; i++) {
                Kernel *kernel = manager->kernels[i];
                bool is_wanted = !question->releases;

                for (char *const *release = question->releases; release && *release; release++)
                        is_wanted |= strcmp(*release, kernel->release) == 0;
                if (is_wanted)
                        kernel_request_refresh(kernel, question->flags & DEPMOD1_REFRESH_REPARSE,
                                               question->flags & DEPMOD1_REFRESH_REWRITE);
        }

        manager->is_root_changed = true;
        return 0;
}

int answer_settle(Question *question, sd_bus_message *reply, Kernel *none, sd_bus_error *error) {
        const Manager *manager = question->bus->manager;
        int r;

        (void) none;
        (void) error;
        r = sd_bus_message_open_container(reply, 'a', "(sttb)");
        for (size_t i = 0; r >= 0 && i < manager->n_kernels; i++) {
                const Kernel *kernel = manager->kernels[i];

                if (is_asked_for(question, kernel))
                        r = sd_bus_message_append(
                                reply, "(sttb)", kernel->release, kernel->snapshot->generation,
                                kernel->published_generation, kernel_is_writable(kernel));
        }
        return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int append_kernel_aliases(Question *question, sd_bus_message *reply, const Kernel *kernel) {
        int r = 0;

        for (char *const *alias = question->names; r >= 0 && *alias; alias++) {
                r = sd_bus_message_open_container(reply, 'r', "ssa(sss)");
                if (r >= 0)
                        r = question_append(question, reply, kernel->release);
                if (r >= 0)
                        r = question_append(question, reply, *alias);
                if (r >= 0)
                        r = answer_append_resolutions(question, reply, kernel->snapshot->lookup,
                                                      *alias);
                if (r >= 0)
                        r = sd_bus_message_close_container(reply);
        }

        return r;
}

int answer_resolve_aliases_for(Question *question, sd_bus_message *reply, Kernel *none,
                               sd_bus_error *error) {
        const Manager *manager = question->bus->manager;
        int r = check_releases(question, error);

        (void) none;
        if (r >= 0)
                r = sd_bus_message_open_container(reply, 'a', "(ssa(sss))");
        for (size_t i = 0; r >= 0 && i < manager->n_kernels; i++) {
                if (is_asked_for(question, manager->kernels[i]))
                        r = append_kernel_aliases(question, reply, manager->kernels[i]);
        }
        return r < 0 ? r : sd_bus_message_close_container(reply);
}
