/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "options.h"
#include "output-table.h"
#include "pager.h"
#include "remote.h"
#include "terminal.h"
#include "value.h"

/*
 * One run of a verb: its options, whom it asks, and how it shows the answer. All functions return 0
 * or a negative errno, which has been said on stderr then; -ENOTCONN, -ESRCH and -ENOENT as in
 * remote.h.
 */
typedef struct Session {
        const Options *options;
        Terminal terminal;
        Remote *remote;
        Pager pager;
        Value kernel; /* "kernel": path of the kernel that it is about, once that is found */
} Session;

typedef struct SessionNeeds {
        bool daemon;    /* a private instance would be of no use */
        bool privilege; /* the user may have to say who he is */
} SessionNeeds;

int session_open(Session *session, SessionNeeds needs);
void session_done(Session *session);
#define _cleanup_session_ _cleanup_(session_done)

/* The flags of a query: whether a stale answer will do, and those of the verb. */
uint64_t session_flags(const Session *session, uint64_t own);

/* Asks, with the timeout of the options unless the call has one. */
int session_ask(Session *session, const RemoteCall *call, Value *ret_reply);

/* Asks the manager. */
int session_ask_manager(Session *session, const char *method, const RemoteArgument *arguments,
                        const Shape *shape, Value *ret_reply);

/* Asks the kernel that -k names or that is meant without it. */
int session_ask_kernel(Session *session, const char *method, const RemoteArgument *arguments,
                       const Shape *shape, Value *ret_reply);

/* Can the answer hold a file? -EOPNOTSUPP over ssh. */
int session_check_descriptors(const Session *session);

/* The object path of a kernel; release NULL: the one that is meant without -k. */
int session_find_kernel(Session *session, const char *release, Value *ret_reply);

/* All properties of an object. */
int session_ask_properties(Session *session, const char *path, const char *interface,
                           Value *ret_properties);

/* JSON if that is wanted; else, unless it is to be quiet, a table of `rows`. */
int session_print(Session *session, const Value *document, const Value *rows,
                  const Column *columns);

/* For what is no table: is text wanted? Then it goes to the pager from now on. */
bool session_begin_text(Session *session);
int session_print_json(Session *session, const Value *document);
int session_print_lines(Session *session, const Value *record, const Column *columns);
