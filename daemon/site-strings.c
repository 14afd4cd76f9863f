/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "site-strings.h"

/* Below this it is not worth the work: less than a megabyte. */
#define STRINGS_MIN UINT64_C(8192)

static void renew(Site *site) {
        StringTable *strings = NULL;

        if (string_table_new(&strings) < 0)
                return;

        string_table_share(strings);
        string_table_unref(site->strings);
        site->strings = strings;
}

void site_strings_init(Site *site) {
        renew(site);
}

void site_strings_done(Site *site) {
        site->strings = string_table_unref(site->strings);
}

void site_strings_count(Site *site, const Snapshot *old, const Snapshot *new) {
        if (new)
                site->n_strings += new->n_strings;
        if (old)
                site->n_strings -= old->n_strings;
}

bool site_strings_renew(Site *site) {
        StringTable *old = site->strings;
        uint64_t n_useful = site->n_strings > STRINGS_MIN ? site->n_strings : STRINGS_MIN;

        if (!old || string_table_count(old) / 2 <= n_useful)
                return false;

        renew(site);
        return site->strings != old;
}
