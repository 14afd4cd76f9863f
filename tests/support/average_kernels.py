# SPDX-License-Identifier: LGPL-2.1-or-later
"""Kernels of any number of modules, each of which has as much of everything as the average module of
Debian's 6.1: 46 imports, 3.5 exports, 6.5 aliases, 2.5 modules that it needs.

Modules are made by replacing names in a few patterns, so that tens of thousands of them take seconds.
"""

import os
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / 'support'))

from module_writer import Export, Import, ModuleImage  # noqa: E402

RELEASE_LENGTH = 12
RELEASE = 'r' * RELEASE_LENGTH  # in the patterns; that of a kernel has this length
OWN, OTHER = b'mmmmm', b'nnnnn'
GROUP = 6  # each module needs the one before it in its group: 2.5 on average
PATTERNS = 24
OF_KERNEL = 44  # imports that the kernel itself exports
FOLDER = 100
WRITERS = 2  # processes


def release(number):
    return f'6.1.0-{number:03d}-xx'


def make_pattern(number, needs_other):
    """Popular symbols of the kernel are imported by most modules, others by a few."""
    chance = random.Random(number)
    imports = {f'kernel_symbol_{int(4000 * chance.random() ** 3):04d}' for _ in range(OF_KERNEL + 6)}
    imports = sorted(imports)[:OF_KERNEL]
    if needs_other:
        imports += [f'{OTHER.decode()}_export_{letter}' for letter in 'ab']
    exports = [f'{OWN.decode()}_export_{letter}'
               for letter in 'abcd'[:3 + number % 2]]
    modinfo = ['license=GPL', f'description=module {OWN.decode()} of many', 'retpoline=Y',
               'intree=Y', f'name=m{OWN.decode()}']
    modinfo += [f'alias=pci:v0000{OWN.decode()}d0000{alias:04X}sv*sd*bc*sc*i*'
                for alias in range(6 + number % 2)]
    return ModuleImage(
        exports=[Export(name.encode(), 0x1000 + index) for index, name in enumerate(exports)],
        imports=[Import(name.encode()) for name in imports],
        versions=[(0x2000 + index, name.encode()) for index, name in enumerate(imports)],
        modinfo=[line.encode() for line in modinfo],
        vermagic=f'{RELEASE} SMP preempt mod_unload modversions '.encode()).to_bytes()


class AverageKernels:
    def __init__(self, root):
        self.root = Path(root)
        self.patterns = [(make_pattern(number, False), make_pattern(number, True))
                         for number in range(PATTERNS)]

    def directory(self, version):
        return self.root / 'lib/modules' / version

    def content(self, number, version):
        pattern = self.patterns[number % PATTERNS][number % GROUP != 0]
        for old, new in ((RELEASE.encode(), version.encode()), (OWN, b'%05d' % number),
                         (OTHER, b'%05d' % (number - 1))):
            pattern = pattern.replace(old, new)
        return pattern

    def path(self, number):
        return f'kernel/{number // FOLDER:03d}/m{number:05d}.ko'

    def add(self, version, count):
        """A kernel. Its modules are written by a few processes."""
        assert len(version) == RELEASE_LENGTH
        directory = self.directory(version)
        directory.mkdir(parents=True)
        for name in ('modules.builtin', 'modules.builtin.modinfo'):
            (directory / name).touch()
        (directory / 'modules.order').write_text(
            ''.join(self.path(number) + '\n' for number in range(count)))
        for folder in range((count + FOLDER - 1) // FOLDER):
            (directory / f'kernel/{folder:03d}').mkdir(parents=True)
        writers = []
        for first in range(WRITERS):
            pid = os.fork()
            if pid == 0:
                for number in range(first, count, WRITERS):
                    (directory / self.path(number)).write_bytes(self.content(number, version))
                os._exit(0)
            writers.append(pid)
        for pid in writers:
            if os.waitpid(pid, 0)[1] != 0:
                raise RuntimeError('cannot write modules')
        return directory
