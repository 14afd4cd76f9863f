#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The campaign of faults, with the ledger: fault, times injected, times survived, what readers saw.

    tests/faults/campaign.py --depmodd PATH --depmodctl PATH --depmod PATH [--full]

While each fault happens, a strict reader opens and reads the whole set, and the modprobes of kmod 30 and
34 answer questions from it. After each, the files are those that a run from scratch makes.
"""

import argparse
import os
import sys
import time
import traceback
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'integration'), str(HERE.parent / 'support')]

from tap import Tap, skip_all  # noqa: E402

try:
    import dbus  # noqa: E402,F401
except ImportError as missing:
    skip_all(f'{missing} (needs python3-dbus and python3-gi)')

import ledger as ledgers  # noqa: E402
import mounts  # noqa: E402
import rows  # noqa: E402
import rows_disk  # noqa: E402,F401
import rows_hanging  # noqa: E402,F401
import rows_others  # noqa: E402,F401
import rows_program  # noqa: E402,F401
from references import Unavailable  # noqa: E402
from stage import Programs, Unexpected  # noqa: E402


def run_row(tap, fault, programs, folder, options):
    """The row of the ledger, or None if it cannot be had here."""
    count = fault.full if options.full else fault.short
    if options.count:
        count = options.count
    entry = ledgers.Row(fault.name, count or 0, fault.judges_mixed)
    begin = time.monotonic()
    try:
        fault.run(entry, programs, folder, count)
    except Unavailable as reason:
        tap.skip(fault.name, ' '.join(str(reason).split()))
        return None
    except Unexpected as unexpected:
        entry.lines += unexpected.lines
    except Exception:  # pylint: disable=broad-except
        entry.lines += ['it broke down:', *traceback.format_exc().splitlines()[-8:]]
    failures = entry.failures()
    tap.result(not failures, fault.name, [line[:300] for line in failures])
    tap.comment(f'{entry.survived} of {entry.injected}, {time.monotonic() - begin:.0f} s', *entry.notes)
    return entry


def main():
    options = parse_arguments()
    os.umask(0o022)
    os.environ['DEPMOD_NO_DAEMON'] = '1'
    try:
        mounts.enter_private_namespace()
    except Unavailable as reason:
        skip_all(reason)
    programs = Programs(*(path.absolute() for path in (options.depmodd, options.depmodctl,
                                                      options.depmod)))
    chosen = [fault for fault in rows.ROWS if any(part in fault.name for part in options.only or [''])]
    tap, entries = Tap(len(chosen)), []
    with rows.scratch_on_disk() as scratch:
        for number, fault in enumerate(chosen):
            entry = run_row(tap, fault, programs, scratch / str(number), options)
            if entry:
                entries.append(entry)
    lines = ledgers.table(entries) + ledgers.totals(entries)
    tap.comment(*lines)
    if options.ledger:
        options.ledger.write_text('\n'.join(lines) + '\n')
    return tap.exit_status()


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for program in ('depmodd', 'depmodctl', 'depmod'):
        parser.add_argument(f'--{program}', type=Path, required=True)
    parser.add_argument('--full', action='store_true', help='as often as the ledger of README says')
    parser.add_argument('--count', type=int, help='so often instead')
    parser.add_argument('--only', action='append', help='the rows with this in their names')
    parser.add_argument('--ledger', type=Path, help='write the ledger into this file, too')
    return parser.parse_args()


if __name__ == '__main__':
    sys.exit(main())
