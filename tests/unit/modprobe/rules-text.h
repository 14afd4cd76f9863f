/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "modprobe-config.h"
#include "test-case.h"

/* "LINE rule|" of each, "E" for what counts before modules.softdep. */
static inline void assert_rules(const ModprobeConfig *config, const char *expected) {
        _cleanup_buffer_ Buffer text = {};

        for (size_t i = 0; i < config->count; i++) {
                _cleanup_buffer_ Buffer rule = {};

                modprobe_rule_text(&config->rules[i], &rule);
                assert_int_equal(buffer_error(&rule), 0);
                buffer_append_format(&text, "%u%s %s|", config->rules[i].line,
                                     config->rules[i].is_early ? "E" : "", rule.data);
        }
        assert_text(&text, expected);
}
