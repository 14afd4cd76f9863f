#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What CI asserts about speed: counts and ratios with wide margins, never seconds.

Instructions are counted by valgrind, which gives nearly the same number each time, whatever else the
machine does. The record of ours is in instructions.json beside this file; `--record` writes it anew.
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'support'))

import record
import references
import tap

# kmod needs 5 times the instructions and 6 times the time; half of that is a regression for sure.
INSTRUCTIONS_RATIO = 2.5
WALL_RATIO = 2


def count_instructions(command):
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.run(
            ['valgrind', '--tool=cachegrind', '--cache-sim=no', '--trace-children=yes',
             f'--cachegrind-out-file={folder}/%p', *map(str, command)],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    if process.returncode != 0:
        raise RuntimeError(process.stderr)
    counts = re.findall(r'I\s+refs:\s+([\d,]+)', process.stderr)
    return max(int(count.replace(',', '')) for count in counts)


def wall_time(command, runs=5):
    walls = []
    for _ in range(runs):
        begin = time.perf_counter()
        subprocess.run([str(part) for part in command], stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, check=True)
        walls.append(time.perf_counter() - begin)
    return statistics.median(walls)


def commands(depmod, kmod, tree, folder):
    ours = [depmod, '--jobs=1', '--no-sync', '-b', tree.root, '-o', folder / 'ours', tree.version]
    theirs = [kmod / 'ld.so', '--argv0', 'depmod', '--library-path', kmod / 'lib', kmod / 'kmod',
              '-b', tree.root, '-o', folder / 'theirs', tree.version]
    return ours, theirs


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--depmod', type=Path, required=True)
    parser.add_argument('--record', action='store_true')
    options = parser.parse_args()

    try:
        kmod = references.fetch_kmod('trixie')
        tree = references.fetch_kernel('bookworm', 'cloud-amd64')
    except references.Unavailable as reason:
        tap.skip_all(reason)

    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = commands(options.depmod.absolute(), kmod, tree, Path(folder))
        count = count_instructions(ours)
        if options.record:
            record.write(tree.version, 'instructions', count)
            return 0

        result = tap.Tap(3)
        record.check(result, 'a full index costs no more instructions than recorded', tree.version,
                     'instructions', count)
        ratio = count_instructions(theirs) / count
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
