#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Many kernels, very many modules, and many changes in a row, in one daemon.

What is counted may grow a little faster than in proportion, what is timed a good deal faster, because
test machines are busy: tests/bench/cost.py measures how it is.
"""

import shutil
import statistics
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / folder) for folder in ('faults', 'bench', 'support')]

from average_kernels import AverageKernels, release  # noqa: E402
from burst import Burst, overflows  # noqa: E402
from counts import Counter  # noqa: E402
from measured_run import measure  # noqa: E402
from measures import Changes  # noqa: E402
from module_root import Engine  # noqa: E402
from named_tests import Skip, main  # noqa: E402
from references import KernelTree, Unavailable  # noqa: E402
from served import Served  # noqa: E402

from depmod_run import OUTPUTS, compare_bytes  # noqa: E402

FEW_KERNELS, MANY_KERNELS = 10, 50
SMALL, SMALLEST = 400, 40  # modules of each
FEW, MANY = 4000, 60000
RUNS, CHANGES = 3, 3
N_CHANGES, SECONDS = 10000, 20
COMING_AND_GOING = 200
SETTLE_SECONDS = 5
COUNT_MARGIN, TIME_MARGIN, MODULES_MARGIN, CHANGE_MARGIN, GROWTH_MARGIN = 1.2, 1.6, 1.8, 1.2, 2.5
GROWTH_MAX = 2  # MiB; a thread's first work takes a part of one


def compare(unit, few, many, times, margin):
    ratio = many / few / times
    print(f'# {few:,.4g} and {many:,.4g} {unit}: {ratio:.2f} times proportional', flush=True)
    return [f'that is more than {margin}'] if ratio > margin else []


class Crowds:
    def __init__(self, programs, scratch, depmodd):
        self.programs, self.scratch, self.depmodd = programs, scratch, depmodd
        self.engine = Engine(programs.depmod.path)
        self.number = 0

    def make(self, kernels, modules):
        """A root with so many kernels."""
        self.number += 1
        made = AverageKernels(self.scratch / f'crowd-{self.number}')
        made.root.mkdir()
        for number in range(kernels):
            made.add(release(number), modules)
        return made.root

    def instructions_of_start(self, kernels):
        root = self.make(kernels, SMALLEST)
        counter = Counter(self.depmodd, root)
        with counter.served:
            count = counter.take()
        shutil.rmtree(root)
        return count

    def kernels_counted(self):
        """Above what a daemon takes that has none."""
        if not shutil.which('callgrind_control'):
            raise Skip('there is no valgrind')
        none, few, many = (self.instructions_of_start(kernels)
                           for kernels in (0, FEW_KERNELS, MANY_KERNELS))
        return compare('instructions', few - none, many - none, MANY_KERNELS / FEW_KERNELS,
                       COUNT_MARGIN)

    def start(self, root):
        with Served(self.depmodd, root) as served:
            served.rest()
            return served.start_cpu, served.resident()

    def kernels(self):
        found = []
        for kernels in (0, FEW_KERNELS, MANY_KERNELS):
            root = self.make(kernels, SMALL)
            found.append([statistics.median(column) for column in
                          zip(*(self.start(root) for _ in range(RUNS)))])
            shutil.rmtree(root)
        none, few, many = found
        times = MANY_KERNELS / FEW_KERNELS
        return (compare('seconds', few[0] - none[0], many[0] - none[0], times, TIME_MARGIN) +
                compare('MiB', few[1] - none[1], many[1] - none[1], times, COUNT_MARGIN))

    def depmod(self, root):
        return [str(self.programs.depmod.path), '--no-sync', '--jobs=1', '-b', str(root), release(0)]

    def modules(self):
        found = []
        for modules in (FEW, MANY):
            root = self.make(1, modules)
            runs = [measure(self.depmod(root)) for _ in range(RUNS)]
            found.append((statistics.median(run.seconds for run in runs), self.change(root)))
            shutil.rmtree(root)
        (few, few_change), (many, many_change) = found
        return (compare('seconds', few, many, MANY / FEW, MODULES_MARGIN) +
                compare('seconds for a change', few_change, many_change, MANY / FEW, GROWTH_MARGIN) +
                compare('seconds for a run and for a change', many, many_change, 1, CHANGE_MARGIN))

    def change(self, root):
        with Served(self.depmodd, root) as served:
            served.rest()
            changes = Changes(served, KernelTree(root, release(0)))
            return statistics.median(changes.make().cpu for _ in range(CHANGES))

    def changes(self):
        root = self.make(1, SMALL)
        tree = KernelTree(root, release(0))
        modules = sorted((tree.directory / 'kernel').rglob('*.ko'))[::SMALL // COMING_AND_GOING]
        with Served(self.depmodd, root) as served:
            made = Burst(served, tree, modules)
            wall, cpu, lag = made.run(N_CHANGES, SECONDS)
            print(f'# {N_CHANGES} changes in {wall:.0f} s: {cpu:.2f} s CPU, published {lag:.2f} s '
                  f'later, an answer in {max(made.answers) * 1000:.0f} ms at most, '
                  f'{overflows(served)} overflows', flush=True)
        lines = [f'the answer about {name} was stale' for name in made.stale]
        if lag > SETTLE_SECONDS:
            lines.append('it has not kept up')
        if made.memory_after() - made.memory_before() > GROWTH_MAX:
            lines.append(f'memory has grown from {made.memory_before():.1f} MiB to '
                         f'{made.memory_after():.1f} MiB')
        lines += self.differences(tree)
        shutil.rmtree(root)
        return lines

    def differences(self, tree):
        """Between what is published and what a run from scratch writes."""
        expected, lines = self.engine.index(tree.root, tree.version), []
        for name in OUTPUTS:
            lines += compare_bytes(name, expected[name], (tree.directory / name).read_bytes())
        return lines


def make_tests(programs, scratch, options):
    crowds = Crowds(programs, scratch, options.depmod.absolute().with_name('depmodd'))
    tests = {
        f'{MANY_KERNELS} kernels: instructions': crowds.kernels_counted,
        f'{MANY_KERNELS} kernels: time and memory': crowds.kernels,
        f'{MANY} modules': crowds.modules,
        f'{N_CHANGES} changes': crowds.changes,
    }
    if programs.is_sanitized:
        raise Unavailable('this says nothing about a program with sanitizers')
    if not shutil.which('dbus-daemon'):
        raise Unavailable('there is no dbus-daemon')
    return tests


if __name__ == '__main__':
    main(__doc__, make_tests)
