#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Times our depmod beside kmod's and busybox's on real kernel trees and prints tables in Markdown.

    bench.py --depmod PATH [--runs N] [RACE...]

Programs take turns: of each round every program does one run, so whatever else the machine is doing
falls on all of them alike. A figure is the median of the rounds; the first round warms the caches and
does not count. Wall time is that of the whole process, CPU is user and system time of it and of its
threads, memory is its peak.

Each tree is read by all; each program writes into a folder of its own, on the file system of the
cache (tests/support/fetch), which is empty before each run, as depmodd leaves files alone that are
right. Programs without -o get a copy of the tree made of hard links.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'support'))

import references  # noqa: E402


@dataclass
class Contestant:
    name: str
    command: list
    output: Path = None  # a folder that is not there when it begins
    walls: list = field(default_factory=list)
    cpus: list = field(default_factory=list)
    memories: list = field(default_factory=list)

    def run(self):
        """One run, with its standard output and error thrown away."""
        if self.output:
            shutil.rmtree(self.output, ignore_errors=True)
        begin = time.perf_counter()
        pid = os.fork()
        if pid == 0:
            null = os.open(os.devnull, os.O_RDWR)
            for fd in (0, 1, 2):
                os.dup2(null, fd)
            os.execv(self.command[0], [str(part) for part in self.command])
        _, status, usage = os.wait4(pid, 0)
        self.walls.append(time.perf_counter() - begin)
        self.cpus.append(usage.ru_utime + usage.ru_stime)
        self.memories.append(usage.ru_maxrss)
        if status != 0:
            sys.exit(f'bench: {self.name} failed: {" ".join(map(str, self.command))}')

    def forget(self):
        for figures in (self.walls, self.cpus, self.memories):
            figures.clear()

    @property
    def wall(self):
        return statistics.median(self.walls)

    @property
    def cpu(self):
        return statistics.median(self.cpus)

    @property
    def memory(self):
        return statistics.median(self.memories) / 1024


def race(contestants, runs):
    """Alternating runs, in turns that begin with another contestant each time."""
    for contestant in contestants:
        contestant.run()
        contestant.forget()
    for i in range(runs):
        shift = i % len(contestants)
        for contestant in contestants[shift:] + contestants[:shift]:
            contestant.run()


def seconds(value):
    return f'{value:.3f}' if value < 1 else f'{value:.2f}'


def print_table(title, contestants, reference):
    print(f'\n**{title}**\n')
    print('| program | wall, s | times faster | CPU, s | times less | peak memory, MB |')
    print('|---|---:|---:|---:|---:|---:|')
    for one in contestants:
        print(f'| {one.name} | {seconds(one.wall)} | {reference.wall / one.wall:.1f} '
              f'| {seconds(one.cpu)} | {reference.cpu / one.cpu:.1f} | {one.memory:.0f} |')
    sys.stdout.flush()


class Bench:
    def __init__(self, depmod, runs, scratch):
        self.depmod = depmod.absolute()
        self.runs = runs
        self.scratch = scratch
        self.kmod34 = references.fetch_kmod('trixie')
        self.kmod30 = references.fetch_kmod('bookworm')
        self.busybox = Path(references.fetch('busybox')) / 'depmod'

    def start(self, kmod):
        """kmod's depmod without the shell that its wrapper is: a fair race begins at the linker."""
        return [kmod / 'ld.so', '--argv0', 'depmod', '--library-path', kmod / 'lib', kmod / 'kmod']

    def output(self, name):
        return self.scratch / ''.join(c if c.isalnum() else '-' for c in name)

    def ours(self, name, tree, *options, start=()):
        output = self.output(name)
        return Contestant(name, [*start, self.depmod, *options, '-b', tree.root, '-o', output,
                                 tree.version], output)

    def ours_with_their_libraries(self, name, tree):
        """The same binary with the decompressors that kmod 34.2 uses (those of Debian 13)."""
        path = f'{self.kmod34 / "lib"}:{library_folder(self.depmod)}'
        return self.ours(name, tree, '--no-sync', start=[
            self.kmod34 / 'ld.so', '--argv0', 'depmod', '--library-path', path])

    def kmod_34(self, tree):
        output = self.output('kmod 34.2')
        return Contestant('kmod 34.2', [*self.start(self.kmod34), '-b', tree.root, '-o', output,
                                        tree.version], output)

    def in_place(self, name, start, tree):
        """For programs without -o: a copy of the tree, made of hard links, without old outputs."""
        root = self.output(name)
        target = root / 'lib/modules'
        shutil.rmtree(root, ignore_errors=True)
        target.mkdir(parents=True)
        subprocess.run(['cp', '-al', tree.directory, target], check=True)
        return Contestant(name, [*start, '-b', root, tree.version])

    def kmod_30(self, tree):
        return self.in_place('kmod 30', self.start(self.kmod30), tree)

    def compare(self, title, tree, contestants):
        reference = self.kmod_34(tree)
        everyone = [contestants[0], reference, *contestants[1:]]
        race(everyone, self.runs)
        print_table(title, everyone, reference)


def library_folder(program):
    """Where the dynamic linker finds libelf for this program."""
    lines = subprocess.run(['ldd', program], stdout=subprocess.PIPE, text=True, check=True).stdout
    return next(Path(line.split()[2]).parent for line in lines.splitlines() if 'libelf' in line)


def bench_uncompressed(bench):
    tree = references.fetch_kernel('bookworm', 'amd64')
    bench.compare(f'uncompressed: {describe(tree)}', tree, [
        bench.ours('depmodd', tree, '--no-sync'), bench.kmod_30(tree),
        bench.in_place('busybox', [bench.busybox], tree)])


def bench_zst(bench):
    tree = references.fetch_compressed(references.fetch_kernel('bookworm', 'amd64'), 'zst')
    bench.compare(f'.zst: {describe(tree)}', tree, [
        bench.ours('depmodd', tree, '--no-sync'), bench.kmod_30(tree)])


def bench_xz(bench):
    tree = references.fetch_kernel('trixie', 'amd64')
    bench.compare(f'.xz: {describe(tree)}', tree, [
        bench.ours('depmodd', tree, '--no-sync'),
        bench.ours_with_their_libraries("depmodd with kmod 34.2's liblzma", tree),
        bench.kmod_30(tree)])


def bench_gz(bench):
    """Debian's kmod has no zlib, so this is a race against our own single thread."""
    tree = references.fetch_compressed(references.fetch_kernel('bookworm', 'amd64'), 'gz')
    single = bench.ours('depmodd, one thread', tree, '--no-sync', '--jobs=1')
    both = bench.ours('depmodd', tree, '--no-sync')
    race([both, single], bench.runs)
    print_table(f'.gz: {describe(tree)}', [both, single], single)


def bench_sync(bench):
    tree = references.fetch_kernel('bookworm', 'amd64')
    reference = bench.kmod_34(tree)
    contestants = [bench.ours('depmodd, waits for the disk', tree),
                   bench.ours('depmodd --no-sync', tree, '--no-sync'), reference]
    race(contestants, bench.runs)
    print_table('with and without fsync (kmod has none)', contestants, reference)


RACES = {'uncompressed': bench_uncompressed, 'zst': bench_zst, 'xz': bench_xz, 'gz': bench_gz,
         'sync': bench_sync}


def describe(tree):
    count = sum(1 for path in tree.directory.rglob('*.ko*') if path.is_file())
    return f'{tree.version}, {count} modules'


def processor():
    for line in Path('/proc/cpuinfo').read_text().splitlines():
        if line.startswith('model name'):
            return line.split(':')[1].strip()
    return os.uname().machine


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--depmod', type=Path, required=True)
    parser.add_argument('--runs', type=int, default=9, help='rounds, of which the median counts')
    parser.add_argument('races', nargs='*', choices=[[], *RACES], help='all, if none is named')
    options = parser.parse_args()

    try:
        with tempfile.TemporaryDirectory(dir=references.cache_folder()) as scratch:
            bench = Bench(options.depmod, options.runs, Path(scratch))
            print(f'{len(os.sched_getaffinity(0))} cores of {processor()}, Linux '
                  f'{os.uname().release}, medians of {options.runs} alternating runs.')
            for name in options.races or RACES:
                RACES[name](bench)
    except references.Unavailable as reason:
        sys.exit(f'bench: {reason}')


if __name__ == '__main__':
    main()
