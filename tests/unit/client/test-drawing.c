/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "drawing.h"

#include <errno.h>
#include <inttypes.h>

#include "graph-reply.h"

#define HARD DEPMOD1_EDGE_HARD
#define SOFT DEPMOD1_EDGE_SOFT_PRE

/* "[a b](title)" of each box, then "0>1*weight" of each arrow, "~" for a soft one. */
static void describe(const Drawing *drawing, Buffer *text) {
        for (size_t i = 0; i < drawing->n_boxes; i++) {
                const DrawingBox *box = &drawing->boxes[i];

                buffer_append_byte(text, '[');
                for (size_t k = 0; k < box->n_members; k++)
                        buffer_append_format(text, "%s%s", k > 0 ? " " : "", box->members[k]);
                buffer_append_byte(text, ']');
                if (box->title)
                        buffer_append_format(text, "(%.*s)", (int) box->title_size, box->title);
        }
        for (size_t i = 0; i < drawing->n_arrows; i++)
                buffer_append_format(text, " %u%c%u*%" PRIu64, drawing->arrows[i].from,
                                     drawing->arrows[i].edges & HARD ? '>' : '~',
                                     drawing->arrows[i].to, drawing->arrows[i].weight);
}

static void check(const ReplyModule *modules, const ReplyEdge *edges, int (*change)(Drawing *),
                  const char *expected) {
        _cleanup_drawing_ Drawing drawing = {};
        _cleanup_buffer_ Buffer text = {};
        _cleanup_value_ Value reply = {};

        make_graph_reply(&reply, modules, edges);
        assert_int_equal(drawing_read(&drawing, &reply), 0);
        if (change)
                assert_int_equal(change(&drawing), 0);
        describe(&drawing, &text);
        assert_text(&text, expected);
}

/* s is what was asked for; a, b and c need it and nothing else. */
static const ReplyModule star[] = { { "s", "s.ko", 0 },  { "a", "a.ko", -1 }, { "b", "b.ko", -1 },
                                    { "c", "c.ko", -1 }, { "d", "d.ko", -1 }, {} };

static void each_module_is_a_box_to_begin_with(void **state) {
        static const ReplyEdge edges[] = { { "as", HARD, 4 }, { "bs", SOFT, 0 }, {} };

        (void) state;
        check(star, edges, NULL, "[s][a][b][c][d] 1>0*4 2~0*0");
}

static void boxes_with_the_same_arrows_are_folded(void **state) {
        static const ReplyEdge edges[] = {
                { "as", HARD, 4 }, { "bs", HARD, 2 }, { "cs", HARD, 1 }, { "ds", SOFT, 0 }, {}
        };

        (void) state;
        check(star, edges, drawing_fold, "[s][a b c][d] 1>0*0 2~0*0");
}

static void few_boxes_stay_side_by_side(void **state) {
        static const ReplyEdge edges[] = { { "as", HARD, 1 }, { "bs", HARD, 1 }, { "cs", HARD, 1 },
                                           { "ca", HARD, 1 }, { "ds", SOFT, 0 }, {} };

        (void) state;
        check(star, edges, drawing_fold, "[s][a][b][c][d] 1>0*1 2>0*1 3>0*1 3>1*1 4~0*0");
}

static void what_was_asked_for_is_not_folded(void **state) {
        static const ReplyModule modules[] = {
                { "a", "a.ko", 0 }, { "b", "b.ko", 0 }, { "c", "c.ko", 0 }, { "d", "d.ko", 1 }, {}
        };
        static const ReplyEdge edges[] = {
                { "ad", HARD, 1 }, { "bd", HARD, 1 }, { "cd", HARD, 1 }, {}
        };

        (void) state;
        check(modules, edges, drawing_fold, "[a][b][c][d] 0>3*1 1>3*1 2>3*1");
}

static void builtin_modules_are_folded_among_themselves(void **state) {
        static const ReplyModule modules[] = { { "s", "s.ko", 0 }, { "a", "a.ko", 1 },
                                               { "b", "", 1 },     { "c", "", 1 },
                                               { "d", "", 1 },     {} };
        static const ReplyEdge edges[] = {
                { "sa", SOFT, 0 }, { "sb", SOFT, 0 }, { "sc", SOFT, 0 }, { "sd", SOFT, 0 }, {}
        };

        (void) state;
        check(modules, edges, drawing_fold, "[s][a][b c d] 0~1*0 0~2*0");
}

static void arrows_that_follow_from_others_are_left_out(void **state) {
        static const ReplyEdge edges[] = { { "dc", HARD, 1 },
                                           { "db", HARD, 1 },
                                           { "da", HARD, 1 },
                                           { "cb", HARD, 1 },
                                           { "ba", HARD, 1 },
                                           { "ds", HARD, 1 },
                                           {} };

        (void) state;
        check(star, edges, drawing_reduce, "[s][a][b][c][d] 4>3*1 3>2*1 2>1*1 4>0*1");
}

static void softdeps_neither_go_nor_make_others_go(void **state) {
        static const ReplyEdge soft[] = {
                { "dc", HARD, 1 }, { "cb", HARD, 1 }, { "db", SOFT, 0 }, {}
        };
        static const ReplyEdge way[] = {
                { "dc", SOFT, 0 }, { "cb", HARD, 1 }, { "db", HARD, 1 }, {}
        };

        (void) state;
        check(star, soft, drawing_reduce, "[s][a][b][c][d] 4>3*1 3>2*1 4~2*0");
        check(star, way, drawing_reduce, "[s][a][b][c][d] 4~3*0 3>2*1 4>2*1");
}

static void directories_are_boxes_with_their_arrows_added_up(void **state) {
        static const ReplyModule modules[] = { { "a", "kernel/fs/ext4/a.ko", 0 },
                                               { "b", "kernel/drivers/net/phy/b.ko", 0 },
                                               { "c", "kernel/drivers/net/c.ko", 0 },
                                               { "d", "kernel/fs/d.ko", 0 },
                                               { "e", "updates/dkms/e.ko", 0 },
                                               { "f", "", 1 },
                                               { "g", "kernel/drivers/g.ko", 0 },
                                               { "h", "h.ko", 0 },
                                               {} };
        static const ReplyEdge edges[] = { { "ab", HARD, 5 },
                                           { "ac", HARD, 5 },
                                           { "db", HARD, 5 },
                                           { "bc", HARD, 5 },
                                           { "ef", SOFT, 0 },
                                           { "gh", HARD, 1 },
                                           {} };
        _cleanup_drawing_ Drawing drawing = {};
        _cleanup_buffer_ Buffer text = {};
        _cleanup_value_ Value reply = {};

        (void) state;
        make_graph_reply(&reply, modules, edges);
        assert_int_equal(drawing_read_directories(&drawing, &reply), 0);
        describe(&drawing, &text);
        assert_text(&text, "[a d](fs)[b c](drivers/net)[e](updates)[f](builtin)[g](drivers)"
                           "[h](h.ko) 0>1*3 2~3*1 4>5*1");
}

static void edge_to_nowhere_is_refused(void **state) {
        static const ReplyEdge edges[] = { { "ab", HARD, 1 }, {} };
        _cleanup_value_ Value reply = {};
        Drawing drawing = {};
        Value *edge;

        (void) state;
        make_graph_reply(&reply, star, edges);
        edge = &((Value *) value_list(&reply, "edges"))->items[0];
        ((Value *) value_find(edge, "to"))->number = 5;
        assert_int_equal(drawing_read(&drawing, &reply), -EBADMSG);
}

static void check_dot(const Drawing *drawing, bool is_full, const char *expected) {
        _cleanup_buffer_ Buffer dot = {};

        drawing_append_dot(drawing, "a \"title\"", is_full, &dot);
        buffer_append_byte(&dot, '\0');
        assert_int_equal(buffer_error(&dot), 0);
        if (!strstr(dot.data, expected))
                fail_msg("no '%s' in: %s", expected, dot.data);
}

static void names_are_quoted_for_graphviz(void **state) {
        static const ReplyModule modules[] = { { "a\"\\\n", "a.ko", 0 }, { "b", "", 1 }, {} };
        static const ReplyEdge edges[] = { { "ab", SOFT, 0 }, {} };
        _cleanup_drawing_ Drawing drawing = {};
        _cleanup_value_ Value reply = {};

        (void) state;
        make_graph_reply(&reply, modules, edges);
        assert_int_equal(drawing_read(&drawing, &reply), 0);
        check_dot(&drawing, false, "label=\"a \\\"title\\\"\"");
        check_dot(&drawing, false, "n0 [label=\"a\\\"\\\\\\\\x0a\", fillcolor=");
        check_dot(&drawing, false, "n1 [label=\"b\", style=\"rounded,dashed\"];");
        check_dot(&drawing, false, "n0 -> n1 [style=dashed, label=\"softdep\"];");
}

static void long_lists_are_cut_unless_all_is_wanted(void **state) {
        const char *members[12] = { "m0", "m1", "m2", "m3", "m4",  "m5",
                                    "m6", "m7", "m8", "m9", "m10", "m11" };
        DrawingBox box = { .members = members, .n_members = 12, .level = 1 };
        Drawing drawing = { .boxes = &box, .n_boxes = 1 };

        (void) state;
        check_dot(&drawing, false, "m6\\lm7\\land 4 more\\l\"");
        check_dot(&drawing, true, "m7\\lm8\\lm9\\lm10\\lm11\\l\"");
        box.n_members = 9;
        check_dot(&drawing, false, "m7\\lm8\\l\"");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(each_module_is_a_box_to_begin_with),
                cmocka_unit_test(boxes_with_the_same_arrows_are_folded),
                cmocka_unit_test(few_boxes_stay_side_by_side),
                cmocka_unit_test(what_was_asked_for_is_not_folded),
                cmocka_unit_test(builtin_modules_are_folded_among_themselves),
                cmocka_unit_test(arrows_that_follow_from_others_are_left_out),
                cmocka_unit_test(softdeps_neither_go_nor_make_others_go),
                cmocka_unit_test(directories_are_boxes_with_their_arrows_added_up),
                cmocka_unit_test(edge_to_nowhere_is_refused),
                cmocka_unit_test(names_are_quoted_for_graphviz),
                cmocka_unit_test(long_lists_are_cut_unless_all_is_wanted),
        };

        return cmocka_run_group_tests_name("drawing", tests, NULL, NULL);
}
