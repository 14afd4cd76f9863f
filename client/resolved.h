/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "session.h"

/*
 * What modprobe would do for names and aliases, with its configuration or without.
 */

/* Asks; flags are those of Resolve beside those that the options stand for. */
int resolved_ask(Session *session, char *const *names, size_t n_names, uint64_t flags,
                 const char *key, Value *ret_reply);

/*
 * Says which names lead to nothing, and which of them a blacklist line keeps out. True: there was
 * one of the first kind.
 */
bool resolved_explain(const Value *reply);

/* What a step has beside its name, path and edges; "" or an empty list if nothing. */
const char *resolved_text(const Value *step, const char *key);
const Value *resolved_list(const Value *step, const char *key);
