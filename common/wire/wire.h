/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdint.h>

/*
 * The names and numbers that the daemon and its clients agree on. What the methods mean is told in
 * io.github.depmodd.Depmod1(5); their signatures are in units/dbus/. Nothing here may ever change
 * its meaning: a break is a new Depmod2.
 */
#define DEPMOD1_NAME "io.github.depmodd.Depmod1"
#define DEPMOD1_PATH "/io/github/depmodd/Depmod1"
#define DEPMOD1_KERNEL_PREFIX DEPMOD1_PATH "/kernel" /* + sd_bus_path_encode() of the release */
#define DEPMOD1_MANAGER DEPMOD1_NAME ".Manager"
#define DEPMOD1_KERNEL DEPMOD1_NAME ".Kernel"

#define DEPMOD1_ERROR_NO_SUCH_KERNEL DEPMOD1_NAME ".Error.NoSuchKernel"
#define DEPMOD1_ERROR_NO_SUCH_MODULE DEPMOD1_NAME ".Error.NoSuchModule"
#define DEPMOD1_ERROR_NOT_SETTLED DEPMOD1_NAME ".Error.NotSettled"
#define DEPMOD1_ERROR_BUSY DEPMOD1_NAME ".Error.Busy"
#define DEPMOD1_ERROR_TOO_LARGE DEPMOD1_NAME ".Error.TooLarge"
#define DEPMOD1_ERROR_BAD_FILE DEPMOD1_NAME ".Error.BadFile"
#define DEPMOD1_ERROR_READ_ONLY DEPMOD1_NAME ".Error.ReadOnly"
#define DEPMOD1_ERROR_PUBLISH_FAILED DEPMOD1_NAME ".Error.PublishFailed"

#define DEPMOD1_ACTION_REFRESH "io.github.depmodd.depmod1.refresh"
#define DEPMOD1_ACTION_RELOAD "io.github.depmodd.depmod1.reload"
#define DEPMOD1_ACTION_INHIBIT "io.github.depmodd.depmod1.inhibit"

/* The flags argument of methods. A bit that a method does not know is InvalidArgs. */
#define DEPMOD1_ALLOW_STALE (UINT64_C(1) << 0) /* every query: answer at once from the model */

#define DEPMOD1_DEPENDENCIES_TRANSITIVE (UINT64_C(1) << 1) /* Get(Reverse)Dependencies */
#define DEPMOD1_DEPENDENCIES_SOFT (UINT64_C(1) << 2)
#define DEPMOD1_DEPENDENCIES_WEAK (UINT64_C(1) << 3)

#define DEPMOD1_ORDER_NO_SOFT (UINT64_C(1) << 1) /* GetLoadOrder */
#define DEPMOD1_ORDER_NO_BUILTIN (UINT64_C(1) << 2)

#define DEPMOD1_RESOLVE_NO_SOFT (UINT64_C(1) << 1) /* Resolve */
#define DEPMOD1_RESOLVE_NO_BUILTIN (UINT64_C(1) << 2)
#define DEPMOD1_RESOLVE_WEAK (UINT64_C(1) << 3)
#define DEPMOD1_RESOLVE_FIRMWARE (UINT64_C(1) << 4)
#define DEPMOD1_RESOLVE_NO_CONFIG (UINT64_C(1) << 5)  /* without modprobe.d */
#define DEPMOD1_RESOLVE_BLACKLIST (UINT64_C(1) << 6)  /* heeded for names, too */
#define DEPMOD1_GRAPH_DEPENDENCIES (UINT64_C(1) << 1) /* GetGraph */
#define DEPMOD1_GRAPH_DEPENDENTS (UINT64_C(1) << 2)
#define DEPMOD1_GRAPH_SOFT (UINT64_C(1) << 3)

#define DEPMOD1_SETTLE_NO_PUBLISH (UINT64_C(1) << 1) /* Settle */
#define DEPMOD1_SETTLE_IGNORE_INHIBITORS (UINT64_C(1) << 2)

#define DEPMOD1_REFRESH_REPARSE (UINT64_C(1) << 1) /* Refresh */
#define DEPMOD1_REFRESH_REWRITE (UINT64_C(1) << 2)

/* What makes an edge, in the third field of a dependency and of a load order. */
#define DEPMOD1_EDGE_HARD (UINT32_C(1) << 0) /* a symbol */
#define DEPMOD1_EDGE_SOFT_PRE (UINT32_C(1) << 1)
#define DEPMOD1_EDGE_SOFT_POST (UINT32_C(1) << 2)
#define DEPMOD1_EDGE_WEAK (UINT32_C(1) << 3)
#define DEPMOD1_EDGE_BUILTIN (UINT32_C(1) << 4) /* the module is part of the kernel */
#define DEPMOD1_EDGE_WANTED (UINT32_C(1) << 5)  /* load order: one of those that were asked for */

/* No reply is larger; what would be is Error.TooLarge. Bulk goes through a memfd. */
#define DEPMOD1_REPLY_SIZE_MAX ((uint64_t) 16 * 1024 * 1024)
