/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "resolved.h"

#include "message.h"
#include "wire.h"

int resolved_ask(Session *session, char *const *names, size_t n_names, uint64_t flags,
                 const char *key, Value *ret_reply) {
        static const Shape step[] = { { "name" }, { "path" }, { "edges" }, { "details" }, {} };
        static const Shape refusal[] = { { "asked" }, { "name" }, { "rule" }, { "source" }, {} };
        const Shape shape[] = {
                { key, step }, { "unresolved" }, { "blacklisted", refusal }, { "generation" }, {}
        };
        const Options *options = session->options;

        flags |= (options->no_soft ? DEPMOD1_RESOLVE_NO_SOFT : 0) |
                 (options->no_builtin ? DEPMOD1_RESOLVE_NO_BUILTIN : 0) |
                 (options->no_config ? DEPMOD1_RESOLVE_NO_CONFIG : 0);
        return session_ask_kernel(
                session, "Resolve",
                (RemoteArgument[]){ { .type = 'a', .texts = names, .n_texts = n_names },
                                    { .type = 't', .number = session_flags(session, flags) },
                                    {} },
                shape, ret_reply);
}

bool resolved_explain(const Value *reply) {
        const Value *unresolved = value_list(reply, "unresolved");
        const Value *refusals = value_list(reply, "blacklisted");

        for (size_t i = 0; i < refusals->count; i++) {
                const Value *refusal = &refusals->items[i];

                message_error("'%s' does not load %s: '%s', %s", value_text(refusal, "asked"),
                              value_text(refusal, "name"), value_text(refusal, "rule"),
                              value_text(refusal, "source"));
        }
        for (size_t i = 0; i < unresolved->count; i++)
                message_error("No module has the name or alias '%s'", unresolved->items[i].text);
        return unresolved->count > 0;
}

const char *resolved_text(const Value *step, const char *key) {
        return value_text(value_find(step, "details"), key);
}

const Value *resolved_list(const Value *step, const char *key) {
        return value_list(value_find(step, "details"), key);
}
