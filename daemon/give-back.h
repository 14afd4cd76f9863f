/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The daemon is idle nearly always, so what a refresh took is given back when it is done.
 */

/* To be called before anything else. */
void give_back_prepare(void);

/*
 * Gives back the pages that lie free between what is in use. What comes next has to touch them
 * anew: so it is for when there is nothing more to do.
 */
void give_back(void);
