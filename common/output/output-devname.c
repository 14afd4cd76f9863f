/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>

#include "output-parts.h"

#define DEVNAME_PREFIX "devname:"

/* The device node that a module's aliases describe (specification section 6.5). */
typedef struct DeviceNode {
        const char *name; /* NULL: none */
        char type;        /* 'c', 'b', NUL: none */
        unsigned major;
        unsigned minor;
} DeviceNode;

static void node_take_alias(DeviceNode *node, const char *alias) {
        unsigned major, minor;

        if (strncmp(alias, DEVNAME_PREFIX, strlen(DEVNAME_PREFIX)) == 0)
                node->name = alias + strlen(DEVNAME_PREFIX);
        /* scanf, because kmod scans: it takes signs, blanks and junk behind the numbers. */
        else if (sscanf(alias, "char-major-%u-%u", &major, &minor) == 2)
                *node = (DeviceNode){ node->name, 'c', major, minor };
        else if (sscanf(alias, "block-major-%u-%u", &major, &minor) == 2)
                *node = (DeviceNode){ node->name, 'b', major, minor };
}

static int render_module(const OutputJob *job, size_t index) {
        const Tree *tree = &job->model->tree;
        const Module *module = &tree->modules[index];
        const char *module_name = tree_module_name(tree, index);
        Buffer *text = &job->memory->bytes;
        DeviceNode node = {};

        for (size_t i = 0; i < module->n_aliases && !(node.name && node.type); i++) {
                const char *alias = tree_string(tree, module_aliases(module)[i]);

                if (alias[0] == 'd' || alias[0] == 'c' || alias[0] == 'b')
                        node_take_alias(&node, alias);
        }

        if (!node.name)
                return 0;
        if (!node.type)
                return problem_list_add(&job->problems[OUTPUT_DEVNAME],
                                        &(Problem){ .kind = PROBLEM_DEVNAME,
                                                    .subject = module_name,
                                                    .detail = node.name });

        if (text->size == 0)
                buffer_append_string(text, "# Device nodes to trigger on-demand module loading.\n");
        buffer_append_format(text, "%s %s %c%u:%u\n", module_name, node.name, node.type, node.major,
                             node.minor);
        return buffer_error(text);
}

int output_devname(const OutputJob *job, OutputKind *ret_failed) {
        int r;

        *ret_failed = OUTPUT_DEVNAME;
        if (!output_is_wanted(job, OUTPUT_DEVNAME))
                return 0;

        (void) output_begin(job);
        for (size_t i = 0; i < job->model->tree.count; i++) {
                r = render_module(job, i);
                if (r < 0)
                        return r;
        }

        return output_end(job, OUTPUT_DEVNAME);
}
