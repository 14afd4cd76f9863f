/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "session.h"

/*
 * What is wrong with a kernel. *ret_reply has the list "problems".
 */
int problem_list_ask(Session *session, const char *kernel_path, Value *ret_reply);
extern const Column problem_list_columns[];

/* Is there more than notes in the list? */
bool problem_list_is_serious(const Value *problems);
