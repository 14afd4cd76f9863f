/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "publish-job.h"
#include "snapshot-case.h"

static const char all_names[] =
        "a.ko b.ko modules.alias modules.alias.bin modules.builtin.alias.bin modules.builtin.bin "
        "modules.dep modules.dep.bin modules.devname modules.order modules.softdep "
        "modules.symbols modules.symbols.bin modules.weakdep";

/* A kernel of two modules, and the last job that was run over it. */
typedef struct PublishCase {
        Snapshot *snapshot;
        PublishJob *job;
} PublishCase;

static inline void publish_case_init(PublishCase *test) {
        module_file_write(PATH_OF("a.ko"), "export x 1\ninfo alias=pci:a\ninfo alias=usb:a\n");
        module_file_write(PATH_OF("b.ko"), "need x\ninfo alias=pci:b\n");
        temp_tree_write_text(PATH_OF("modules.order"), "a.ko\nb.ko\n");
        test->snapshot = snapshot_take(NULL);
}

static inline void publish_case_done(PublishCase *test) {
        publish_job_free(test->job);
        snapshot_unref(test->snapshot);
}

#define _cleanup_publish_case_ _cleanup_(publish_case_done)

static inline int run(PublishCase *test, PublishJob how) {
        publish_job_free(test->job);
        test->job = malloc(sizeof(how));
        assert_non_null(test->job);
        *test->job = how;
        test->job->directory = KERNEL;
        test->job->snapshot = snapshot_ref(test->snapshot);
        test->job->n_workers = 1;
        publish_job_run(&test->job->job);
        return test->job->r;
}

static inline void publish(PublishCase *test) {
        assert_int_equal(run(test, (PublishJob){}), 0);
}

/* All are as they should be again, and nothing of ours lies beside them. */
static inline void assert_right(PublishCase *test) {
        _cleanup_buffer_ Buffer names = {};

        temp_tree_list(KERNEL, &names);
        assert_text(&names, all_names);
        assert_int_equal(run(test, (PublishJob){ .dry_run = true }), 0);
        for (size_t i = 0; i < OUTPUT_KINDS; i++)
                assert_int_equal(test->job->states[i], FILE_SAME);
}
