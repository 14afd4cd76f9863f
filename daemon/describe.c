/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <json-c/json.h>

#include "answers.h"

static int add(json_object *object, const char *key, json_object *value) {
        if (!value || json_object_object_add(object, key, value) < 0) {
                json_object_put(value);
                return -ENOMEM;
        }

        return 0;
}

static json_object *describe_kernel(const Kernel *kernel) {
        json_object *object = json_object_new_object();

        if (!object || add(object, "Release", json_object_new_string(kernel->release)) < 0 ||
            add(object, "Path", json_object_new_string(kernel->directory)) < 0 ||
            add(object, "State", json_object_new_string(kernel_state(kernel))) < 0 ||
            add(object, "Generation", json_object_new_uint64(kernel->snapshot->generation)) < 0 ||
            add(object, "PublishedGeneration",
                json_object_new_uint64(kernel->published_generation)) < 0 ||
            add(object, "LastChangeUSec", json_object_new_uint64(kernel->last_change_usec)) < 0 ||
            add(object, "LastPublishUSec", json_object_new_uint64(kernel->last_publish_usec)) < 0 ||
            add(object, "NModules", json_object_new_int64(kernel_n_modules(kernel))) < 0 ||
            add(object, "NProblems", json_object_new_int64(kernel_n_problems(kernel))) < 0 ||
            add(object, "Writable", json_object_new_boolean(kernel_is_writable(kernel))) < 0) {
                json_object_put(object);
                return NULL;
        }

        return object;
}

static int add_kernels(json_object *object, const Manager *manager) {
        json_object *kernels = json_object_new_array();
        int r = add(object, "Kernels", kernels);

        for (size_t i = 0; r >= 0 && i < manager->n_kernels; i++) {
                const Kernel *kernel = manager->kernels[i];
                json_object *described;

                if (!kernel->snapshot || !kernel->snapshot->is_kernel || kernel->is_gone)
                        continue;
                described = describe_kernel(kernel);
                if (!described || json_object_array_add(kernels, described) < 0) {
                        json_object_put(described);
                        return -ENOMEM;
                }
        }

        return r;
}

static int add_manager(json_object *object, const Bus *bus) {
        const Manager *manager = bus->manager;

        if (add(object, "Version", json_object_new_string(DEPMODD_VERSION)) < 0 ||
            add(object, "ModulesPath", json_object_new_string(manager->settings->modules_path)) <
                    0 ||
            add(object, "RunningKernel", json_object_new_string(manager->running_release)) < 0 ||
            add(object, "State", json_object_new_string(manager_state(manager))) < 0 ||
            add(object, "Watching", json_object_new_string(manager_watching(manager))) < 0 ||
            add(object, "NInhibitors", json_object_new_int64(bus->n_inhibitors)) < 0 ||
            add(object, "QuietUSec", json_object_new_uint64(manager->settings->settle.quiet_usec)) <
                    0)
                return -ENOMEM;

        return add_kernels(object, manager);
}

int answer_describe(Question *question, sd_bus_message *reply, Kernel *none, sd_bus_error *error) {
        json_object *object = json_object_new_object();
        int r;

        (void) none;
        (void) error;
        r = object ? add_manager(object, question->bus) : -ENOMEM;
        if (r >= 0)
                r = question_append(question, reply,
                                    json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN));
        json_object_put(object);
        return r;
}
