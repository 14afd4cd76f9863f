/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "graph-cut.h"

#include <inttypes.h>

#include "graph-reply.h"

static const ReplyModule modules[] = { { "d", "d.ko", -2 }, { "a", "a.ko", 0 },  { "b", "b.ko", 1 },
                                       { "c", "c.ko", 2 },  { "e", "e.ko", -1 }, {} };
static const ReplyEdge edges[] = { { "ab", 1, 1 }, { "bc", 1, 1 }, { "de", 1, 1 },
                                   { "ea", 1, 1 }, { "ec", 1, 1 }, {} };

/* "names: from>to ..." */
static void check(int64_t depth, const char *expected) {
        _cleanup_buffer_ Buffer text = {};
        _cleanup_value_ Value reply = {};
        const Value *list;

        make_graph_reply(&reply, modules, edges);
        assert_int_equal(graph_cut(&reply, depth), 0);
        list = value_list(&reply, "modules");
        for (size_t i = 0; i < list->count; i++)
                buffer_append_string(&text, value_text(&list->items[i], "name"));
        buffer_append_byte(&text, ':');
        list = value_list(&reply, "edges");
        for (size_t i = 0; i < list->count; i++)
                buffer_append_format(&text, " %" PRIu64 ">%" PRIu64,
                                     value_number(&list->items[i], "from"),
                                     value_number(&list->items[i], "to"));
        assert_text(&text, expected);
}

static void what_is_too_far_away_goes_with_its_edges(void **state) {
        (void) state;
        check(0, "a:");
        check(1, "abe: 0>1 2>0");
        check(2, "dabce: 1>2 2>3 0>4 4>1 4>3");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(what_is_too_far_away_goes_with_its_edges),
        };

        return cmocka_run_group_tests_name("graph-cut", tests, NULL, NULL);
}
