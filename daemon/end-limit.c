/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "end-limit.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "log.h"

#define SECONDS 8

struct EndLimit {
        pthread_t thread;
        int exit_status;
};

static void *wait_and_end(void *userdata) {
        const EndLimit *limit = userdata;

        (void) sleep(SECONDS);
        log_message(LOG_WARNING, "Something hangs that is being read, written or told; ending");
        _exit(limit->exit_status);
}

EndLimit *end_limit_start(int exit_status) {
        EndLimit *limit = malloc(sizeof(*limit));

        if (!limit)
                return NULL;

        limit->exit_status = exit_status;
        if (pthread_create(&limit->thread, NULL, wait_and_end, limit) != 0) {
                free(limit);
                return NULL;
        }

        return limit;
}

void end_limit_stop(EndLimit *limit) {
        if (!limit)
                return;

        (void) pthread_cancel(limit->thread);
        (void) pthread_join(limit->thread, NULL);
        free(limit);
}
