/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "privileges.h"

#include <sys/prctl.h>
#include <unistd.h>

#include "test-case.h"

#define NOBODY 65534

void privileges_drop(void) {
        if (geteuid() == 0)
                assert_int_equal(setresuid(NOBODY, NOBODY, 0), 0);
}

void privileges_restore(void) {
        uid_t real, effective, saved;

        assert_int_equal(getresuid(&real, &effective, &saved), 0);
        if (saved != 0 || effective == 0)
                return;

        assert_int_equal(setresuid(0, 0, 0), 0);
        /* A change of user takes it away, and the leak check at the end needs it. */
        assert_int_equal(prctl(PR_SET_DUMPABLE, 1), 0);
}
