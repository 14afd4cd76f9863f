/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>

/*
 * depmod -A: is some module of the directory newer than its modules.dep (specification
 * section 1.4)? True also if that cannot be told. It is all that mtimes can say: a module that was
 * removed, or put there with an old date, goes unnoticed, as with kmod.
 */
bool depmod_quick_is_outdated(const char *directory);
