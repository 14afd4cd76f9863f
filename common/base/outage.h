/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <errno.h>
#include <stdbool.h>

/*
 * Is a negative errno one of the disk, of the way to it, or for want of memory or descriptors? It
 * says nothing about what there is to see, so nobody may take for missing what was not seen.
 */
static inline bool is_outage(int r) {
        switch (-r) {
        case ENOMEM:
        case EMFILE:
        case ENFILE:
        case EIO:
        case EUCLEAN: /* what ext4 and xfs say of damaged metadata */
        case EBADMSG: /* and of a wrong checksum */
        case EREMOTEIO:
        case ENOTCONN: /* the program behind a FUSE file system has ended */
        case ETIMEDOUT:
        case ESTALE:
                return true;
        default:
                return false;
        }
}
