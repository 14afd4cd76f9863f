/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "publish-job.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "checksum.h"
#include "dep-lines.h"
#include "fd.h"
#include "file-bytes.h"
#include "publication.h"

#define INDEX_SIZE_MAX ((size_t) 512 * 1024 * 1024)

/*
 * The order of renaming: what a name leads to before the name. A module that is listed and has no
 * alias yet is harmless, an alias of a module that is not listed is not. It is also the order in
 * which modprobe opens them: the softdeps, and then the indexes together.
 */
static const OutputKind commit_order[] = {
        OUTPUT_SOFTDEP,     OUTPUT_WEAKDEP,           OUTPUT_DEP_BIN,     OUTPUT_ALIAS_BIN,
        OUTPUT_SYMBOLS_BIN, OUTPUT_BUILTIN_ALIAS_BIN, OUTPUT_BUILTIN_BIN, OUTPUT_DEP,
        OUTPUT_ALIAS,       OUTPUT_SYMBOLS,           OUTPUT_DEVNAME,
};

_Static_assert(ELEMENTSOF(commit_order) == OUTPUT_KINDS, "each output has its place in the order");

/* One of the files while the job runs. */
typedef struct FileWork {
        size_t size;       /* that it ought to have */
        uint64_t checksum; /* and its checksum */
        Buffer found;      /* what lies there, if that is still of interest */
        bool is_read;      /* it has been */
        StagedFile staged;
} FileWork;

typedef struct PublishWork {
        PublishJob *job;
        int dir_fd;
        int64_t began_ns; /* see stat_key_clock_ns() */
        Publication publication;
        FileWork files[OUTPUT_KINDS];
} PublishWork;

static void publish_work_init(PublishWork *work, PublishJob *job) {
        *work = (PublishWork){ .job = job,
                               .dir_fd = -1,
                               .began_ns = stat_key_clock_ns(),
                               .publication = PUBLICATION_NULL };
        for (size_t i = 0; i < OUTPUT_KINDS; i++)
                work->files[i].staged = STAGED_FILE_NULL;
}

static void publish_work_done(PublishWork *work) {
        for (size_t i = 0; i < OUTPUT_KINDS; i++) {
                buffer_done(&work->files[i].found);
                staged_file_done(&work->files[i].staged);
        }
        publication_done(&work->publication);
}

/*
 * One thread takes some milliseconds longer than two, for which nobody waits, and a tenth less of
 * the processor: each needs memory of its own. Only of a large tree it would be felt.
 */
#define ALONE_MODULES_MAX 10000

static unsigned n_renderers(const PublishJob *job) {
        bool is_small = job->snapshot->model.tree.count <= ALONE_MODULES_MAX;

        return is_small && !job->dry_run ? 1 : job->n_workers;
}

static int render(PublishWork *work, IndexLayout layout, unsigned kinds,
                  int (*take)(OutputKind kind, const Buffer *bytes, void *userdata)) {
        PublishJob *job = work->job;
        const Model *model = &job->snapshot->model;
        const OutputSink sink = { .take = take, .userdata = work };
        _cleanup_dep_lines_ DepLines lines = {};
        OutputKind failed = OUTPUT_DEP;
        int r;

        r = dep_lines_render(&lines, model);
        if (r >= 0)
                r = output_render_to(&sink, model, &lines,
                                     &(OutputOptions){ .layout = layout,
                                                       .kinds = kinds,
                                                       .n_workers = n_renderers(job) },
                                     layout == INDEX_PREORDER ? &job->problems : NULL, &failed);
        if (r < 0)
                job->failed = output_name(failed);
        return r;
}

static bool is_same(const Buffer *a, const Buffer *b) {
        return a->size == b->size && (a->size == 0 || memcmp(a->data, b->data, a->size) == 0);
}

static bool is_known(const PublishJob *job, OutputKind kind, const struct stat *st) {
        const StatKey key = stat_key_of(st);

        return stat_key_is_equal(&key, &job->known.keys[kind]);
}

static bool is_binary(OutputKind kind) {
        return !(OUTPUT_TEXTS & OUTPUT_BIT(kind));
}

static uint64_t checksum_of(const Buffer *bytes) {
        return checksum(bytes->size > 0 ? bytes->data : "", bytes->size);
}

/* A file that cannot be read, or is a directory or a link, is different: it will be replaced. */
static int compare(PublishWork *work, OutputKind kind, const Buffer *wanted) {
        PublishJob *job = work->job;
        FileWork *file = &work->files[kind];
        struct stat st;
        int r;

        if (fstatat(work->dir_fd, output_name(kind), &st, AT_SYMLINK_NOFOLLOW) < 0) {
                job->states[kind] = errno == ENOENT ? FILE_MISSING : FILE_DIFFERENT;
                job->flaws[kind] = errno == ENOENT ? FLAW_MISSING : FLAW_UNREADABLE;
                return errno == EIO || errno == ENOMEM ? -errno : 0;
        }

        job->states[kind] = FILE_DIFFERENT;
        job->flaws[kind] = FLAW_NO_FILE;
        job->touched[kind] = st.st_ctim;
        job->old_sizes[kind] = (uint64_t) st.st_size;
        if (!S_ISREG(st.st_mode))
                return 0;
        if (is_known(job, kind, &st)) {
                job->unmoved[kind] = true;
                if (job->is_untouched && job->known.checksums[kind] != 0) {
                        bool same = job->known.checksums[kind] == file->checksum;

                        job->states[kind] = same ? FILE_SAME : FILE_DIFFERENT;
                        job->flaws[kind] = same ? FLAW_NONE : FLAW_DIFFERENT;
                        return 0;
                }
        }

        file->is_read = true;
        r = file_read_stored(work->dir_fd, output_name(kind), INDEX_SIZE_MAX, &file->found);
        if (r == -ENOMEM || r == -EMFILE || r == -ENFILE)
                return r;
        if (r >= 0 && is_same(&file->found, wanted)) {
                job->states[kind] = FILE_SAME;
                job->flaws[kind] = FLAW_NONE;
        } else
                job->flaws[kind] = r < 0 ? FLAW_UNREADABLE
                                         : file_flaw_of(&file->found, wanted, is_binary(kind));
        return 0;
}

/* May it be of an older kmod? Those that we have written are not. */
static bool may_be_equivalent(const PublishWork *work, OutputKind kind) {
        const FileWork *file = &work->files[kind];

        return work->job->states[kind] == FILE_DIFFERENT && file->found.size > 0 &&
               file->found.size == file->size && !work->job->unmoved[kind];
}

static bool is_to_be_written(const PublishJob *job, OutputKind kind) {
        return !job->is_withdrawn && (job->rewrite || job->states[kind] >= FILE_MISSING);
}

static int take_file(OutputKind kind, const Buffer *bytes, void *userdata) {
        PublishWork *work = userdata;
        FileWork *file = &work->files[kind];
        int r;

        file->size = bytes->size;
        file->checksum = checksum_of(bytes);
        r = compare(work, kind, bytes);
        if (r >= 0 && !may_be_equivalent(work, kind))
                buffer_done(&file->found);
        if (r < 0 || !is_to_be_written(work->job, kind))
                return r;

        return publication_stage(
                &work->publication,
                &(PublicationFile){ .dir_fd = AT_FDCWD, .name = output_name(kind), .bytes = bytes },
                work->job->sync, &file->staged);
}

/* Of a dry run: what has been rendered and what was found are what is wanted. */
static int keep_file(OutputKind kind, const Buffer *bytes, void *userdata) {
        PublishWork *work = userdata;
        Buffer *output = &work->job->outputs.files[kind];

        work->files[kind].size = bytes->size;
        work->files[kind].checksum = checksum_of(bytes);
        buffer_append(output, bytes->data, bytes->size);
        return buffer_error(output) < 0 ? buffer_error(output) : compare(work, kind, bytes);
}

static int take_other_layout(OutputKind kind, const Buffer *bytes, void *userdata) {
        PublishWork *work = userdata;

        if (is_same(&work->files[kind].found, bytes)) {
                work->job->states[kind] = FILE_EQUIVALENT;
                work->job->flaws[kind] = FLAW_NONE;
        }
        return 0;
}

/* Are the binary files that differ those of an older kmod? Only then it costs a second rendering.
 */
static int compare_layouts(PublishWork *work) {
        unsigned kinds = 0;

        for (size_t i = 0; i < OUTPUT_KINDS; i++) {
                if (may_be_equivalent(work, i))
                        kinds |= OUTPUT_BIT(i);
        }

        return kinds == 0 ? 0 : render(work, INDEX_POSTORDER, kinds, take_other_layout);
}

/* The binary files say nothing that the text files do not say. */
static int count_lines(PublishWork *work) {
        static const OutputKind texts[] = { OUTPUT_DEP,     OUTPUT_ALIAS,   OUTPUT_SOFTDEP,
                                            OUTPUT_WEAKDEP, OUTPUT_SYMBOLS, OUTPUT_DEVNAME };
        PublishJob *job = work->job;
        int r = 0;

        for (size_t i = 0; r >= 0 && i < ELEMENTSOF(texts); i++) {
                OutputKind kind = texts[i];

                if (job->states[kind] >= FILE_MISSING)
                        r = line_difference(&work->files[kind].found, &job->outputs.files[kind],
                                            &job->differences[kind]);
        }

        return r;
}

/* A directory in the place of a file cannot be renamed over. */
static void make_way(int dir_fd, const char *name) {
        struct stat st;

        if (fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode))
                (void) unlinkat(dir_fd, name, AT_REMOVEDIR);
}

static int commit(PublishWork *work) {
        PublishJob *job = work->job;
        StagedFile *staged[OUTPUT_KINDS];
        size_t n_staged = 0;
        int r;

        for (size_t i = 0; i < OUTPUT_KINDS; i++) {
                OutputKind kind = commit_order[i];

                if (!is_to_be_written(job, kind))
                        continue;
                if (job->states[kind] == FILE_DIFFERENT)
                        make_way(work->dir_fd, output_name(kind));
                staged[n_staged++] = &work->files[kind].staged;
                job->written |= OUTPUT_BIT(kind);
        }
        if (n_staged == 0)
                return 0;

        r = publication_publish(&work->publication, staged, n_staged, job->sync, &job->failed);
        if (r < 0 && strcmp(job->failed, ".") != 0)
                job->written = 0;
        return r;
}

/* Of a directory that is being removed nothing must be left by us, not for a moment. */
static bool is_all_missing(int dir_fd) {
        struct stat st;

        for (size_t i = 0; i < OUTPUT_KINDS; i++) {
                if (fstatat(dir_fd, output_name(i), &st, AT_SYMLINK_NOFOLLOW) == 0 ||
                    errno != ENOENT)
                        return false;
        }

        return true;
}

/* What has just been written may change again without getting another key. */
static bool is_certain(const PublishWork *work, OutputKind kind) {
        const PublishJob *job = work->job;

        if (job->written & OUTPUT_BIT(kind))
                return false;
        if (!work->files[kind].is_read)
                return job->known.certain & OUTPUT_BIT(kind);
        return stat_key_is_older(&job->published.keys[kind], work->began_ns);
}

/* A checksum is that of a file that holds just what has been rendered. */
static void note_published(const PublishWork *work) {
        PublishJob *job = work->job;
        Published *published = &job->published;

        published_look_at(published, work->dir_fd);
        for (size_t i = 0; i < OUTPUT_KINDS; i++) {
                bool is_ours = (job->written & OUTPUT_BIT(i)) || job->states[i] == FILE_SAME;

                if (!(job->rendered & OUTPUT_BIT(i))) {
                        published->keys[i] = job->known.keys[i];
                        published->checksums[i] = job->known.checksums[i];
                } else
                        published->checksums[i] = is_ours ? work->files[i].checksum : 0;
                if (is_certain(work, i))
                        published->certain |= OUTPUT_BIT(i);
        }
}

/* OUTPUT_BITs of those that need not be rendered to see that they are right. */
static unsigned find_right(const PublishWork *work) {
        PublishJob *job = work->job;
        unsigned right = 0;

        for (size_t i = 0; i < OUTPUT_KINDS && !job->rewrite; i++) {
                if ((job->unchanged & OUTPUT_BIT(i)) &&
                    published_is_right(&job->known, work->dir_fd, i, job->is_untouched)) {
                        job->states[i] = FILE_SAME;
                        right |= OUTPUT_BIT(i);
                }
        }

        return right;
}

static int publish(PublishWork *work) {
        PublishJob *job = work->job;
        int r;

        job->failed = ".";
        r = publication_open(&work->publication, job->directory, false);
        if (r < 0)
                return r;

        work->dir_fd = work->publication.dir_fd;
        job->is_withdrawn = job->is_repair && is_all_missing(work->dir_fd);
        job->rendered = OUTPUT_ALL & ~find_right(work);
        if (job->rendered != 0)
                r = render(work, INDEX_PREORDER, job->rendered, take_file);
        if (r >= 0)
                r = compare_layouts(work);
        if (r >= 0)
                r = commit(work);
        if (r >= 0)
                note_published(work);
        return r;
}

static int compare_only(PublishWork *work) {
        _cleanup_close_ int fd = open(work->job->directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
        int r;

        if (fd < 0)
                return -errno;

        work->dir_fd = fd;
        r = render(work, INDEX_PREORDER, OUTPUT_ALL, keep_file);
        if (r >= 0)
                r = compare_layouts(work);
        return r < 0 ? r : count_lines(work);
}

void publish_job_run(Job *userdata) {
        PublishJob *job = (PublishJob *) userdata;
        PublishWork work;

        publish_work_init(&work, job);
        job->r = job->dry_run ? compare_only(&work) : publish(&work);
        publish_work_done(&work);
}

void publish_job_free(PublishJob *job) {
        if (!job)
                return;

        output_set_done(&job->outputs);
        problem_list_done(&job->problems);
        snapshot_unref(job->snapshot);
        free(job);
}
