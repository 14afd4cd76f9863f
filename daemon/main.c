/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char *argv[]) {
        if (argc == 2 && strcmp(argv[1], "--version") == 0) {
                printf("depmodd %s\n", DEPMODD_VERSION);
                return EXIT_SUCCESS;
        }

        (void) fputs(
                "depmodd: This version does not watch anything yet and has only --version. Use "
                "depmod or depmodctl index.\n",
                stderr);
        return EXIT_FAILURE;
}
