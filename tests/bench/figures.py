# SPDX-License-Identifier: LGPL-2.1-or-later
"""What cost.py measures with, and how it shows what has been measured."""

import statistics
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import bench
import references
from served import Served

HEAD = ('| row | what | depmodd | kmod 34.2 | compared | bar | kept |\n'
        '|---|---|---:|---:|---:|---:|:---:|')
CACHE = 'var/cache/depmodd'


@dataclass
class Figure:
    """At most `bar`, or with at_least at least."""
    what: str
    ours: str
    kmod: str = ''
    value: float = None  # what is compared with the bar
    unit: str = ''
    bar: float = None
    at_least: bool = False

    def line(self, row):
        compared = '' if self.value is None else words(self.value, self.unit)
        bar = kept = ''
        if self.bar is not None:
            bar = f'{"≥" if self.at_least else "≤"} {self.bar:g} {self.unit}'.strip()
            kept = 'yes' if self.is_kept else '**no**'
        return f'| {row} | {self.what} | {self.ours} | {self.kmod} | {compared} | {bar} | {kept} |'

    @property
    def is_kept(self):
        return self.value >= self.bar if self.at_least else self.value <= self.bar


def words(value, unit):
    number = f'{value:.0f}' if value >= 100 else f'{value:.3g}' if value >= 10 else f'{value:.2f}'
    return f'{number} {unit}'.strip()


def times_less(what, ours, kmod, bar=None):
    """Seconds beside those of kmod."""
    return Figure(what, milliseconds(ours), milliseconds(kmod), kmod / ours, 'times', bar, True)


def milliseconds(seconds):
    return words(seconds * 1000, 'ms')


def mebibytes(size):
    return f'{size:.1f} MiB'


class Costs:
    def __init__(self, build, runs):
        self.build, self.runs = build, runs
        self.depmod, self.depmodd = build / 'bin/depmod', build / 'bin/depmodd'
        self.plain = references.fetch_kernel('bookworm', 'amd64')
        self.kmod = references.fetch_kmod('trixie')

    def trees(self):
        yield 'uncompressed', self.plain
        yield '.xz', references.fetch_compressed(self.plain, 'xz')

    def ours(self, tree, *options):
        """In place, as with kmod it cannot be compared."""
        return bench.Contestant('depmodd', [self.depmod, '--no-sync', *options, '-b', tree.root,
                                            tree.version])

    def theirs(self, tree):
        """Into another folder, so that it does not touch what ours has made."""
        return bench.Contestant('kmod 34.2', [
            self.kmod / 'ld.so', '--argv0', 'depmod', '--library-path', self.kmod / 'lib',
            self.kmod / 'kmod', '-b', tree.root, '-o', tree.root / 'theirs', tree.version])

    def rounds(self):
        """True for those in which kmod begins; the first is to be forgotten."""
        return (number % 2 == 1 for number in range(self.runs + 1))

    @contextmanager
    def serve(self, root):
        """A daemon that has started and has nothing to do."""
        with Served(self.depmodd, root) as served:
            served.rest()
            yield served


def take_turns(kmod_begins, ours, theirs):
    """Both, in the order of this round."""
    for run in (theirs, ours) if kmod_begins else (ours, theirs):
        run()


def middle(values):
    """Without the first, which has warmed the caches."""
    return statistics.median(list(values)[1:])


def scratch():
    return tempfile.TemporaryDirectory(dir=references.cache_folder())


def make_cache_folder(root):
    folder = Path(root) / CACHE
    folder.mkdir(parents=True)
    return folder


def grow_old():
    """What has been written just now is read again: the clock of the file system has a tick."""
    time.sleep(0.1)


def compare_with_kmod(costs, tree):
    """What ours has left beside the modules is what kmod writes now, byte for byte."""
    costs.theirs(tree).run()
    expected = tree.root / 'theirs/lib/modules' / tree.version
    for path in sorted(expected.iterdir()):
        if path.read_bytes() != (tree.directory / path.name).read_bytes():
            raise RuntimeError(f'{path.name} differs from that of kmod')
