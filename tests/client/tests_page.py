# SPDX-License-Identifier: LGPL-2.1-or-later
"""The examples of depmodctl(1) that show output show what is really printed. Those of check are about
Debian's kernels, and several commands in a row."""

import re
import shlex
from pathlib import Path

import example
from machine import Tests, expect, expect_same

TESTS = test = Tests()
PAGE = Path(__file__).resolve().parents[2] / 'units/man/depmodctl.1.scd'


def examples():
    """(command, lines of output) of each literal block that begins with a prompt."""
    for block in re.findall(r'^```\n(\$ depmodctl .*?)^```$', PAGE.read_text(),
                            re.MULTILINE | re.DOTALL):
        command, *lines = block.splitlines()
        if not any(line.startswith('$ ') for line in lines):
            yield command.removeprefix('$ depmodctl '), lines


def options(verb, sysfs):
    """What it takes to answer for the machine of the examples."""
    if verb == 'diff-kernels':
        return [sysfs.option]
    if verb in ('devices', 'state'):
        return [f'--kernel={example.VERSION}', sysfs.option]
    return [f'--kernel={example.VERSION}']


@test
def examples_with_output_are_what_is_printed(machine):
    sysfs = example.build(machine)
    expect(list(examples()), 'there are none')
    for command, lines in examples():
        words = shlex.split(command)
        result = machine.run(words[0], *options(words[0], sysfs), *words[1:], COLUMNS='69',
                             LC_ALL='C.UTF-8')
        printed = [line.rstrip() for line in result.stdout.decode().splitlines()]
        expect_same(f'depmodctl {command}', lines, printed)
