#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests the verb index of depmodctl as its user sees it."""

import argparse
import shutil
import sys
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / 'support'))

import tests_append  # noqa: E402
import tests_clean  # noqa: E402
import tests_command  # noqa: E402
import tests_files  # noqa: E402
import tests_kernel  # noqa: E402
import tests_problems  # noqa: E402
import tests_real  # noqa: E402
from kernel import Kernel, Unexpected  # noqa: E402
from references import Unavailable  # noqa: E402
from tap import Tap  # noqa: E402
from tree import Scratch  # noqa: E402

GROUPS = (tests_clean, tests_kernel, tests_problems, tests_append, tests_files, tests_command,
          tests_real)


def run_test(tap, name, test, kernel):
    try:
        test(kernel)
    except Unavailable as reason:
        tap.skip(name, reason)
    except Unexpected as unexpected:
        tap.result(False, name, unexpected.lines)
    except Exception:  # pylint: disable=broad-except
        tap.result(False, name, traceback.format_exc().splitlines()[-6:])
    else:
        tap.result(True, name)


def main():
    options = parse_arguments()
    tests = [(f'{group.__name__.removeprefix("tests_")}: {test.__name__.replace("_", " ")}', test)
             for group in GROUPS for test in group.TESTS]
    tests = [(name, test) for name, test in tests if options.name in name]
    tap = Tap(len(tests))
    with Scratch() as scratch:
        scratch.chmod(0o755)  # some tests run as another user
        program = scratch / 'depmodctl'
        shutil.copy(options.depmodctl.resolve(strict=True), program)
        for number, (name, test) in enumerate(tests):
            root = scratch / str(number)
            root.mkdir()
            run_test(tap, name, test, Kernel(program, root))
            shutil.rmtree(root)
    return tap.exit_status()


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--depmodctl', type=Path, required=True, help='the program to test')
    parser.add_argument('--name', default='', help='run only the tests whose name contains this')
    return parser.parse_args()


if __name__ == '__main__':
    sys.exit(main())
