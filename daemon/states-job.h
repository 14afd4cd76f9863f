/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "device-list.h"
#include "jobs.h"
#include "module-state.h"
#include "resolve.h"
#include "settings.h"
#include "snapshot.h"

#define STATES_NO_MODULE UINT32_MAX

/* A module that was asked for, or that serves a device. */
typedef struct StateRow {
        uint32_t module; /* STATES_NO_MODULE: there is none */
        ModuleState state;
} StateRow;

/* The modules of a device. */
typedef struct ServedDevice {
        size_t first; /* of the rows */
        size_t count;
} ServedDevice;

/*
 * The job that looks into sysfs and module files for the states of modules: of those that are named
 * or, without names, of those that serve the devices of the machine.
 */
typedef struct StatesJob {
        Job job;
        void *userdata;

        /* What it gets, borrowed: the question holds it. */
        const Snapshot *snapshot;
        char *const *names; /* NULL-terminated; NULL: the devices are asked for */
        const Settings *settings;
        bool has_loaded; /* what is loaded is of this kernel */

        /* What it gives. */
        int r;
        StateRow *rows; /* one for each name, or those of all devices */
        size_t n_rows;
        size_t capacity;
        DeviceList devices;
        ServedDevice *served; /* one for each device */
} StatesJob;

/* 0 or -ENOMEM. */
int states_job_new(StatesJob **ret_job);
void states_job_free(StatesJob *job);

static inline void states_job_freep(StatesJob **job) {
        states_job_free(*job);
}
