/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "blocked.h"
#include "chain.h"
#include "firmware.h"
#include "jobs.h"
#include "probe-closure.h"
#include "settings.h"
#include "snapshot.h"

/*
 * The job of a question that depends on modprobe's configuration. That is read anew for each: a
 * few files, so nothing needs to be watched, and no answer is older than its question.
 */
typedef struct ModprobeJob ModprobeJob;
struct ModprobeJob {
        Job job;
        void *userdata;

        /* What it gets. The snapshot is referenced, all else borrowed. */
        Snapshot *snapshot;
        const Settings *settings;
        const char *release;
        int (*work)(ModprobeJob *job); /* one of those below */
        const char *const *names;
        size_t n_names;
        uint64_t flags; /* of the method */
        uint32_t module;
        uint32_t other;

        /* What it gives: r, and what the work is about. */
        int r;
        ModprobeConfig config;
        Prober *prober;
        Pulls pulls;
        ProbeClosure closure;
        FirmwareList firmware; /* whose owners are places in the closure */
        Pullers pullers;
        Chain chain;
        Blocked blocked;
};

/* 0 or -ENOMEM. */
int modprobe_job_new(ModprobeJob **ret_job, Snapshot *snapshot, const Settings *settings);
void modprobe_job_free(ModprobeJob *job);

int modprobe_job_resolve(ModprobeJob *job); /* the names: closure, firmware */
int modprobe_job_pull(ModprobeJob *job);    /* the module: pullers */
int modprobe_job_chain(ModprobeJob *job);   /* from the module to the other: chain */
int modprobe_job_block(ModprobeJob *job);   /* the module: blocked */
