/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "id-map.h"

static uint32_t put(IdMap *map, uint32_t id) {
        uint32_t place;

        assert_int_equal(id_map_put(map, id, &place), 0);
        return place;
}

static void empty_map_has_nothing(void **state) {
        _cleanup_id_map_ IdMap map = {};

        (void) state;
        assert_int_equal(id_map_find(&map, 0), ID_MAP_NONE);
        assert_int_equal(id_map_find(&map, UINT32_MAX), ID_MAP_NONE);
}

static void new_ids_get_the_next_place_and_old_ones_theirs(void **state) {
        _cleanup_id_map_ IdMap map = {};

        (void) state;
        assert_int_equal(put(&map, 700), 0);
        assert_int_equal(put(&map, 0), 1);
        assert_int_equal(put(&map, 700), 0);
        assert_int_equal(map.count, 2);
        assert_int_equal(id_map_find(&map, 0), 1);
        assert_int_equal(id_map_find(&map, 1), ID_MAP_NONE);
        assert_int_equal(id_map_find(&map, UINT32_MAX), ID_MAP_NONE);
}

static void many_ids_are_found(void **state) {
        _cleanup_id_map_ IdMap map = {};

        (void) state;
        for (uint32_t i = 0; i < 20000; i++)
                assert_int_equal(put(&map, i * 3), i);
        for (uint32_t i = 0; i < 20000; i++) {
                assert_int_equal(id_map_find(&map, i * 3), i);
                assert_int_equal(id_map_find(&map, i * 3 + 1), ID_MAP_NONE);
        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(empty_map_has_nothing),
                cmocka_unit_test(new_ids_get_the_next_place_and_old_ones_theirs),
                cmocka_unit_test(many_ids_are_found),
        };

        return cmocka_run_group_tests_name("id-map", tests, NULL, NULL);
}
