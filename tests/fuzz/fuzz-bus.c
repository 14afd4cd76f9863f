/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-id128.h>
#include <unistd.h>

#include "bus-calls.h"
#include "log.h"
#include "manager.h"
#include "module-file.h"
#include "settings.h"
#include "temp-tree.h"
#include "wire.h"

/* No call may take so long. */
#define PATIENCE_USEC (UINT64_C(10) * 1000 * 1000)
#define THREADS_PAUSE_USEC 200

/*
 * A private daemon and its client in one process, on one event loop. The daemon lives as long as
 * the fuzzer does; what one input has done to it must not matter to the next.
 */
static struct {
        void *directory;
        Settings settings;
        Manager *manager;
        sd_bus *client;
        unsigned n_threads; /* of libFuzzer and of us, without any at work */
} world;

static void write_kernel(void) {
        module_file_write("lib/modules/1.0/a.ko",
                          "export x 1\ninfo alias=pci:v*d0\ninfo softdep=pre: c post: b\n");
        module_file_write("lib/modules/1.0/b.ko", "need x\nversion x 1\ninfo alias=usb:b\n"
                                                  "info vermagic=1.0 SMP\ninfo depends=a\n");
        module_file_write("lib/modules/1.0/c.ko", "need y\nexport z 2\ninfo weakdep=a\n");
        temp_tree_write_text("lib/modules/1.0/bad.ko", "no module");
        temp_tree_write_text("lib/modules/1.0/modules.order", "a.ko\nb.ko\nc.ko\n");
        temp_tree_write_text("lib/modules/1.0/modules.builtin", "kernel/built-in.ko\n");
        temp_tree_write("lib/modules/1.0/modules.builtin.modinfo", "built_in.alias=in", 18);
        temp_tree_write_text("lib/modules/2.0/modules.order", "");
        temp_tree_write_text("depmodd.conf", "Sync=no\nReadingThreads=1\n");
}

static void close_world(void) {
        sd_bus_flush_close_unref(world.client);
        manager_free(world.manager);
        settings_done(&world.settings);
        (void) temp_tree_leave(&world.directory);
}

static void start_daemon(void) {
        char *arguments[] = { (char *) "depmodd", (char *) "--private-bus", NULL, NULL, NULL };
        _cleanup_free_ char *root = temp_tree_path("."), *config = temp_tree_path("depmodd.conf");
        char root_option[PATH_MAX], config_option[PATH_MAX];

        (void) snprintf(root_option, sizeof(root_option), "--root=%s", root);
        (void) snprintf(config_option, sizeof(config_option), "--config=%s", config);
        arguments[2] = root_option;
        arguments[3] = config_option;
        fuzz_check(settings_parse_arguments(&world.settings, 4, arguments) == 1);
        fuzz_check(manager_new(&world.manager, &world.settings) == 0);
}

static unsigned count_threads(void) {
        DIR *directory = opendir("/proc/self/task");
        const struct dirent *entry;
        unsigned n = 0;

        fuzz_check(directory);
        while ((entry = readdir(directory)))
                n += entry->d_name[0] != '.';
        (void) closedir(directory);
        return n;
}

static void open_world(void) {
        int here = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
        sigset_t signals;
        int ends[2];

        (void) sigemptyset(&signals);
        (void) sigaddset(&signals, SIGTERM);
        (void) sigaddset(&signals, SIGINT);
        (void) sigaddset(&signals, SIGHUP);
        fuzz_check(sigprocmask(SIG_BLOCK, &signals, NULL) == 0);
        fuzz_check(temp_tree_enter(&world.directory) == 0);
        write_kernel();

        /* The daemon takes over standard input and output, which libFuzzer does not use. */
        fuzz_check(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) == 0);
        fuzz_check(dup2(ends[0], STDIN_FILENO) >= 0 && dup2(ends[0], STDOUT_FILENO) >= 0);
        (void) close(ends[0]);
        start_daemon();

        log_set_level(LOG_EMERG);
        fuzz_check(sd_bus_new(&world.client) >= 0);
        fuzz_check(sd_bus_set_fd(world.client, ends[1], ends[1]) >= 0);
        fuzz_check(sd_bus_negotiate_fds(world.client, true) >= 0);
        fuzz_check(sd_bus_start(world.client) >= 0);
        fuzz_check(sd_bus_attach_event(world.client, world.manager->event, 20) >= 0);
        (void) atexit(close_world);

        /* libFuzzer may have been given relative paths. */
        fuzz_check(here >= 0 && fchdir(here) == 0);
        (void) close(here);
}

/* Is it one that clients know: ours, or one of D-Bus about a call that is none? */
static bool is_known(const sd_bus_error *error) {
        static const char *const known[] = {
                DEPMOD1_ERROR_NO_SUCH_KERNEL,    DEPMOD1_ERROR_NO_SUCH_MODULE,
                DEPMOD1_ERROR_NOT_SETTLED,       DEPMOD1_ERROR_BUSY,
                DEPMOD1_ERROR_TOO_LARGE,         DEPMOD1_ERROR_BAD_FILE,
                DEPMOD1_ERROR_PUBLISH_FAILED,    SD_BUS_ERROR_INVALID_ARGS,
                SD_BUS_ERROR_UNKNOWN_METHOD,     SD_BUS_ERROR_UNKNOWN_OBJECT,
                SD_BUS_ERROR_UNKNOWN_INTERFACE,  SD_BUS_ERROR_UNKNOWN_PROPERTY,
                SD_BUS_ERROR_PROPERTY_READ_ONLY, SD_BUS_ERROR_NOT_SUPPORTED,
        };

        for (size_t i = 0; i < ELEMENTSOF(known); i++) {
                if (sd_bus_error_has_name(error, known[i]))
                        return true;
        }

        (void) fprintf(stderr, "error %s: %s\n", error->name, error->message);
        return false;
}

static int on_reply(sd_bus_message *reply, void *userdata, sd_bus_error *ret_error) {
        const sd_bus_error *error = sd_bus_message_get_error(reply);
        unsigned *n_open = userdata;

        (void) ret_error;
        fuzz_check(!error || is_known(error));
        (*n_open)--;
        return 0;
}

static void send_call(sd_bus_message *message, void *userdata) {
        unsigned *n_open = userdata;

        if (sd_bus_call_async(world.client, NULL, message, on_reply, n_open, PATIENCE_USEC) >= 0)
                (*n_open)++;
}

/*
 * An answer may come before the work that was begun for it has ended. What a thread holds that is
 * at its beginning or its end looks like a leak when libFuzzer looks for one.
 */
static void wait_for_threads(void) {
        do {
                while (count_threads() > world.n_threads)
                        fuzz_check(sd_event_run(world.manager->event, THREADS_PAUSE_USEC) >= 0);
                while (sd_event_run(world.manager->event, 0) > 0) {
                }
        } while (count_threads() > world.n_threads);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
        unsigned n_open = 0;

        if (!world.client) {
                world.n_threads = count_threads();
                open_world();
        }

        bus_calls_make(world.client, bytes, size, send_call, &n_open);
        while (n_open > 0)
                fuzz_check(sd_event_run(world.manager->event, UINT64_MAX) >= 0);
        wait_for_threads();
        fuzz_check(!world.manager->is_stopping);
        fuzz_check(sd_bus_is_open(world.client) > 0);
        log_set_level(LOG_EMERG);
        return 0;
}
