/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "buffer.h"
#include "fd.h"
#include "file-bytes.h"
#include "mount-table.h"

#define TABLE_SIZE_MAX ((size_t) 64 * 1024 * 1024)

struct Mounts {
        sd_event_source *source;
        int fd;
        MountsHandler handler;
        Buffer relevant; /* the lines that were relevant when the table was last read */
};

/* Reading the table is also what makes the kernel report its next change. */
static int read_table(const Mounts *mounts, Buffer *relevant) {
        _cleanup_buffer_ Buffer table = {};
        int r;

        if (lseek(mounts->fd, 0, SEEK_SET) < 0)
                return -errno;
        r = file_read_fd(mounts->fd, 0, TABLE_SIZE_MAX, &table);
        if (r < 0)
                return r;
        buffer_append_byte(&table, '\0');
        if (buffer_error(&table) < 0)
                return buffer_error(&table);

        return mount_table_select(table.data, &mounts->handler, relevant);
}

static int on_table(sd_event_source *source, int fd, uint32_t revents, void *userdata) {
        _cleanup_buffer_ Buffer relevant = {};
        Mounts *mounts = userdata;

        (void) source;
        (void) fd;
        (void) revents;

        /* A table that cannot be read may say anything. */
        if (read_table(mounts, &relevant) >= 0 && relevant.size == mounts->relevant.size &&
            (relevant.size == 0 ||
             memcmp(relevant.data, mounts->relevant.data, relevant.size) == 0))
                return 0;

        buffer_done(&mounts->relevant);
        mounts->relevant = relevant;
        relevant = (Buffer){};
        mounts->handler.on_change(mounts->handler.userdata);
        return 0;
}

int mounts_new(Mounts **ret_mounts, sd_event *event, const MountsHandler *handler) {
        _cleanup_(mounts_freep) Mounts *mounts = calloc(1, sizeof(*mounts));
        int r;

        if (!mounts)
                return -ENOMEM;

        mounts->handler = *handler;
        mounts->fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
        if (mounts->fd < 0)
                return -errno;
        r = read_table(mounts, &mounts->relevant);
        if (r < 0)
                return r;

        r = sd_event_add_io(event, &mounts->source, mounts->fd, EPOLLPRI, on_table, mounts);
        if (r < 0)
                return r;

        *ret_mounts = TAKE_PTR(mounts);
        return 0;
}

Mounts *mounts_free(Mounts *mounts) {
        if (!mounts)
                return NULL;

        sd_event_source_disable_unref(mounts->source);
        closep(&mounts->fd);
        buffer_done(&mounts->relevant);
        free(mounts);
        return NULL;
}
