# SPDX-License-Identifier: LGPL-2.1-or-later
"""Kernel directories with tens of thousands of modules, made in seconds.

A module is made by replacing names in another one, all of which have the same length.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / 'support'))

from module_writer import simple_module  # noqa: E402

VERSION = '9.9.9'
DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz'
GROUP = 10
OWN, OTHER = 'mmmmm', 'nnnnn'


class ManyModules:
    def __init__(self, root):
        self.root, self.output_root = Path(root), None
        self.config = self.root / 'no-configuration'
        self.directory = self.root / 'lib/modules' / VERSION
        self.directory.mkdir(parents=True)
        for name in ('modules.order', 'modules.builtin', 'modules.builtin.modinfo'):
            (self.directory / name).touch()

    def add(self, path, content):
        path = self.directory / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def add_groups(self, count):
        """As much of everything for each module, however many there are: a module needs those
        before it in its group."""
        later = simple_module(exports=[f'{OWN}_export_{letter}' for letter in 'abcd'],
                                 imports=[f'{OTHER}_export_a', f'{OTHER}_export_b', 'printk'],
                                 modinfo=[f'alias=pci:v0000{OWN}d*sv*', f'alias=of:N{OWN}T*',
                                          f'softdep=pre: {OTHER}', 'license=GPL']).replace
        first = simple_module(exports=[f'{OWN}_export_{letter}' for letter in 'abcd'],
                              imports=['printk'], modinfo=[f'alias=pci:v0000{OWN}d*sv*']).replace
        order = []
        for number in range(count):
            name = b'%05d' % number
            if number % GROUP == 0:
                content = first(OWN.encode(), name)
            else:
                content = later(OWN.encode(), name).replace(OTHER.encode(),
                                                               b'%05d' % (number - 1))
            path = f'kernel/{number // 100:03d}/m{number:05d}.ko'
            order.append(path)
            self.add(path, content)
        (self.directory / 'modules.order').write_text('\n'.join(order) + '\n')

    def add_needing(self, needs):
        """Modules with short names that need each other: needs[m] are the numbers of those that
        module m needs."""
        for number, others in enumerate(needs):
            self.add(short_name(number) + '.ko',
                     simple_module([short_name(number) + '_'],
                                   [short_name(other) + '_' for other in others]))

    def add_links(self, count, content):
        """Modules that are one file."""
        os.makedirs(self.directory / 'kernel')
        first = self.directory / 'kernel' / 'm00000.ko'
        first.write_bytes(content)
        for number in range(1, count):
            os.link(first, self.directory / 'kernel' / f'm{number:05d}.ko')


def short_name(number):
    """Three characters, so that the closure of a long chain fits into an index."""
    name = ''
    for _ in range(3):
        number, digit = divmod(number, len(DIGITS))
        name = DIGITS[digit] + name
    return name
