/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "found.h"

#include <errno.h>

#include "message.h"

static int copy_member(const Value *member, Value *row) {
        if (member->kind == VALUE_TEXT)
                return value_add_text(row, member->key, member->text);
        if (member->kind == VALUE_BOOLEAN)
                return value_add_boolean(row, member->key, member->number != 0);
        return value_add_number(row, member->key, member->number);
}

static int add_row(const char *key, const char *question, const Value *thing, Value *rows) {
        Value *row = value_add(rows, NULL);
        int r;

        if (!row)
                return -ENOMEM;
        r = value_add_text(row, key, question);
        for (size_t i = 0; r >= 0 && i < thing->count; i++)
                r = copy_member(&thing->items[i], row);
        return r;
}

int found_flatten(const Value *answers, const char *question, const char *found, Value *rows) {
        int r = 0;

        for (size_t i = 0; i < answers->count; i++) {
                const Value *answer = &answers->items[i], *things = value_list(answer, found);

                for (size_t j = 0; r >= 0 && j < things->count; j++)
                        r = add_row(question, value_text(answer, question), &things->items[j],
                                    rows);
        }

        return r;
}

bool found_explain(const Value *answers, const char *question, const char *found,
                   const char *what) {
        bool is_missing = false;

        for (size_t i = 0; i < answers->count; i++) {
                if (value_list(&answers->items[i], found)->count > 0)
                        continue;
                message_error("%s '%s'", what, value_text(&answers->items[i], question));
                is_missing = true;
        }

        return is_missing;
}
