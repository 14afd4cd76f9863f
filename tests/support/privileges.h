/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Permissions and limits do not bind root. A test of them that is run by root is a common user
 * between these two; for another user they do nothing. Nothing should be asserted meanwhile.
 */
void privileges_drop(void);
void privileges_restore(void);
