/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/*
 * Lets one allocation of the program fail, to see that each is looked after. It knows only those
 * that the program's own objects ask for, not those inside of shared libraries. The program is
 * linked with --wrap for that.
 */

/* The allocation after the next `n_good` ones fails, once. */
void failing_memory_arm(size_t n_good);

/* No allocation will fail; has one? */
bool failing_memory_disarm(void);
