#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Times the daemon on real kernel trees and prints tables in Markdown.

    daemon.py --build BUILD [--rounds N] [TABLE...]

The daemon serves copies of the trees on a message bus (dbus-daemon) of its own. What is compared
takes turns, so that whatever else the machine is doing falls on all alike; figures are medians. What
a table means is said below it.
"""

import argparse
import os
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'support'))

import bench  # noqa: E402
import references  # noqa: E402
from measures import QUESTIONS, QUIET, Changes, ask_questions, median, refresh_pinged  # noqa: E402
from served import Served, copy_kernel_as, link_kernel  # noqa: E402


def print_table(title, head, rows, note):
    print(f'\n**{title}**\n')
    print('| ' + ' | '.join(head) + ' |')
    print('|---' + '|---:' * (len(head) - 1) + '|')
    for row in rows:
        print('| ' + ' | '.join(row) + ' |')
    print(f'\n{note}')
    sys.stdout.flush()


def milliseconds(seconds):
    value = seconds * 1000
    return f'{value:.1f}' if value < 100 else f'{value:.0f}'


class Daemon:
    def __init__(self, build, rounds):
        self.depmodd, self.latency = build / 'bin/depmodd', build / 'tests/bench/latency'
        self.rounds = rounds
        self.plain = references.fetch_kernel('bookworm', 'amd64')
        self.kmod = references.fetch_kmod('trixie')

    def trees(self):
        yield 'uncompressed', self.plain
        yield '.xz', references.fetch_compressed(self.plain, 'xz')

    def serve(self, root):
        return Served(self.depmodd, root)

    def kmod_run(self, tree, output):
        command = [self.kmod / 'ld.so', '--argv0', 'depmod', '--library-path', self.kmod / 'lib',
                   self.kmod / 'kmod', '-b', tree.root, '-o', output, tree.version]
        return bench.Contestant('kmod 34.2', command)


def scratch():
    return tempfile.TemporaryDirectory(dir=references.cache_folder())


def table_questions(daemon):
    with scratch() as root:
        tree = link_kernel(daemon.plain, root)
        with daemon.serve(root) as served:
            times = ask_questions(served, daemon.latency, tree.version, 5000)
    pings = times['Ping']
    rows = [[name, f'{times[name].percentile(50):.0f}',
             f'{times[name].percentile(50) / pings.percentile(50):.2f}',
             f'{times[name].percentile(99):.0f}',
             f'{times[name].percentile(99) / pings.percentile(99):.2f}']
            for name in ('Ping', *QUESTIONS)]
    print_table(f'a question: {bench.describe(daemon.plain)}',
                ['method', 'p50, us', 'times Ping', 'p99, us', 'times Ping'], rows,
                f'{len(pings)} calls of each, from before the call is sent to after its answer is '
                'received. Ping is what any call on this bus costs: it is answered by sd-bus, '
                'before any code of ours.')


def table_stall(daemon):
    rows = []
    for name, pristine in daemon.trees():
        with scratch() as root:
            tree = link_kernel(pristine, root)
            with daemon.serve(root) as served:
                runs = [refresh_pinged(served, daemon.latency, tree.version)
                        for _ in range(3)]
                turn = served.statistics()['LongestTurnUSec']
        rows.append(stall_row(name, runs, turn))
    print_table('the longest that anybody waits while all modules are read anew',
                ['tree', 'refresh, ms', 'longest ping, ms', 'of the bus itself, ms',
                 'p99 while idle, ms', 'beyond it, ms', 'p99 meanwhile, ms', 'longest turn, ms'],
                rows, 'Round trips of pings, one after the other, to the daemon and in turn to the '
                'bus itself, which tells how long one waits for a processor that others use. Medians '
                'of 3 refreshes; the longest turn is what the daemon says of itself, since it began.')


def stall_row(name, runs, turn):
    def middle(function):
        return statistics.median(function(run) for run in runs) / 1000

    longest, idle = middle(lambda run: max(run['busy'])), middle(
        lambda run: run['idle'].percentile(99))
    return [name, f'{middle(lambda run: run["Refresh"][0]):.0f}', f'{longest:.1f}',
            f'{middle(lambda run: max(run["bus-busy"])):.1f}', f'{idle:.2f}',
            f'{longest - idle:.1f}', f'{middle(lambda run: run["busy"].percentile(99)):.2f}',
            f'{turn / 1000:.1f}']


def table_change(daemon):
    rows = []
    for name, pristine in daemon.trees():
        with scratch() as root:
            tree = link_kernel(pristine, root)
            with daemon.serve(root) as served:
                kmod = daemon.kmod_run(tree, Path(root) / 'theirs')
                changes, made = Changes(served, tree), []
                kmod.run()
                changes.make()
                kmod.forget()
                for i in range(daemon.rounds):
                    made.append(changes.make())
                    if i % 4 == 0:
                        kmod.run()
        wall, cpu = median(made, 'wall'), median(made, 'cpu')
        rows.append([f'depmodd, {name}', milliseconds(wall), milliseconds(wall - QUIET),
                     f'{kmod.wall / (wall - QUIET):.0f}', milliseconds(cpu),
                     f'{kmod.cpu / cpu:.0f}'])
        rows.append([f'kmod 34.2, {name}', milliseconds(kmod.wall), milliseconds(kmod.wall), '1',
                     milliseconds(kmod.cpu), '1'])
    print_table(f'one module is copied in: {bench.describe(daemon.plain)}',
                ['program', 'wall, ms', 'without the quiet time, ms', 'times faster', 'CPU, ms',
                 'times less'], rows,
                f'From the rename of the module to that of modules.dep.bin, {daemon.rounds} modules. '
                f'The daemon waits for {QUIET * 1000:.0f} ms of quiet before it publishes, and for '
                'the disk when it does, which kmod does not. CPU is that of all its threads.')


def table_memory(daemon):
    rows = []
    for count in (1, 2, 5):
        with scratch() as root:
            trees = [link_kernel(daemon.plain, root)]
            trees += [copy_kernel_as(daemon.plain, root, f'{trees[0].version[:-1]}{i}')
                      for i in range(count - 1)]
            with daemon.serve(root) as served:
                rows.append([f'{count}', *(f'{size:.1f}' for size in served.memory())])
                if count == 1:
                    changes = Changes(served, trees[0])
                    for _ in range(20):
                        changes.make()
                    rows.append(['1, after 20 changes',
                                 *(f'{size:.1f}' for size in served.memory())])
    print_table(f'memory, settled: {bench.describe(daemon.plain)}',
                ['kernels', 'anonymous, MB', 'private pages of files, MB', 'all pages of files, MB'],
                rows, 'Other kernels are copies of the first that differ in their name. Of '
                '/proc/PID/smaps_rollup: Anonymous; Private_Clean and Private_Dirty without it; Rss '
                'without it.')


def table_start(daemon):
    rows = []
    for name, pristine in daemon.trees():
        with scratch() as root:
            tree = link_kernel(pristine, root)
            starts = {'no index yet': [], 'index is right': []}
            for _ in range(max(daemon.rounds // 4, 3)):
                for path in tree.directory.glob('modules.*.bin'):
                    path.unlink()
                for found in starts.values():
                    with daemon.serve(root) as served:
                        found.append((served.start_wall, served.start_cpu))
        for state, found in starts.items():
            rows.append([f'{name}, {state}', *(milliseconds(statistics.median(column))
                                               for column in zip(*found))])
    print_table(f'from the start to READY=1: {bench.describe(daemon.plain)}',
                ['tree', 'wall, ms', 'CPU, ms'], rows,
                'All modules are read; files are in the page cache.')


TABLES = {'questions': table_questions, 'stall': table_stall, 'change': table_change,
          'memory': table_memory, 'start': table_start}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--build', type=Path, required=True, help='where it was built')
    parser.add_argument('--rounds', type=int, default=20, help='of which the median counts')
    parser.add_argument('tables', nargs='*', choices=[[], *TABLES], help='all, if none is named')
    options = parser.parse_args()

    try:
        daemon = Daemon(options.build.absolute(), options.rounds)
        print(f'{len(os.sched_getaffinity(0))} cores of {bench.processor()}, Linux '
              f'{os.uname().release}.')
        for name in options.tables or TABLES:
            TABLES[name](daemon)
    except references.Unavailable as reason:
        sys.exit(f'daemon: {reason}')


if __name__ == '__main__':
    main()
