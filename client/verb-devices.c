/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>

#include "verb.h"

/* A row of the table; module NULL: nothing serves the device. */
static int add_row(Value *rows, const Value *device, const Value *module) {
        Value *row = value_add(rows, NULL);
        const char *state = module ? value_text(module, "state") : "none";
        int r;

        if (!row)
                return -ENOMEM;
        r = value_add_text(row, "device", value_text(device, "device"));
        if (r >= 0)
                r = value_add_text(row, "module", module ? value_text(module, "name") : "");
        if (r >= 0)
                r = value_add_text(row, "state", state);
        return r < 0 ? r : value_add_text(row, "driver", value_text(device, "driver"));
}

static int add_rows(const Value *devices, const Options *options, Value *rows) {
        int r = 0;

        for (size_t i = 0; r >= 0 && i < devices->count; i++) {
                const Value *device = &devices->items[i];
                const Value *modules = value_list(device, "modules");

                if (modules->count == 0 && options->all)
                        r = add_row(rows, device, NULL);
                for (size_t k = 0; r >= 0 && k < modules->count; k++)
                        r = add_row(rows, device, &modules->items[k]);
        }

        return r;
}

static int run(Session *session, __attribute__((unused)) int argc,
               __attribute__((unused)) char *argv[]) {
        static const Column columns[] = {
                { "device", "DEVICE" },
                { "module", "MODULE" },
                { "state", "STATE", COLUMN_STATE },
                { "driver", "DRIVER" },
                {},
        };
        static const Shape module[] = { { "name" }, { "path" }, { "state" }, {} };
        static const Shape device[] = {
                { "device" }, { "modalias" }, { "modules", module }, { "driver" }, {}
        };
        static const Shape shape[] = { { "devices", device }, { "generation" }, {} };
        _cleanup_value_ Value reply = {}, rows = { .kind = VALUE_LIST };
        int r;

        r = session_ask_kernel(
                session, "ListDevices",
                (RemoteArgument[]){ { .type = 't', .number = session_flags(session, 0) }, {} },
                shape, &reply);
        if (r < 0)
                return r;

        r = add_rows(value_list(&reply, "devices"), session->options, &rows);
        return r < 0 ? r : session_print(session, &reply, &rows, columns);
}

static const Option options[] = {
        { "all", 'a', NULL, "Also devices that no module serves", offsetof(Options, all) },
        { "sysfs", 0, "DIR", "The devices below DIR, through a private instance",
          offsetof(Options, sysfs) },
        {},
};

const Verb verb_devices = {
        .name = "devices",
        .arguments = "[OPTIONS]",
        .help = "List devices and the modules for them",
        .options = options,
        .run = run,
};
