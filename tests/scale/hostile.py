#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""One hostile file harms only itself: each costs little time and memory, and the rest is indexed."""

import gzip
import shutil
import sys
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / 'faults'))

from many_modules import ManyModules  # noqa: E402
from measured_run import measure  # noqa: E402
from named_tests import main  # noqa: E402

from hostile_files import CONTENTS, MADE, make_all, make_ladder  # noqa: E402
from module_writer import simple_module  # noqa: E402

# A thirtieth of a second for most of them; twice what the largest bomb takes.
SECONDS_MAX = 5
# What one file may inflate to, and what else there is.
MEMORY_MAX = 800 << 20
# A bomb is let grow to half a gigabyte, but not several at once.
ALL_SECONDS_MAX = 20
# What a message names instead of the file.
SAID_OF = {'brackets.ko': 'pci:[0-'}


class Hostile:
    def __init__(self, programs, scratch):
        self.programs, self.scratch, self.number = programs, scratch, 0

    def make(self):
        self.number += 1
        kernel = ManyModules(self.scratch / f'tree-{self.number}')
        kernel.add('kernel/good.ko', simple_module(['good'], modinfo=['alias=good:*']))
        return kernel

    def check(self, kernel, named, seconds_max=SECONDS_MAX):
        memory_max = MEMORY_MAX * (4 if self.programs.is_sanitized else 1)
        result = measure(self.programs.depmod.command(kernel, '--no-sync'))
        print(f'# {result.cost}', flush=True)
        lines = [] if result.status == 0 else [f'exit status {result.status}: {result.stderr[:300]}']
        if result.seconds > seconds_max or result.peak > memory_max:
            lines.append(f'it took {result.cost}')
        lines += [f'does not name {name}: {result.stderr[-300:]}' for name in named
                  if name not in result.stderr]
        for name, word in (('dep', 'kernel/good.ko:'), ('alias', 'alias good:* good')):
            path = kernel.directory / f'modules.{name}'
            if not path.exists() or word not in path.read_text():
                lines.append(f'modules.{name} has no good module')
        shutil.rmtree(kernel.root)
        return lines

    def one(self, name):
        kernel = self.make()
        path = kernel.directory / 'kernel' / name
        if name in CONTENTS:
            path.write_bytes(CONTENTS[name][0]())
        else:
            MADE[name][0](path)
        return self.check(kernel, [SAID_OF.get(name, name)])

    def eight_bombs(self):
        kernel = self.make()
        content = CONTENTS['gzip-bomb.ko.gz'][0]()
        names = [f'bomb-{number}.ko.gz' for number in range(8)]
        for name in names:
            kernel.add(f'kernel/{name}', content)
        return self.check(kernel, names, ALL_SECONDS_MAX)

    def large(self):
        """Not all that is large is hostile."""
        kernel = self.make()
        for number in range(3):
            content = simple_module([], modinfo=[f'alias=large:{number}'])
            kernel.add(f'kernel/large-{number}.ko.gz', gzip.compress(content + bytes(100 << 20), 1))
        result = measure(self.programs.depmod.command(kernel, '--no-sync'))
        text = (kernel.directory / 'modules.alias').read_text()
        shutil.rmtree(kernel.root)
        return [f'large-{number} is not indexed: {result.stderr[:300]}' for number in range(3)
                if f'alias large:{number} large_{number}\n' not in text]

    def all_together(self):
        kernel = self.make()
        names = make_all(kernel.directory / 'hostile')
        return self.check(kernel, [SAID_OF.get(name, name) for name in names], ALL_SECONDS_MAX)

    def ladder(self):
        kernel = self.make()
        make_ladder(kernel.directory / 'ladder')
        return self.check(kernel, ['too many directories'])


def make_tests(programs, scratch, _options):
    hostile = Hostile(programs, scratch)
    tests = {name: partial(hostile.one, name) for name in (*CONTENTS, *MADE)}
    return tests | {'three large modules': hostile.large, 'eight bombs at once': hostile.eight_bombs,
                    'a ladder of links with a million ways': hostile.ladder,
                    'all of them together': hostile.all_together}


if __name__ == '__main__':
    sys.exit(main(__doc__, make_tests))
