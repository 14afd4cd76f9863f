#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the named cases: what kmod's test suite covers, what it does not, and where ours differs."""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / 'support'))

import cases_command  # noqa: E402
import cases_differences  # noqa: E402
import cases_elf  # noqa: E402
import cases_faults  # noqa: E402
import cases_files  # noqa: E402
import cases_lists  # noqa: E402
import cases_upstream  # noqa: E402
import cases_values  # noqa: E402
from references import Unavailable, fetch_kmod  # noqa: E402
from tap import Tap, skip_all  # noqa: E402
from tree import Scratch  # noqa: E402

GROUPS = (cases_upstream, cases_lists, cases_elf, cases_values, cases_files, cases_command,
          cases_faults, cases_differences)


def main():
    options = parse_arguments()
    try:
        reference = (options.reference or fetch_kmod('trixie')) / 'depmod'
    except Unavailable as reason:
        skip_all(reason)
    cases = [case for group in GROUPS for case in group.CASES if options.name in case.name]
    tap = Tap(len(cases))
    for case in cases:
        with Scratch() as base:
            differences = case.check(reference, options.depmod, base)
        name = case.name
        if getattr(case, 'why_not_reference', None):
            name += f' ({case.why_not_reference})'
        tap.result(not differences, name, differences)
    return tap.exit_status()


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--depmod', type=Path, required=True, help='the program to test')
    parser.add_argument('--reference', type=Path, help='what "fetch kmod trixie" prints')
    parser.add_argument('--name', default='', help='run only the cases whose name contains this')
    options = parser.parse_args()
    options.depmod = options.depmod.absolute()
    return options


if __name__ == '__main__':
    sys.exit(main())
