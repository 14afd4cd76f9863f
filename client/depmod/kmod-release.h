/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>

#include "index.h"
#include "module-order.h"

/*
 * In what kmod's releases write differently for the same tree (specification section 9). Readers of
 * every release take the files of every other.
 */
typedef struct KmodRelease {
        unsigned number;
        IndexLayout layout;             /* 34: a node before its children */
        ModuleOrderRepeat order_repeat; /* 34: the first of several lines of modules.order counts */
        bool has_weakdep;               /* 33: modules.weakdep */
} KmodRelease;

#define KMOD_RELEASE_OLDEST 30
#define KMOD_RELEASE_NEWEST 34

/* The format of the newest release. */
KmodRelease kmod_release_newest(void);

/* Parses a release number. 0, or -EINVAL for what is none or is not known. */
int kmod_release_parse(const char *text, KmodRelease *ret_release);
