#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Five times as many modules cost five times as much: 20,000 of them against 4,000.

Counted instructions are the measure; times and memory are looked at with a wide margin, because test
machines are busy.
"""

import shutil
import statistics
import sys
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / 'faults'))

from many_modules import ManyModules  # noqa: E402
from measured_run import count_instructions, measure  # noqa: E402
from named_tests import Skip, main  # noqa: E402

FEW, MANY = 4000, 20000
RUNS = 5
INSTRUCTIONS_MARGIN, TIME_MARGIN, MEMORY_MARGIN = 1.15, 1.6, 1.3


class Proportion:
    def __init__(self, program, scratch):
        self.program = program
        self.kernels = []
        for count in (FEW, MANY):
            kernel = ManyModules(scratch / f'{program.folder}-{count}')
            kernel.add_groups(count)
            self.kernels.append(kernel)

    def commands(self):
        return [self.program.command(kernel, '--jobs=1') for kernel in self.kernels]

    def instructions(self):
        if not shutil.which('valgrind'):
            raise Skip('there is no valgrind')
        few, many = (count_instructions(command) for command in self.commands())
        return compare('instructions', few, many, INSTRUCTIONS_MARGIN)

    def time(self):
        few, many = [], []
        for _ in range(RUNS):
            for command, times in zip(self.commands(), (few, many)):
                times.append(measure(command).seconds)
        return compare('seconds', statistics.median(few), statistics.median(many), TIME_MARGIN)

    def memory(self):
        few, many = (measure(command).peak for command in self.commands())
        return compare('bytes', few, many, MEMORY_MARGIN)


def compare(unit, few, many, margin):
    ratio = many / few / (MANY / FEW)
    print(f'# {few:,} {unit} for {FEW:,} modules, {many:,} for {MANY:,}: '
          f'{ratio:.2f} times proportional', flush=True)
    return [f'that is more than {margin}'] if ratio > margin else []


def unable(_proportion):
    raise Skip('this says nothing about a program with sanitizers')


def make_tests(programs, scratch, _options):
    tests = {}
    for program in programs:
        proportion = Proportion(program, scratch)
        for name, check in (('instructions', Proportion.instructions), ('time', Proportion.time),
                            ('memory', Proportion.memory)):
            if programs.is_sanitized:
                check = unable
            tests[f'{program.name}: {name}'] = partial(check, proportion)
    return tests


if __name__ == '__main__':
    main(__doc__, make_tests)
