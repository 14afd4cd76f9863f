/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <errno.h>
#include <pthread.h>

/*
 * For the few things that several threads change: held for a few instructions only, never while
 * waiting for anything.
 */
typedef struct Mutex {
        pthread_mutex_t mutex;
} Mutex;

/* 0 or a negative errno. */
static inline int mutex_init(Mutex *mutex) {
        return -pthread_mutex_init(&mutex->mutex, NULL);
}

static inline void mutex_done(Mutex *mutex) {
        (void) pthread_mutex_destroy(&mutex->mutex);
}

static inline void mutex_lock(Mutex *mutex) {
        (void) pthread_mutex_lock(&mutex->mutex);
}

static inline void mutex_unlock(Mutex *mutex) {
        (void) pthread_mutex_unlock(&mutex->mutex);
}
