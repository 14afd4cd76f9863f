/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "value.h"

/*
 * Answers to several questions at once: a list of records with the question under one key and the
 * list of what was found under another.
 */

/*
 * Appends a row for each thing found: the question under its key, and what the thing has. 0 or
 * -ENOMEM.
 */
int found_flatten(const Value *answers, const char *question, const char *found, Value *rows);

/* Says of each question that found nothing so, with `what` before it. True: there was one. */
bool found_explain(const Value *answers, const char *question, const char *found, const char *what);
