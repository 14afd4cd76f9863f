/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What depmodctl has to say beside its answers: a line on stderr that begins with its name.
 */
__attribute__((format(printf, 1, 2))) void message_error(const char *format, ...);
