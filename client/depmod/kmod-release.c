/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kmod-release.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

static KmodRelease release_of(unsigned number) {
        return (KmodRelease){
                .number = number,
                .layout = number >= 34 ? INDEX_PREORDER : INDEX_POSTORDER,
                .order_repeat = number >= 34 ? MODULE_ORDER_FIRST : MODULE_ORDER_LAST,
                .has_weakdep = number >= 33,
        };
}

KmodRelease kmod_release_newest(void) {
        return release_of(KMOD_RELEASE_NEWEST);
}

int kmod_release_parse(const char *text, KmodRelease *ret_release) {
        unsigned long number;
        char *end;

        /* strtoul() takes spaces and signs, too. */
        if (!isdigit((unsigned char) text[0]))
                return -EINVAL;
        number = strtoul(text, &end, 10);
        if (*end != '\0' || number < KMOD_RELEASE_OLDEST || number > KMOD_RELEASE_NEWEST)
                return -EINVAL;

        *ret_release = release_of((unsigned) number);
        return 0;
}
