# SPDX-License-Identifier: LGPL-2.1-or-later
"""Mutable variables that outlive a call, as the object files of a build show them.

readelf and not nm: nm does not tell variables from tables of constants, which are read-only once
their pointers are filled in; and of objects for link-time optimisation it reads the wrong symbols.
"""

import json
import re
import shutil
import subprocess
from pathlib import Path

from source_tree import Skip

FOLDERS = ('common/', 'client/')
OF_THE_COMPILER = re.compile(r'__odr_asan|__asan|__tsan|__gcov|__llvm|__prof|__sancov|\.L|\*\.L')

SECTION = re.compile(r'^\s*\[\s*(\d+)\]\s+(\S+)\s+\S+\s+[0-9a-f]+\s+[0-9a-f]+\s+[0-9a-f]+\s+'
                     r'[0-9a-f]+\s+([A-Za-z]*)\s')
SYMBOL = re.compile(r'^\s*\d+:\s+[0-9a-f]+\s+\S+\s+(\w+)\s+\w+\s+\w+\s+(\w+)\s+(\S+)$')


def check_state(tree, report):
    if not tree.build:
        raise Skip('no build folder was given')
    if not shutil.which('readelf'):
        raise Skip('there is no readelf on this machine')
    commands = tree.build / 'compile_commands.json'
    if not commands.exists():
        raise Skip(f'there is no {commands}')

    seen = 0
    for command in json.loads(commands.read_text()):
        source = Path(command['file'])
        if tree.root not in source.parents:
            continue
        path = str(source.relative_to(tree.root))
        target = Path(command['directory']) / object_of(command)
        if not path.startswith(FOLDERS):
            continue
        if not target.exists():
            report.fault(path, f'has not been built: there is no {target}')
            continue
        seen += 1
        for name in variables(target):
            report.fault(path, f'{name} is a mutable variable')
    if seen == 0:
        report.fault(tree.build, 'is no build of this tree')


def object_of(command):
    return command.get('output') or re.search(r'\s-o\s+(\S+)', command['command']).group(1)


def variables(target):
    process = subprocess.run(['readelf', '-S', '-s', '-W', target], capture_output=True, text=True,
                             check=False)
    if 'Section Headers:' not in process.stdout:
        raise Skip(f'{target} is no ELF object')

    writable = {'COM'}
    for line in process.stdout.splitlines():
        section, symbol = SECTION.match(line), SYMBOL.match(line)
        if section and 'W' in section.group(3) and not section.group(2).startswith('.data.rel.ro'):
            writable.add(section.group(1))
        if symbol and symbol.group(1) in ('OBJECT', 'TLS', 'COMMON') \
                and symbol.group(2) in writable and not OF_THE_COMPILER.match(symbol.group(3)):
            yield symbol.group(3)


CHECKS = [('common and client have no mutable variables', check_state)]
