#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What CI asserts about the speed of the daemon: ratios with wide margins, and counts of
instructions. daemon.py measures what it really is.

The instructions of a start, of one change and of one question are in instructions.json beside this file;
`--record` writes them.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'support'))

import bench
import counts
import record
import references
import tap
from measures import (QUESTIONS, Changes, ask_questions, check_module, median,
                      refresh_pinged)
from served import Served, link_kernel

# A question takes 1.2 times as long, and kmod 5 to 6 times the CPU time; nobody should be stalled for
# longer than 10 ms.
QUESTION_RATIO = 2.5
STALL_SECONDS = 0.05
CHECK_SECONDS = 0.005
CANDIDATE = 'kernel/drivers/usb/storage/usb-storage.ko'
CHANGE_RATIO = 3
CHANGES = 5


def scratch():
    return tempfile.TemporaryDirectory(dir=references.cache_folder())


def check_questions(result, served, latency, tree):
    times = ask_questions(served, latency, tree.version, 1000)
    for name in QUESTIONS:
        ratio = times[name].percentile(50) / times['Ping'].percentile(50)
        result.result(ratio <= QUESTION_RATIO, f'{name} takes hardly longer than a ping',
                      [f'{ratio:.2f} times'])
        result.comment(f'{ratio:.2f} times')


def check_candidate(result, served, latency, tree):
    """One that needs some hundred symbols. The best median of a few: others use the processors, too."""
    median_ms = min(check_module(served, latency, tree.version, tree.directory / CANDIDATE)
                    .percentile(50) for _ in range(3)) / 1000
    result.result(median_ms <= CHECK_SECONDS * 1000, 'whether a module would load is known at once',
                  [f'{median_ms:.2f} ms'])
    result.comment(f'{median_ms:.2f} ms')


def check_stall(result, served, latency, tree):
    """Others may use the processors meanwhile: the best of a few."""
    stall = min(max(refresh_pinged(served, latency, tree.version)['busy']) for _ in range(3)) / 1e6
    result.result(stall <= STALL_SECONDS, 'a refresh keeps nobody waiting',
                  [f'{stall * 1000:.1f} ms'])
    result.comment(f'{stall * 1000:.1f} ms')


def check_change(result, served, kmod, tree):
    command = [kmod / 'ld.so', '--argv0', 'depmod', '--library-path', kmod / 'lib', kmod / 'kmod',
               '-b', tree.root, '-o', tree.root / 'theirs', tree.version]
    theirs, changes = bench.Contestant('kmod', command), Changes(served, tree)
    made = []
    for _ in range(CHANGES):
        made.append(changes.make())
        theirs.run()
    ratio = theirs.cpu / median(made, 'cpu')
    result.result(ratio >= CHANGE_RATIO, 'a change costs a fraction of what a run of kmod costs',
                  [f'{ratio:.1f} times'])
    result.comment(f'kmod needs {ratio:.1f} times the CPU time')


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--build', type=Path, required=True)
    parser.add_argument('--record', action='store_true')
    options = parser.parse_args()
    depmodd = options.build.absolute() / 'bin/depmodd'
    latency = options.build.absolute() / 'tests/bench/latency'

    if not shutil.which('dbus-daemon') or not shutil.which('callgrind_control'):
        tap.skip_all('there is no dbus-daemon or no valgrind on this machine')
    try:
        kmod = references.fetch_kmod('trixie')
        small = record.fetch_tree(options.record)
        large = references.fetch_kernel('bookworm', 'amd64')
    except references.Unavailable as reason:
        tap.skip_all(reason)

    found = counts.of_daemon(depmodd, latency, small)
    if options.record:
        record.write(small.version, found)
        return 0

    result = tap.Tap(len(found) + 6)
    for name, count in found.items():
        record.check(result, small.version, name, count)
    with scratch() as root:
        tree = link_kernel(large, root)
        shutil.copy(references.fetch('symvers', 'bookworm', 'amd64'), tree.directory)
        with Served(depmodd, root) as served:
            check_questions(result, served, latency, tree)
            check_candidate(result, served, latency, tree)
            check_stall(result, served, latency, tree)
            check_change(result, served, kmod, tree)
    return result.exit_status()


if __name__ == '__main__':
    sys.exit(main())
