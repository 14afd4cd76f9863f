/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "drawing.h"
#include "wire.h"

#define MEMBERS_SHOWN 8
#define LABELS_MAX 80 /* numbers beside more arrows are no longer told apart */
#define DOT_LARGE 600 /* boxes for which dot's layers take minutes and show nothing */

/* Names are made of file names, which may hold anything. */
static void append_quoted(Buffer *dot, const char *text, size_t size) {
        for (size_t i = 0; i < size; i++) {
                unsigned char byte = (unsigned char) text[i];

                if (byte == '"' || byte == '\\')
                        buffer_append_format(dot, "\\%c", byte);
                else if (iscntrl(byte))
                        buffer_append_format(dot, "\\\\x%02x", byte);
                else
                        buffer_append_byte(dot, byte);
        }
}

static void append_name(Buffer *dot, const char *name) {
        append_quoted(dot, name, strlen(name));
}

static void append_label(Buffer *dot, const DrawingBox *box, bool is_full) {
        size_t n_shown =
                is_full || box->n_members <= MEMBERS_SHOWN + 1 ? box->n_members : MEMBERS_SHOWN;

        if (box->title) {
                append_quoted(dot, box->title, box->title_size);
                buffer_append_format(dot, "\\n%zu", box->n_members);
                return;
        }
        if (box->n_members == 1) {
                append_name(dot, box->members[0]);
                return;
        }

        for (size_t i = 0; i < n_shown; i++) {
                append_name(dot, box->members[i]);
                buffer_append_string(dot, "\\l");
        }
        if (n_shown < box->n_members)
                buffer_append_format(dot, "and %zu more\\l", box->n_members - n_shown);
}

static void append_box(Buffer *dot, const Drawing *drawing, size_t i, bool is_full) {
        const DrawingBox *box = &drawing->boxes[i];

        buffer_append_format(dot, "  n%zu [label=\"", i);
        append_label(dot, box, is_full);
        buffer_append_string(dot, "\"");
        if (box->is_builtin)
                buffer_append_string(dot, ", style=\"rounded,dashed\"");
        else if (box->level == 0 && !box->title && drawing->n_boxes <= DOT_LARGE)
                buffer_append_string(dot, ", fillcolor=\"#cfe3ff\", color=\"#2b5fa8\"");
        buffer_append_string(dot, "];\n");
}

/* One for each tenfold. */
static unsigned width_of(uint64_t weight) {
        unsigned width = 1;

        for (; weight >= 10; weight /= 10)
                width++;
        return width;
}

static void append_arrow(Buffer *dot, const Drawing *drawing, const DrawingArrow *arrow) {
        bool is_soft = !(arrow->edges & DEPMOD1_EDGE_HARD);

        buffer_append_format(dot, "  n%" PRIu32 " -> n%" PRIu32, arrow->from, arrow->to);
        if (is_soft)
                buffer_append_string(dot, " [style=dashed, label=\"softdep\"]");
        else if (drawing->boxes[arrow->from].title)
                buffer_append_format(dot, " [penwidth=%u]", width_of(arrow->weight));
        else if (drawing->n_arrows <= LABELS_MAX && arrow->weight > 1)
                buffer_append_format(dot, " [label=\"%" PRIu64 "\"]", arrow->weight);
        buffer_append_string(dot, ";\n");
}

void drawing_append_dot(const Drawing *drawing, const char *title, bool is_full, Buffer *dot) {
        bool is_large = drawing->n_boxes > DOT_LARGE;

        buffer_append_string(dot, "digraph modules {\n  graph [label=\"");
        append_name(dot, title);
        buffer_append_format(dot, "\", labelloc=t, fontname=\"sans-serif\", fontsize=14, %s];\n",
                             is_large ? "layout=sfdp, overlap=prism, outputorder=edgesfirst"
                                      : "rankdir=LR, nodesep=0.12, ranksep=0.7");
        buffer_append_string(dot,
                             "  node [shape=box, style=\"rounded,filled\", fillcolor=\"#f6f6f6\", "
                             "color=\"#999999\", fontname=\"sans-serif\", fontsize=10, "
                             "margin=\"0.1,0.04\", height=0.25];\n"
                             "  edge [color=\"#999999\", arrowsize=0.6, fontname=\"sans-serif\", "
                             "fontsize=8, fontcolor=\"#666666\"];\n");
        for (size_t i = 0; i < drawing->n_boxes; i++)
                append_box(dot, drawing, i, is_full);
        for (size_t i = 0; i < drawing->n_arrows; i++)
                append_arrow(dot, drawing, &drawing->arrows[i]);
        buffer_append_string(dot, "}\n");
}
