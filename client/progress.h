/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "remote.h"

/*
 * From now on a line on stderr tells that an answer takes more than a second, if that is a
 * terminal. It is gone when the answer is there.
 */
void progress_attach(Remote *remote);
