/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "changed-files.h"
#include "kernel-cache.h"
#include "kernel-devices.h"
#include "kernel-history.h"
#include "publish-job.h"
#include "settle.h"
#include "site.h"
#include "snapshot.h"

/*
 * A kernel is one version directory and its life: what is known of it, how fresh that is, and what
 * has been published. It decides what is to be done next; jobs do it.
 */
struct Kernel {
        Site *site;
        char *release;
        char *directory;
        bool is_gone;     /* the directory is not there any more */
        bool is_lost;     /* a refresh did not find the directory: look whether it is gone */
        bool is_listed;   /* for the manager's listing */
        bool is_exported; /* others have been told of it */
        bool is_starting; /* nothing has been published yet: do not wait for quiet */

        Snapshot *snapshot; /* NULL: nothing is known yet */
        /* Moments, see site.h. The model is fresh if changed_seq is not later than model_seq. */
        uint64_t changed_seq;         /* of the last change that concerns the model */
        uint64_t model_seq;           /* of the model */
        uint64_t published_seq;       /* of the model that was last published */
        uint64_t outputs_changed_seq; /* somebody else touched an index file */
        uint64_t outputs_seq;         /* the index files were last looked at */
        uint64_t job_seq;             /* the running job, or the last one, began */
        uint64_t publish_seq;         /* of the model that is being published */
        ChangedFiles changed_files;   /* of the model, since the last refresh began */
        RefreshJob *refreshing;
        PublishJob *publishing;
        KernelCache cache;
        KernelDevices devices;
        KernelHistory history;
        struct KernelBuild *build; /* what it exports, once somebody has asked; NULL */
        Settle settle;

        /* The places that are watched, and those that the last scan wants to be watched. */
        PlaceList places, next_places;
        uint64_t watch_moment; /* at which the last refresh began */
        size_t n_looked;       /* of next_places */
        bool is_looking;       /* there are more of them */
        bool is_surveyed;      /* they were looked for before the first refresh */
        bool is_scanning;      /* not all of them can be watched */
        bool has_lost_place;   /* one of places is not watched any more */
        bool has_new_places;   /* what happened in one of them before is not known: scan again */

        Published published;
        unsigned stale_outputs; /* OUTPUT_BITs: may be others by the present model */
        ProblemList publish_problems, refresh_problems; /* of the last of each */
        bool is_withdrawn;
        unsigned n_outputs_moved; /* into place while publishing, by us or by somebody else */
        bool publish_next;        /* the refresh that is at work or done is meant to be published */
        bool reparse_next, rewrite_next;

        int refresh_error; /* negative errno of the last one, or 0 */
        uint64_t refresh_failed_seq;
        int publish_error;
        uint64_t publish_failed_seq;
        uint64_t retry_usec; /* monotonic: not in the background before that */
        uint64_t retry_delay_usec;
        uint64_t repair_usec; /* the last repairs: not more than a few a minute */
        unsigned n_repairs;

        uint64_t published_generation;
        uint64_t last_change_usec, last_publish_usec; /* wall clock */

        /* News since kernel_forget_news(), for signals. */
        Snapshot *announced;      /* the model that was last told of */
        unsigned announced_files; /* OUTPUT_BITs that were written since */
        bool has_published;
        const char *announced_state;
};

int kernel_new(Kernel **ret_kernel, Site *site, const char *release);
Kernel *kernel_free(Kernel *kernel);
static inline void kernel_freep(Kernel **kernel) {
        kernel_free(*kernel);
}

/* Something may have changed, wherever. */
void kernel_mark(Kernel *kernel);
/* Somebody else may have touched the index files. */
void kernel_mark_outputs(Kernel *kernel);
/* Takes a change of a watched directory, if it concerns this kernel. */
void kernel_take_change(Kernel *kernel, const WatchChange *change);

/* Everything is to be looked at again; with `reparse` no file counts as known. */
void kernel_request_refresh(Kernel *kernel, bool reparse, bool rewrite);
/* What is wanted of a kernel by those who wait. */
typedef struct KernelDemand {
        bool model;
        bool publish;
        bool ignore_inhibitors;
} KernelDemand;

/*
 * Does what is to be done next, if anything. *due_usec is lowered to the monotonic time at which
 * this has to be called again without anything else happening.
 */
void kernel_step(Kernel *kernel, const KernelDemand *demand, uint64_t now_usec, uint64_t *due_usec);
/* Does the model, or what is published, hold all changes up to this moment? */
bool kernel_is_fresh(const Kernel *kernel, uint64_t seq);
bool kernel_is_published(const Kernel *kernel, uint64_t seq);
/* Nothing to do, nothing being done, but for what failed. */
bool kernel_is_idle(const Kernel *kernel);
/* "settled", "dirty", "busy", "inhibited", "failed", "read-only" or "withdrawn". */
const char *kernel_state(const Kernel *kernel);

bool kernel_is_writable(const Kernel *kernel);
uint32_t kernel_n_modules(const Kernel *kernel);
uint32_t kernel_n_problems(const Kernel *kernel);
void kernel_forget_news(Kernel *kernel);
