/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "session.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kernel-names.h"
#include "message.h"
#include "output-json.h"
#include "password-agent.h"
#include "progress.h"
#include "wire.h"

int session_open(Session *session, SessionNeeds needs) {
        const Options *options = session->options;
        bool is_local = !options->host && !options->machine;
        int r;

        if (options->root && access(options->root, X_OK) < 0) {
                r = -errno;
                message_error("Cannot look below %s: %s", options->root, strerror(-r));
                return r;
        }

        r = remote_open(&session->remote,
                        &(RemoteTarget){ .host = options->host,
                                         .machine = options->machine,
                                         .root = options->root,
                                         .module_directory = options->module_directory,
                                         .sysfs = options->sysfs,
                                         .is_offline = options->offline,
                                         .only_daemon = needs.daemon,
                                         .ask_password = !options->no_ask_password });
        if (r < 0) {
                message_error("%s", remote_reason(session->remote));
                return r;
        }

        progress_attach(session->remote);
        if (needs.privilege && is_local && !remote_is_private(session->remote) &&
            !options->no_ask_password)
                password_agent_start();
        return 0;
}

void session_done(Session *session) {
        pager_done(&session->pager);
        value_done(&session->kernel);
        session->remote = remote_free(session->remote);
}

uint64_t session_flags(const Session *session, uint64_t own) {
        return own | (session->options->stale ? DEPMOD1_ALLOW_STALE : 0);
}

static int ask(Session *session, const RemoteCall *call, Value *ret_reply) {
        RemoteCall timed = *call;

        if (timed.timeout_usec == 0)
                timed.timeout_usec = session->options->timeout_usec;
        return remote_call(session->remote, &timed, ret_reply);
}

int session_ask(Session *session, const RemoteCall *call, Value *ret_reply) {
        int r = ask(session, call, ret_reply);

        if (r < 0)
                message_error("%s", remote_reason(session->remote));
        return r;
}

int session_ask_manager(Session *session, const char *method, const RemoteArgument *arguments,
                        const Shape *shape, Value *ret_reply) {
        return session_ask(session,
                           &(RemoteCall){ .interface = DEPMOD1_MANAGER,
                                          .method = method,
                                          .arguments = arguments,
                                          .shape = shape },
                           ret_reply);
}

/* Says which kernels there are, and takes the only one if none was named. */
static int find_other_kernel(Session *session, const char *release, Value *ret_reply) {
        static const Shape members[] = { { "release" }, { "kernel" }, {} };
        static const Shape shape[] = { { "kernels", members }, {} };
        _cleanup_value_ Value reply = {};
        _cleanup_buffer_ Buffer names = {};
        const Value *kernels;
        int r;

        r = session_ask_manager(
                session, "ListKernels",
                (RemoteArgument[]){ { .type = 't', .number = DEPMOD1_ALLOW_STALE }, {} }, shape,
                &reply);
        if (r < 0)
                return r;

        kernels = value_list(&reply, "kernels");
        if (!release && kernels->count == 1)
                return value_add_text(ret_reply, "kernel",
                                      value_text(&kernels->items[0], "kernel"));

        kernel_names_explain(kernels, release, &names);
        message_error("%.*s", (int) names.size, names.size > 0 ? names.data : "");
        return -ESRCH;
}

int session_find_kernel(Session *session, const char *release, Value *ret_reply) {
        static const Shape shape[] = { { "kernel" }, {} };
        int r;

        r = ask(session,
                &(RemoteCall){ .interface = DEPMOD1_MANAGER,
                               .method = "GetKernel",
                               .arguments =
                                       (RemoteArgument[]){
                                               { .type = 's', .text = release ? release : "" },
                                               { .type = 't', .number = session_flags(session, 0) },
                                               {} },
                               .shape = shape },
                ret_reply);
        if (r == -ESRCH)
                return find_other_kernel(session, release, ret_reply);
        if (r < 0)
                message_error("%s", remote_reason(session->remote));
        return r;
}

int session_ask_kernel(Session *session, const char *method, const RemoteArgument *arguments,
                       const Shape *shape, Value *ret_reply) {
        int r;

        if (session->kernel.kind == VALUE_NOTHING) {
                r = session_find_kernel(session, session->options->kernel, &session->kernel);
                if (r < 0)
                        return r;
        }

        return session_ask(session,
                           &(RemoteCall){ .path = value_text(&session->kernel, "kernel"),
                                          .interface = DEPMOD1_KERNEL,
                                          .method = method,
                                          .arguments = arguments,
                                          .shape = shape },
                           ret_reply);
}

int session_ask_properties(Session *session, const char *path, const char *interface,
                           Value *ret_properties) {
        static const Shape shape[] = { { "properties" }, {} };
        _cleanup_value_ Value reply = {};
        int r;

        r = session_ask(
                session,
                &(RemoteCall){ .path = path,
                               .interface = "org.freedesktop.DBus.Properties",
                               .method = "GetAll",
                               .arguments =
                                       (RemoteArgument[]){ { .type = 's', .text = interface }, {} },
                               .shape = shape },
                &reply);
        if (r < 0)
                return r;

        *ret_properties = value_take(&reply, "properties");
        return 0;
}

int session_check_descriptors(const Session *session) {
        if (remote_can_pass_fds(session->remote))
                return 0;

        message_error("No file can be passed from another host, run depmodctl there");
        return -EOPNOTSUPP;
}

static int fail_to_print(int r) {
        if (r < 0)
                message_error("Cannot print the answer: %s", strerror(-r));
        return r;
}

static TableStyle style_of(const Session *session) {
        return (TableStyle){ .terminal = session->terminal,
                             .has_legend = !session->options->no_legend,
                             .is_full = session->options->full };
}

bool session_begin_text(Session *session) {
        const Options *options = session->options;

        if (options->quiet || options->json_mode != JSON_OFF)
                return false;
        if (session->terminal.width > 0 && !options->no_pager && session->pager.pid == 0)
                pager_start(&session->pager);
        return true;
}

int session_print_json(Session *session, const Value *document) {
        JsonMode mode = session->options->json_mode;

        if (mode == JSON_OFF || session->options->quiet)
                return 0;
        return fail_to_print(output_json(document, mode == JSON_PRETTY));
}

int session_print_lines(Session *session, const Value *record, const Column *columns) {
        TableStyle style = style_of(session);

        return fail_to_print(output_lines(record, columns, &style));
}

int session_print(Session *session, const Value *document, const Value *rows,
                  const Column *columns) {
        TableStyle style = style_of(session);

        if (!session_begin_text(session))
                return session_print_json(session, document);
        return rows->count > 0 ? fail_to_print(output_table(rows, columns, &style)) : 0;
}
