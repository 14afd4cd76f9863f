/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "macro.h"
#include "value.h"

/*
 * Who answers the client's questions: the daemon on the system bus of this machine, of another host
 * or of a container, or a private instance of it, which is started to answer them and ends with the
 * client. Nobody else in the client knows of the bus.
 *
 * All functions return 0 or a negative errno, of which these have a meaning of their own:
 * -ENOTCONN there is nobody to ask, or no longer; -ESRCH no such kernel; -ENOENT no such module.
 * remote_reason() has the sentence for the last one that failed.
 */
typedef struct Remote Remote;

typedef struct RemoteTarget {
        const char *host;             /* as ssh takes it */
        const char *machine;          /* a local container */
        const char *root;             /* where to look for modules; NULL: "/" */
        const char *module_directory; /* below the root; NULL: the default */
        const char *sysfs;            /* where to look for devices; NULL: "/sys" */
        bool is_offline;              /* ask nobody but a private instance */
        bool only_daemon;             /* ask no private instance */
        bool ask_password;            /* polkit may ask who the user is */
} RemoteTarget;

/* *ret_remote is the caller's also after an error, for remote_reason(); NULL after -ENOMEM. */
int remote_open(Remote **ret_remote, const RemoteTarget *target);
Remote *remote_free(Remote *remote);

static inline void remote_freep(Remote **remote) {
        remote_free(*remote);
}

/* Is it an instance of our own, and no daemon that watches? */
bool remote_is_private(const Remote *remote);

/* False over ssh. */
bool remote_can_pass_fds(const Remote *remote);

const char *remote_reason(const Remote *remote);

/*
 * Called while a reply is outstanding: first after a second and then about once a second, and
 * a last time with 0 when it has come, if it was called before.
 */
typedef void (*RemoteOnWait)(void *userdata, unsigned seconds);
void remote_on_wait(Remote *remote, RemoteOnWait on_wait, void *userdata);

/*
 * What is to be made of a reply's D-Bus types: a name for each member of a struct, in order. A list
 * of structs has the shape of its structs; a dictionary needs none.
 */
typedef struct Shape Shape;
struct Shape {
        const char *name; /* NULL: the end */
        const Shape *members;
};

typedef struct RemoteArgument {
        char type; /* 's', 't' or, for "as", 'a'; 0: the end */
        const char *text;
        uint64_t number;
        char *const *texts;
        size_t n_texts;
} RemoteArgument;

typedef struct RemoteCall {
        const char *path; /* NULL: the manager's */
        const char *interface;
        const char *method;
        const RemoteArgument *arguments;
        const Shape *shape; /* of the reply's arguments; NULL: they are of no interest */
        uint64_t timeout_usec;
} RemoteCall;

/* *ret_reply becomes a record of the shape's names and is the caller's. */
int remote_call(Remote *remote, const RemoteCall *call, Value *ret_reply);

/*
 * Hands every signal of our objects to `on_signal` until that returns something but 0, which is
 * returned. `release` is of the kernel that it is about, NULL for the manager's own. The arguments
 * are a record, or nothing for a signal that we do not know; they may be moved away.
 */
typedef int (*RemoteOnSignal)(void *userdata, const char *release, const char *name,
                              Value *arguments);
int remote_watch(Remote *remote, RemoteOnSignal on_signal, void *userdata);

/*
 * What a depmod that is run on the whole tree of one version has to do can the daemon do: re-read
 * and publish it. 0 when it has done so for the directory `modules_path` and all is well with the
 * modules; any negative errno: it has not, is not there, or there is something that depmod has to
 * say itself.
 */
int remote_refresh_kernel(const char *modules_path, const char *version);
