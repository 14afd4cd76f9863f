#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Trees of a shape that nobody has and somebody may make: deep, tangled, numerous, long.

All runs have a stack of 256 kB. Where kmod's depmod comes to an end, ours writes the same.
"""

import os
import random
import shutil
import sys
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / 'faults'))

from many_modules import VERSION, ManyModules, short_name  # noqa: E402
from measured_run import measure  # noqa: E402
from named_tests import Skip, main  # noqa: E402

from depmod_run import OUTPUTS, compare_files, read_files  # noqa: E402
from module_writer import simple_module  # noqa: E402
from references import Unavailable, fetch_kmod  # noqa: E402

CHAIN = 5000
CHAIN_MARGIN = 2.5
CYCLE = 20000
MODULES_MAX = 65534
SECONDS = 10  # what is done in time takes a tenth of that
MEMORY_NEEDED = 2 << 30
EXIT_PROBLEMS = 3


def check_status(result, status):
    if result.status == status:
        return []
    return [f'exit status {result.status}, expected {status}: {result.stderr[:300]}']


def check_time(result):
    print(f'# {result.cost}', flush=True)
    return [f'it took {result.seconds:.1f} s'] if result.seconds > SECONDS else []


def written(kernel):
    return [name for name in OUTPUTS if (kernel.directory / name).exists()]


def check_nothing_written(kernel, result, *words):
    """The failure of a run that must be clear about its reason."""
    lines = check_status(result, 1) + check_time(result)
    lines += [f'does not say "{word}": {result.stderr[-300:]}' for word in words
              if word not in result.stderr]
    left = {path.name for path in kernel.directory.iterdir() if path.name[0] == '.'}
    return lines + [f'{name} was written' for name in written(kernel) + sorted(left)]


class Extremes:
    def __init__(self, programs, scratch):
        self.programs, self.scratch, self.number = programs, scratch, 0

    def make(self):
        self.number += 1
        return ManyModules(self.scratch / f'tree-{self.number}')

    def remove(self, kernel):
        shutil.rmtree(kernel.root)

    def depmod(self, kernel, *options):
        return measure(self.programs.depmod.command(kernel, *options))

    def index(self, kernel, *options):
        return measure(self.programs.index.command(kernel, *options))

    def chain(self):
        """Everybody needs the one before: the output grows with the square, the time no faster."""
        self.need_memory()
        times, sizes, lines = [], [], []
        for count in (CHAIN // 4, CHAIN):
            kernel = self.make()
            kernel.add_needing([[number - 1] if number else [] for number in range(count)])
            result = self.depmod(kernel, '--no-sync')
            lines += check_status(result, 0)
            if written(kernel):
                content = (kernel.directory / 'modules.dep').read_bytes()
                longest = max(content.split(b'\n'), key=len).split()
                if len(longest) != count or longest[-1] != short_name(0).encode() + b'.ko':
                    lines.append(f'the longest line has {len(longest)} modules')
                sizes.append(sum(path.stat().st_size for path in kernel.directory.glob('modules.*')))
                times.append(result.seconds)
            self.remove(kernel)
        if len(times) == 2:
            ratio = times[1] / times[0] / (sizes[1] / sizes[0])
            print(f'# {times[1]:.2f} s for {sizes[1] >> 20} MB of output, per byte {ratio:.2f} '
                  f'times as much as for {sizes[0] >> 20} MB', flush=True)
            if ratio > CHAIN_MARGIN:
                lines.append(f'that is more than {CHAIN_MARGIN}')
        return lines

    def need_memory(self):
        """The tree and the index may lie in memory too."""
        free = os.sysconf('SC_AVPHYS_PAGES') * os.sysconf('SC_PAGE_SIZE')
        disk = os.statvfs(self.scratch)
        if free < MEMORY_NEEDED or disk.f_bavail * disk.f_frsize < MEMORY_NEEDED // 2:
            raise Skip(f'this takes {MEMORY_NEEDED >> 30} GB of memory')

    def chain_too_long(self):
        """Beyond the 28 bits of an offset."""
        self.need_memory()
        kernel = self.make()
        directory = 'x' * 100
        for number in range(2500):
            kernel.add(f'{directory}/{short_name(number)}.ko',
                       simple_module([short_name(number) + '_'],
                                     [short_name(number - 1) + '_'] if number else []))
        lines = check_nothing_written(kernel, self.depmod(kernel), 'modules.dep.bin',
                                      'File too large')
        self.remove(kernel)
        return lines

    def tangle(self, needs):
        """kmod refuses the whole tree; depmodctl index leaves the tangle out."""
        kernel = self.make()
        kernel.add_needing(needs)
        kernel.add('kernel/good.ko', simple_module(['good']))
        lines = check_nothing_written(kernel, self.depmod(kernel), 'modules in dependency cycles')
        result = self.index(kernel)
        lines += check_status(result, EXIT_PROBLEMS) + check_time(result)
        if (kernel.directory / 'modules.dep').read_text() != 'kernel/good.ko:\n':
            lines.append('depmodctl index does not list just the good module')
        self.remove(kernel)
        return lines

    def as_many_as_possible(self):
        kernel = self.make()
        kernel.add_links(MODULES_MAX, simple_module(['same']))
        result = self.depmod(kernel)
        lines = check_status(result, 0) + check_time(result)
        content = (kernel.directory / 'modules.dep').read_bytes()
        if content.count(b'\n') != MODULES_MAX:
            lines.append(f'{len(content.splitlines())} lines')
        self.remove(kernel)
        return lines

    def too_many(self):
        kernel = self.make()
        kernel.add_links(MODULES_MAX + 1, simple_module(['same']))
        lines = check_nothing_written(kernel, self.depmod(kernel), 'Numerical result out of range')
        lines += check_nothing_written(kernel, self.index(kernel), 'more modules than')
        self.remove(kernel)
        return lines

    def like_kmod(self, fill):
        kernel = self.make()
        fill(kernel)
        result = self.depmod(kernel)
        lines = check_status(result, 0) + check_time(result)
        lines += [f'said: {result.stderr[:300]}'] if result.stderr else []
        lines += self.compare_with_kmod(kernel)
        self.remove(kernel)
        return lines

    def compare_with_kmod(self, kernel):
        try:
            kmod = fetch_kmod('trixie') / 'depmod'
        except Unavailable as reason:
            print(f'# not compared with kmod: {reason}', flush=True)
            return []
        output = self.scratch / 'kmod'
        result = measure([str(kmod), '-C', str(kernel.config), '-b', str(kernel.root), '-o',
                          str(output), VERSION], stack=None)
        expected = read_files(output / 'lib/modules' / VERSION)
        shutil.rmtree(output)
        if result.status != 0:
            return [f'kmod: exit status {result.status}: {result.stderr[:300]}']
        ours = read_files(kernel.directory)
        return compare_files(expected, {name: ours[name] for name in OUTPUTS if name in ours})

    def directory_loop(self):
        kernel = self.make()
        kernel.add('kernel/a/one.ko', simple_module(['one']))
        (kernel.directory / 'kernel/a/up').symlink_to('..')
        (kernel.directory / 'kernel/self').symlink_to('.')
        (kernel.directory / 'kernel/top').symlink_to(kernel.root)
        result = self.depmod(kernel)
        lines = check_status(result, 0) + check_time(result)
        if (kernel.directory / 'modules.dep').read_text() != 'kernel/a/one.ko:\n':
            lines.append('the module is not there once')
        return lines


def ring(count):
    return [[(number + 1) % count] for number in range(count)]


def everybody(count):
    return [[other for other in range(count) if other != number] for number in range(count)]


def tangled_ring(count):
    chance = random.Random(1)
    return [[(number + 1) % count, chance.randrange(count), chance.randrange(count)]
            for number in range(count)]


def pairs_in_a_row(count):
    """Each needs both of its neighbours."""
    return [[other for other in (number - 1, number + 1) if 0 <= other < count]
            for number in range(count)]


def ladder(count):
    """Two ways from each step to the next, and one back: more cycles than atoms."""
    needs = []
    for number in range(0, count, 3):
        needs += [[number + 1, number + 2], [(number + 3) % count], [(number + 3) % count]]
    return needs


def symbols(kernel):
    names = [f'symbol_{number:06d}' for number in range(100000)]
    kernel.add('kernel/exports.ko', simple_module(names))
    kernel.add('kernel/imports.ko', simple_module([], names))


def aliases(kernel):
    kernel.add('kernel/aliases.ko', simple_module(
        [], modinfo=[f'alias=pci:v{number * 7919 % 100000:08d}*' for number in range(100000)]))


def long_alias(kernel):
    text = ''.join(f'{number:08x}' for number in range((1 << 20) // 8))
    kernel.add('kernel/long.ko', simple_module([], modinfo=['alias=pci:' + text]))
    kernel.add('kernel/half.ko', simple_module([], modinfo=['alias=pci:' + text[:1 << 19] + '*']))


def deep_trie(kernel):
    """Each alias goes on where another one ends."""
    for number in range(1, 2000):
        kernel.add(f'kernel/m{number}.ko', simple_module([], modinfo=['alias=' + 'a' * number]))


def deep_folders(kernel):
    kernel.add('d/' * 300 + 'deep.ko', simple_module(['deep']))


def make_tests(programs, scratch, _options):
    extremes = Extremes(programs, scratch)
    tests = {
        f'a chain of {CHAIN} needs': extremes.chain,
        'a chain too long for an index': extremes.chain_too_long,
        f'{MODULES_MAX} modules': extremes.as_many_as_possible,
        f'{MODULES_MAX + 1} modules': extremes.too_many,
        'folders that contain themselves': extremes.directory_loop,
    }
    tangles = {
        f'a cycle of {CYCLE} modules': ring(CYCLE),
        '60 modules that need all others': everybody(60),
        f'cycles that overlap, {CYCLE} modules': tangled_ring(CYCLE),
        f'pairs in a row, {CYCLE} modules': pairs_in_a_row(CYCLE),
        'a ladder of 3,000 modules': ladder(3000),
    }
    for name, needs in tangles.items():
        tests[name] = partial(extremes.tangle, needs)
    fillings = {'100,000 symbols of a module': symbols, '100,000 aliases of a module': aliases,
                'an alias of 1 MB': long_alias, 'a trie 2,000 nodes deep': deep_trie,
                'folders 300 deep': deep_folders}
    for name, fill in fillings.items():
        tests[name] = partial(extremes.like_kmod, fill)
    return tests


if __name__ == '__main__':
    main(__doc__, make_tests)
