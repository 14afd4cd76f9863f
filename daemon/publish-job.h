/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>

#include "file-flaw.h"
#include "jobs.h"
#include "line-difference.h"
#include "published.h"
#include "snapshot.h"

/* How a file on disk stands to what the model says. */
typedef enum FileState {
        FILE_SAME,       /* byte for byte */
        FILE_EQUIVALENT, /* the same entries with the nodes in the order of an older kmod */
        FILE_MISSING,
        FILE_DIFFERENT,
} FileState;

/*
 * The job that makes the files on disk say what a snapshot says: renders one after the other,
 * compares it, stages it if it differs, and publishes them as a set. Or does not write and only
 * tells how they stand to each other.
 */
typedef struct PublishJob {
        Job job;
        void *userdata;

        /* What it gets. The snapshot is referenced. */
        const char *directory;
        Snapshot *snapshot;
        Published known;   /* a file that is still this one is in the node order of our own */
        bool is_untouched; /* nobody has touched the files since they were known */
        /*
         * OUTPUT_BITs of those that were made of what they would be made of now: they are looked at
         * only, and rendered if that does not do.
         */
        unsigned unchanged;
        unsigned n_workers;
        bool sync;
        bool dry_run; /* compare only, and keep the rendered files */
        bool rewrite; /* write also what is the same */
        /*
         * Somebody else has touched the files and nothing else has changed: if all of them are
         * gone, they are not wanted back.
         */
        bool is_repair;

        /* What it gives. */
        int r;
        bool is_withdrawn;  /* all files were gone, nothing was written */
        const char *failed; /* the file that a failure was about, "." for the directory */
        OutputSet outputs;  /* of a dry run */
        LineDifference differences[OUTPUT_KINDS]; /* of a dry run */
        FileState states[OUTPUT_KINDS];
        FileFlaw flaws[OUTPUT_KINDS];
        struct timespec touched[OUTPUT_KINDS]; /* zero: not known */
        uint64_t old_sizes[OUTPUT_KINDS];
        unsigned rendered;          /* OUTPUT_BITs: the others are right without it */
        bool unmoved[OUTPUT_KINDS]; /* still what was known */
        unsigned written;           /* OUTPUT_BITs */
        Published published;
        ProblemList problems; /* of rendering */
} PublishJob;

void publish_job_run(Job *job);
void publish_job_free(PublishJob *job);
