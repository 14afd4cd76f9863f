/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "session.h"

/*
 * What the manager says of all kernels at once. *ret_reply has the list "kernels".
 */
int kernel_list_ask(Session *session, Value *ret_reply);
extern const Column kernel_list_columns[];
