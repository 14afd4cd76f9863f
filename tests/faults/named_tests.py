# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the scripts of this folder share: the programs under test, and running tests by their names."""

import argparse
import shutil
import sys
import traceback
from pathlib import Path

from kernel import VERSION
from references import Unavailable
from tap import Tap, skip_all
from tree import Scratch

LINES_SHOWN, CHARACTERS_SHOWN = 6, 400


class Skip(Unavailable):
    """Something that a test needs is not to be had on this machine."""


class Depmod:
    name = folder = 'depmod'

    def __init__(self, path):
        self.path = path

    def command(self, kernel, *options):
        elsewhere = ['-o', str(kernel.output_root)] if kernel.output_root else []
        return [str(self.path), '-C', str(kernel.config), '-b', str(kernel.root), *elsewhere,
                *options, VERSION]


class DepmodctlIndex:
    name, folder = 'depmodctl index', 'depmodctl-index'

    def __init__(self, path):
        self.path = path

    def command(self, kernel, *options):
        return [str(self.path), 'index', '-C', str(kernel.config), '-b', str(kernel.directory),
                *options, VERSION]


class Programs:
    """Both front ends are one file that looks at its name: copied, because the checkout may lie where
    nobody but its owner can go, and some tests run it as somebody else."""

    def __init__(self, path, folder):
        for name in ('depmod', 'depmodctl'):
            shutil.copy(path, folder / name)
        self.depmod = Depmod(folder / 'depmod')
        self.index = DepmodctlIndex(folder / 'depmodctl')
        self.is_sanitized = b'__asan_init' in path.read_bytes()

    def __iter__(self):
        return iter((self.depmod, self.index))


def run_tests(description, make_tests, add_arguments=None):
    """make_tests(programs, scratch, options) gives tests by name: functions that give the failures
    as lines, and raise Skip."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument('--depmod', type=Path, required=True, help='the program to test')
    parser.add_argument('--only', default='', help='run the tests with this in their names')
    if add_arguments:
        add_arguments(parser)
    options = parser.parse_args()
    with Scratch() as scratch:
        (scratch / 'bin').mkdir()
        try:
            tests = make_tests(Programs(options.depmod, scratch / 'bin'), scratch, options)
        except Unavailable as reason:
            skip_all(reason)
        tests = {name: test for name, test in tests.items() if options.only in name}
        tap = Tap(len(tests))
        for name, test in tests.items():
            run_test(tap, name, test)
    return tap.exit_status()


def run_test(tap, name, test):
    try:
        lines = test()
    except Unavailable as reason:
        tap.skip(name, ' '.join(str(reason).split()))
        return
    except Exception:  # pylint: disable=broad-except
        lines = ['it broke down:', *traceback.format_exc().splitlines()[-5:]]
    if len(lines) > LINES_SHOWN:
        lines[LINES_SHOWN:] = [f'and {len(lines) - LINES_SHOWN} lines more']
    tap.result(not lines, name, [line[:CHARACTERS_SHOWN] for line in lines])


def check_failed(run, *subjects):
    """A run that must have failed and named one of the subjects."""
    if run.returncode != 1:
        return [f'exit status {run.returncode}, expected 1: {run.stderr.strip()}']
    if not any(str(subject) in run.stderr for subject in subjects):
        return [f'names none of {", ".join(map(str, subjects))}: {run.stderr.strip()}']
    return []


def check_succeeded(run):
    if run.returncode != 0:
        return [f'exit status {run.returncode}, expected 0: {run.stderr.strip()}']
    return []


def main(description, make_tests, add_arguments=None):
    sys.exit(run_tests(description, make_tests, add_arguments))
