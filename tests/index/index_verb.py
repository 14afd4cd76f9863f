#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests the verb index of depmodctl as its user sees it."""

import argparse
import os
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

# The cache of real trees may be root's alone, so their tests come before root is given up.
GROUPS = ((tests_real,),
          (tests_clean, tests_kernel, tests_problems, tests_append, tests_files, tests_command))
NOBODY = 65534


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


def run_groups(tap, tests, program):
    with Scratch() as scratch:
        path = scratch / 'depmodctl'
        path.write_bytes(program)
        path.chmod(0o755)
        for number, (name, test) in enumerate(tests):
            root = scratch / str(number)
            root.mkdir()
            run_test(tap, name, test, Kernel(path, root))
            shutil.rmtree(root)


def give_up_root():
    """Some tests name /dev/null as a file to write: a program with a fault, run by root, would put a
    file in its place. And root may do everything, which is not what tests of permissions want."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


def tests_of(groups, wanted):
    tests = [(f'{group.__name__.removeprefix("tests_")}: {test.__name__.replace("_", " ")}', test)
             for group in groups for test in group.TESTS]
    return [(name, test) for name, test in tests if wanted in name]


def main():
    options = parse_arguments()
    program = options.depmodctl.read_bytes()
    as_caller, as_nobody = (tests_of(groups, options.name) for groups in GROUPS)
    tap = Tap(len(as_caller) + len(as_nobody))
    os.umask(0o022)
    run_groups(tap, as_caller, program)
    os.chdir('/')
    give_up_root()
    run_groups(tap, as_nobody, program)
    return tap.exit_status()


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--depmodctl', type=Path, required=True, help='the program to test')
    parser.add_argument('--name', default='', help='run only the tests whose name contains this')
    return parser.parse_args()


if __name__ == '__main__':
    sys.exit(main())
