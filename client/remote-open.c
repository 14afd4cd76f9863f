/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "remote-bus.h"
#include "wire.h"

#define BUS_NAME "org.freedesktop.DBus"
#define BUS_PATH "/org/freedesktop/DBus"

/* The daemon sees the machine's root; within a chroot the question is about another one. */
static bool is_in_chroot(void) {
        struct stat own, first;

        if (stat("/", &own) < 0 || stat("/proc/1/root", &first) < 0)
                return false;
        return own.st_dev != first.st_dev || own.st_ino != first.st_ino;
}

static bool wants_no_daemon(void) {
        const char *value = getenv("DEPMOD_NO_DAEMON");

        return value && strcmp(value, "1") == 0;
}

static bool is_running(sd_bus *bus) {
        _cleanup_message_ sd_bus_message *reply = NULL;
        int has_owner = 0;

        return sd_bus_call_method(bus, BUS_NAME, BUS_PATH, BUS_NAME, "NameHasOwner", NULL, &reply,
                                  "s", DEPMOD1_NAME) >= 0 &&
               sd_bus_message_read(reply, "b", &has_owner) >= 0 && has_owner;
}

/* There the unit's condition fails, which the bus is not told: it would wait in vain. */
static bool is_in_container(void) {
        return access("/run/systemd/container", F_OK) == 0;
}

static bool start(sd_bus *bus) {
        return sd_bus_call_method(bus, BUS_NAME, BUS_PATH, BUS_NAME, "StartServiceByName", NULL,
                                  NULL, "su", DEPMOD1_NAME, 0) >= 0;
}

int remote_open_daemon(Remote *remote, bool start_it) {
        _cleanup_(sd_bus_flush_close_unrefp) sd_bus *bus = NULL;
        int r;

        if (wants_no_daemon() || is_in_chroot())
                return -ENOTCONN;
        r = sd_bus_open_system(&bus);
        if (r < 0)
                return r;
        if (!is_running(bus) && !(start_it && !is_in_container() && start(bus)))
                return -ENOTCONN;

        remote->bus = TAKE_PTR(bus);
        remote->destination = DEPMOD1_NAME;
        return 0;
}

/* The daemon of another machine, which may have to be started there. */
static int open_elsewhere(Remote *remote, const RemoteTarget *target) {
        const char *where = target->host ? target->host : target->machine;
        int r;

        r = target->host ? sd_bus_open_system_remote(&remote->bus, target->host)
                         : sd_bus_open_system_machine(&remote->bus, target->machine);
        if (r < 0)
                return remote_fail(remote, -ENOTCONN, "Cannot reach the bus of %s: %s", where,
                                   strerror(-r));
        if (!is_running(remote->bus) && !start(remote->bus))
                return remote_fail(remote, -ENOTCONN,
                                   "There is no depmodd on the bus of %s, or no such bus", where);

        remote->destination = DEPMOD1_NAME;
        return 0;
}

int remote_open(Remote **ret_remote, const RemoteTarget *target) {
        Remote *remote = calloc(1, sizeof(*remote));
        int r;

        *ret_remote = remote;
        if (!remote)
                return -ENOMEM;

        if (target->host || target->machine)
                r = open_elsewhere(remote, target);
        else {
                r = target->is_offline || target->root || target->module_directory || target->sysfs
                            ? -ENOTCONN
                            : remote_open_daemon(remote, true);
                if (r < 0 && target->only_daemon)
                        r = remote_fail(remote, -ENOTCONN, "depmodd does not run");
                else if (r < 0)
                        r = remote_open_private(remote, target);
        }
        if (r < 0)
                return r;

        (void) sd_bus_set_allow_interactive_authorization(remote->bus, target->ask_password);
        return 0;
}
