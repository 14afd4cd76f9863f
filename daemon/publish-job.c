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

static int render(PublishJob *job, OutputSet *outputs, IndexLayout layout, unsigned kinds) {
        const Model *model = &job->snapshot->model;
        _cleanup_dep_lines_ DepLines lines = {};
        OutputKind failed = OUTPUT_DEP;
        int r;

        r = dep_lines_render(&lines, model);
        if (r >= 0)
                r = output_render(outputs, model, &lines,
                                  &(OutputOptions){ .layout = layout,
                                                    .kinds = kinds,
                                                    .n_workers = job->n_workers },
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
static int compare_one(PublishJob *job, int dir_fd, OutputKind kind, const Buffer *wanted,
                       Buffer *found) {
        struct stat st;
        int r;

        if (fstatat(dir_fd, output_name(kind), &st, AT_SYMLINK_NOFOLLOW) < 0) {
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
                job->unmoved |= OUTPUT_BIT(kind);
                if (job->is_untouched && job->known.checksums[kind] != 0) {
                        bool same = job->known.checksums[kind] == checksum_of(wanted);

                        job->states[kind] = same ? FILE_SAME : FILE_DIFFERENT;
                        job->flaws[kind] = same ? FLAW_NONE : FLAW_DIFFERENT;
                        return 0;
                }
        }

        job->read |= OUTPUT_BIT(kind);
        r = file_read_stored(dir_fd, output_name(kind), INDEX_SIZE_MAX, found);
        if (r == -ENOMEM || r == -EMFILE || r == -ENFILE)
                return r;
        if (r >= 0 && is_same(found, wanted)) {
                job->states[kind] = FILE_SAME;
                job->flaws[kind] = FLAW_NONE;
        } else
                job->flaws[kind] =
                        r < 0 ? FLAW_UNREADABLE : file_flaw_of(found, wanted, is_binary(kind));
        return 0;
}

/*
 * Are the binary files that differ those of an older kmod? Only then it costs a second rendering;
 * those that we have written are not.
 */
static int compare_layouts(PublishJob *job, const Buffer *found) {
        _cleanup_output_set_ OutputSet outputs = {};
        unsigned kinds = 0;
        int r;

        for (size_t i = 0; i < OUTPUT_KINDS; i++) {
                if (job->states[i] == FILE_DIFFERENT && found[i].size > 0 &&
                    found[i].size == job->outputs.files[i].size && !(job->unmoved & OUTPUT_BIT(i)))
                        kinds |= OUTPUT_BIT(i);
        }
        if (kinds == 0)
                return 0;

        r = render(job, &outputs, INDEX_POSTORDER, kinds);
        for (size_t i = 0; r >= 0 && i < OUTPUT_KINDS; i++) {
                if ((kinds & OUTPUT_BIT(i)) && is_same(&found[i], &outputs.files[i])) {
                        job->states[i] = FILE_EQUIVALENT;
                        job->flaws[i] = FLAW_NONE;
                }
        }

        return r;
}

/* The binary files say nothing that the text files do not say. */
static int count_lines(PublishJob *job, const Buffer *found) {
        static const OutputKind texts[] = { OUTPUT_DEP,     OUTPUT_ALIAS,   OUTPUT_SOFTDEP,
                                            OUTPUT_WEAKDEP, OUTPUT_SYMBOLS, OUTPUT_DEVNAME };
        int r = 0;

        for (size_t i = 0; r >= 0 && i < ELEMENTSOF(texts); i++) {
                OutputKind kind = texts[i];

                if (job->states[kind] >= FILE_MISSING)
                        r = line_difference(&found[kind], &job->outputs.files[kind],
                                            &job->differences[kind]);
        }

        return r;
}

static int compare(PublishJob *job, int dir_fd) {
        Buffer found[OUTPUT_KINDS] = {};
        int r = 0;

        for (size_t i = 0; r >= 0 && i < OUTPUT_KINDS; i++) {
                if (job->rendered & OUTPUT_BIT(i))
                        r = compare_one(job, dir_fd, i, &job->outputs.files[i], &found[i]);
                else
                        job->states[i] = FILE_SAME;
        }
        if (r >= 0)
                r = compare_layouts(job, found);
        if (r >= 0 && job->dry_run)
                r = count_lines(job, found);

        for (size_t i = 0; i < OUTPUT_KINDS; i++)
                buffer_done(&found[i]);
        return r;
}

/* A directory in the place of a file cannot be renamed over. */
static void make_way(int dir_fd, const char *name) {
        struct stat st;

        if (fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode))
                (void) unlinkat(dir_fd, name, AT_REMOVEDIR);
}

static int commit(PublishJob *job, Publication *publication) {
        PublicationFile files[OUTPUT_KINDS];
        size_t n_files = 0;
        int r;

        for (size_t i = 0; i < OUTPUT_KINDS; i++) {
                OutputKind kind = commit_order[i];

                if (!(job->rendered & OUTPUT_BIT(kind)) ||
                    (!job->rewrite && job->states[kind] < FILE_MISSING))
                        continue;
                if (job->states[kind] == FILE_DIFFERENT)
                        make_way(publication->dir_fd, output_name(kind));
                files[n_files++] = (PublicationFile){ .dir_fd = AT_FDCWD,
                                                      .name = output_name(kind),
                                                      .bytes = &job->outputs.files[kind] };
                job->written |= OUTPUT_BIT(kind);
        }
        if (n_files == 0)
                return 0;

        r = publication_commit(publication, files, n_files, job->sync, &job->failed);
        if (r < 0 && strcmp(job->failed, ".") != 0)
                job->written = 0;
        return r;
}

static bool is_all_missing(const PublishJob *job) {
        for (size_t i = 0; i < OUTPUT_KINDS; i++) {
                if (job->states[i] != FILE_MISSING)
                        return false;
        }

        return true;
}

/* What has just been written may change again without getting another key. */
static bool is_certain(const PublishJob *job, OutputKind kind, int64_t began_ns) {
        if (job->written & OUTPUT_BIT(kind))
                return false;
        if (!(job->read & OUTPUT_BIT(kind)))
                return job->known.certain & OUTPUT_BIT(kind);
        return stat_key_is_older(&job->published.keys[kind], began_ns);
}

/* A checksum is that of a file that holds just what has been rendered. */
static void note_published(PublishJob *job, int dir_fd, int64_t began_ns) {
        Published *published = &job->published;

        published_look_at(published, dir_fd);
        for (size_t i = 0; i < OUTPUT_KINDS; i++) {
                bool is_ours = (job->written & OUTPUT_BIT(i)) || job->states[i] == FILE_SAME;

                if (!(job->rendered & OUTPUT_BIT(i))) {
                        published->keys[i] = job->known.keys[i];
                        published->checksums[i] = job->known.checksums[i];
                } else
                        published->checksums[i] = is_ours ? checksum_of(&job->outputs.files[i]) : 0;
                if (is_certain(job, i, began_ns))
                        published->certain |= OUTPUT_BIT(i);
        }
}

static int compare_and_commit(PublishJob *job, int64_t began_ns) {
        _cleanup_publication_ Publication publication = PUBLICATION_NULL;
        int r;

        job->failed = ".";
        r = publication_open(&publication, job->directory, false);
        if (r < 0)
                return r;
        r = compare(job, publication.dir_fd);
        if (r < 0)
                return r;

        job->is_withdrawn = job->is_repair && is_all_missing(job);
        if (!job->is_withdrawn)
                r = commit(job, &publication);
        if (r >= 0)
                note_published(job, publication.dir_fd, began_ns);
        return r;
}

static int compare_only(PublishJob *job) {
        _cleanup_close_ int fd = open(job->directory, O_PATH | O_DIRECTORY | O_CLOEXEC);

        return fd < 0 ? -errno : compare(job, fd);
}

/* Those that need not be rendered. */
static unsigned find_right(PublishJob *job) {
        _cleanup_close_ int fd = -1;
        unsigned right = 0;

        if (job->unchanged == 0 || job->dry_run || job->rewrite)
                return 0;

        fd = open(job->directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
        for (size_t i = 0; fd >= 0 && i < OUTPUT_KINDS; i++) {
                if ((job->unchanged & OUTPUT_BIT(i)) &&
                    published_is_right(&job->known, fd, i, job->is_untouched))
                        right |= OUTPUT_BIT(i);
        }

        return right;
}

void publish_job_run(Job *userdata) {
        PublishJob *job = (PublishJob *) userdata;
        int64_t began_ns = stat_key_clock_ns();

        job->r = 0;
        job->rendered = OUTPUT_ALL & ~find_right(job);
        if (job->rendered != 0)
                job->r = render(job, &job->outputs, INDEX_PREORDER, job->rendered);
        if (job->r >= 0)
                job->r = job->dry_run ? compare_only(job) : compare_and_commit(job, began_ns);
        if (!job->dry_run)
                output_set_done(&job->outputs);
}

void publish_job_free(PublishJob *job) {
        if (!job)
                return;

        output_set_done(&job->outputs);
        problem_list_done(&job->problems);
        snapshot_unref(job->snapshot);
        free(job);
}
