/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Does the KVER of an `override` or `external` line mean this kernel version? "*" means all;
 * anything else is a POSIX extended regular expression that matches anywhere in the version. One
 * that is invalid matches nothing (specification section 2.3), and so does one that could keep the
 * C library busy for long: it is outrageously large, repeats what may be empty (`a*?`) or refers
 * back (`(a)\1`).
 *
 * 1, 0 or -ENOMEM: a pattern that there is no memory for must not be taken for one that does not
 * match.
 */
int version_pattern_matches(const char *pattern, const char *version);
