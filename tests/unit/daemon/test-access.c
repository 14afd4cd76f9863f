/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "access.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <systemd/sd-id128.h>
#include <unistd.h>

#include "bus-parts.h"
#include "privileges.h"
#include "test-case.h"

#define ACTION "io.github.depmodd.depmod1.refresh"

/* What polkit says, played by the caller's end of a connection between two peers. */
typedef enum Polkit {
        POLKIT_YES,
        POLKIT_NO,
        POLKIT_CHALLENGE,
        POLKIT_ABSENT,
        POLKIT_SILENT,
} Polkit;

typedef struct AccessCase {
        Settings settings;
        Manager manager;
        Bus bus;
        sd_event *event;
        sd_bus *caller;
        Polkit polkit;
        bool is_interactive; /* the caller may be asked for a password */
        unsigned n_asked;    /* polkit */
        unsigned n_handled;  /* calls that came to the handler, again ones included */
        bool is_answered;
        char error[128]; /* name of the error that the caller got, "" for none */
} AccessCase;

static int on_ask(sd_bus_message *message, void *userdata, sd_bus_error *error) {
        AccessCase *test = userdata;
        int r;

        test->n_handled++;
        r = access_check(&test->bus, message, ACTION, error);
        if (r <= 0)
                return r < 0 ? r : 1;
        return sd_bus_reply_method_return(message, NULL);
}

static const sd_bus_vtable vtable[] = {
        SD_BUS_VTABLE_START(0),
        SD_BUS_METHOD("Ask", "", "", on_ask, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_VTABLE_END,
};

static int on_polkit(sd_bus_message *message, void *userdata, sd_bus_error *error) {
        AccessCase *test = userdata;
        const char *action;
        uint32_t flags;

        (void) error;
        if (!sd_bus_message_is_method_call(message, "org.freedesktop.PolicyKit1.Authority",
                                           "CheckAuthorization"))
                return 0;

        test->n_asked++;
        assert_true(sd_bus_message_skip(message, "(sa{sv})") >= 0);
        assert_true(sd_bus_message_read(message, "s", &action) >= 0);
        assert_true(sd_bus_message_skip(message, "a{ss}") >= 0);
        assert_true(sd_bus_message_read(message, "u", &flags) >= 0);
        assert_string_equal(action, ACTION);
        assert_int_equal(flags, test->is_interactive);

        switch (test->polkit) {
        case POLKIT_YES:
                return sd_bus_reply_method_return(message, "(bba{ss})", 1, 0, 0);
        case POLKIT_NO:
                return sd_bus_reply_method_return(message, "(bba{ss})", 0, 0, 0);
        case POLKIT_CHALLENGE:
                return sd_bus_reply_method_return(message, "(bba{ss})", 0, 1, 0);
        case POLKIT_ABSENT:
                return sd_bus_reply_method_errorf(message, SD_BUS_ERROR_SERVICE_UNKNOWN, "None");
        default:
                return 1;
        }
}

static int on_answer(sd_bus_message *message, void *userdata, sd_bus_error *error) {
        const sd_bus_error *answer = sd_bus_message_get_error(message);
        AccessCase *test = userdata;

        (void) error;
        test->is_answered = true;
        (void) snprintf(test->error, sizeof(test->error), "%s", answer ? answer->name : "");
        return 0;
}

static sd_bus *connect_end(AccessCase *test, int fd, bool is_server) {
        sd_bus *bus;
        sd_id128_t id;

        assert_int_equal(sd_bus_new(&bus), 0);
        assert_true(sd_bus_set_fd(bus, fd, fd) >= 0);
        assert_true(sd_bus_set_anonymous(bus, true) >= 0);
        if (is_server) {
                assert_int_equal(sd_id128_randomize(&id), 0);
                assert_true(sd_bus_set_server(bus, true, id) >= 0);
        }
        assert_true(sd_bus_start(bus) >= 0);
        assert_true(sd_bus_attach_event(bus, test->event, 0) >= 0);
        return bus;
}

/* The peer of a socket pair is whoever has made it. */
static void init(AccessCase *test, bool is_nobody) {
        int fds[2];

        test->manager.settings = &test->settings;
        test->bus.manager = &test->manager;
        assert_int_equal(sd_event_new(&test->event), 0);
        if (is_nobody)
                privileges_drop();
        assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds),
                         0);
        if (is_nobody)
                privileges_restore();

        test->bus.bus = connect_end(test, fds[0], true);
        test->caller = connect_end(test, fds[1], false);
        assert_true(sd_bus_add_object_vtable(test->bus.bus, NULL, "/a", "a.b", vtable, test) >= 0);
        assert_true(sd_bus_add_filter(test->caller, NULL, on_polkit, test) >= 0);
}

static void done(AccessCase *test) {
        bus_forget_authorisations(&test->bus);
        sd_bus_close_unref(test->bus.bus);
        sd_bus_close_unref(test->caller);
        sd_event_unref(test->event);
}

#define _cleanup_access_case_ _cleanup_(done)

static void ask(AccessCase *test) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *call = NULL;

        assert_true(sd_bus_message_new_method_call(test->caller, &call, NULL, "/a", "a.b", "Ask") >=
                    0);
        assert_true(sd_bus_message_set_allow_interactive_authorization(call,
                                                                       test->is_interactive) >= 0);
        assert_true(sd_bus_call_async(test->caller, NULL, call, on_answer, test, 0) >= 0);
        for (unsigned i = 0; i < 200 && !test->is_answered; i++)
                assert_true(sd_event_run(test->event, 5000) >= 0);
}

static void check(Polkit polkit, const char *error) {
        _cleanup_access_case_ AccessCase test = { .polkit = polkit };

        init(&test, true);
        ask(&test);
        assert_true(test.is_answered);
        assert_string_equal(test.error, error);
        assert_int_equal(test.n_asked, 1);
        assert_int_equal(test.n_handled, 2);
        assert_null(test.bus.authorisations);
}

static void root_need_not_ask(void **state) {
        _cleanup_access_case_ AccessCase test = { .polkit = POLKIT_NO };

        (void) state;
        init(&test, false);
        ask(&test);
        assert_true(test.is_answered);
        assert_string_equal(test.error, "");
        assert_int_equal(test.n_asked, 0);
}

static void whoever_has_started_a_private_instance_need_not_ask(void **state) {
        _cleanup_access_case_ AccessCase test = { .polkit = POLKIT_NO };

        (void) state;
        test.settings.is_private = true;
        init(&test, true);
        ask(&test);
        assert_string_equal(test.error, "");
        assert_int_equal(test.n_asked, 0);
}

static void others_may_if_polkit_says_yes(void **state) {
        (void) state;
        check(POLKIT_YES, "");
}

static void others_may_not_if_polkit_says_no(void **state) {
        (void) state;
        check(POLKIT_NO, SD_BUS_ERROR_ACCESS_DENIED);
}

static void challenge_is_told_to_who_may_come_again_with_a_password(void **state) {
        (void) state;
        check(POLKIT_CHALLENGE, SD_BUS_ERROR_INTERACTIVE_AUTHORIZATION_REQUIRED);
}

static void without_polkit_others_may_not(void **state) {
        (void) state;
        check(POLKIT_ABSENT, SD_BUS_ERROR_ACCESS_DENIED);
}

static void password_is_asked_for_only_where_the_caller_allows_it(void **state) {
        _cleanup_access_case_ AccessCase test = { .polkit = POLKIT_YES, .is_interactive = true };

        (void) state;
        init(&test, true);
        ask(&test);
        assert_string_equal(test.error, "");
        assert_int_equal(test.n_asked, 1);
}

/* Neither the caller nor we wait for ever for what it has asked, and nothing is kept of it. */
static void silent_polkit_keeps_nobody_from_forgetting(void **state) {
        _cleanup_access_case_ AccessCase test = { .polkit = POLKIT_SILENT };

        (void) state;
        init(&test, true);
        ask(&test);
        assert_false(test.is_answered);
        assert_non_null(test.bus.authorisations);
        bus_forget_authorisations(&test.bus);
        assert_null(test.bus.authorisations);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(root_need_not_ask),
                cmocka_unit_test(whoever_has_started_a_private_instance_need_not_ask),
                cmocka_unit_test(others_may_if_polkit_says_yes),
                cmocka_unit_test(others_may_not_if_polkit_says_no),
                cmocka_unit_test(challenge_is_told_to_who_may_come_again_with_a_password),
                cmocka_unit_test(without_polkit_others_may_not),
                cmocka_unit_test(password_is_asked_for_only_where_the_caller_allows_it),
                cmocka_unit_test(silent_polkit_keeps_nobody_from_forgetting),
        };

        if (geteuid() != 0) {
                (void) printf("# it has to be root to be somebody else\n");
                return 77;
        }

        return cmocka_run_group_tests(tests, NULL, NULL);
}
