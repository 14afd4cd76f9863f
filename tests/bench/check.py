#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What CI asserts about speed: counts and ratios with wide margins, never seconds.

The record of ours is in instructions.json beside this file; `--record` writes it anew.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'support'))

import counts
import record
import references
import tap

# kmod needs 5 times the instructions and 6 times the time; half of that is a regression for sure.
INSTRUCTIONS_RATIO = 2.5
WALL_RATIO = 2
# A run without the cache, against one with it that reads one module.
CACHE_RATIO = 2


def wall_time(command, runs=5):
    walls = []
    for _ in range(runs):
        begin = time.perf_counter()
        subprocess.run([str(part) for part in command], stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, check=True)
        walls.append(time.perf_counter() - begin)
    return statistics.median(walls)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--depmod', type=Path, required=True)
    parser.add_argument('--record', action='store_true')
    options = parser.parse_args()

    if not shutil.which('valgrind'):
        tap.skip_all('there is no valgrind on this machine')
    try:
        kmod = references.fetch_kmod('trixie')
        tree = record.fetch_tree(options.record)
    except references.Unavailable as reason:
        tap.skip_all(reason)

    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = counts.commands(options.depmod.absolute(), kmod, tree, Path(folder))
        found = counts.of_runs(options.depmod.absolute(), ours, tree)
        if options.record:
            record.write(tree.version, found)
            return 0
        return check(ours, theirs, tree, found)


def check(ours, theirs, tree, found):
    result = tap.Tap(5)
    for name, count in found.items():
        record.check(result, tree.version, name, count)
    ratio = found[counts.FULL] / found[counts.DROP_IN]
    result.result(ratio >= CACHE_RATIO, 'the cache saves most of them', [f'{ratio:.1f} times'])
    result.comment(f'without it {ratio:.1f} times as many')
    ratio = counts.of_command(theirs) / found[counts.FULL]
    result.result(ratio >= INSTRUCTIONS_RATIO, 'kmod needs several times our instructions',
                  [f'{ratio:.1f} times'])
    result.comment(f'kmod needs {ratio:.1f} times the instructions')
    parallel = [part for part in ours if part != '--jobs=1']
    ratio = wall_time(theirs) / wall_time(parallel)
    result.result(ratio >= WALL_RATIO, 'kmod needs several times our time',
                  [f'{ratio:.1f} times on {os.cpu_count()} cores'])
    result.comment(f'kmod needs {ratio:.1f} times the time')
    return result.exit_status()


if __name__ == '__main__':
    sys.exit(main())
