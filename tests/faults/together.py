#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Several depmods at the same time, ours and kmod's, while modules are added and somebody reads.

Nobody may ever see a file that is not whole. Of ours, whoever of them is done last, the index has all
modules that were there when the last one was started.
"""

import random
import subprocess
import time
from functools import partial

import strace
from depmod_run import OUTPUTS
from named_tests import Depmod, Skip, main
from kernel import VERSION, run
from module_writer import simple_module
from reader import Reader
from references import Unavailable, fetch_kmod

MODULES = 150
ROUNDS = 20


class GrowingTree:
    """What is in it depends only on how often it has grown."""

    def __init__(self, folder, name):
        self.root = folder / name
        self.new = folder / 'new'
        self.config = folder / 'no-configuration'
        self.output_root = None
        self.directory = self.root / 'lib/modules' / VERSION
        (self.directory / 'kernel').mkdir(parents=True)
        for name in ('modules.order', 'modules.builtin', 'modules.builtin.modinfo'):
            (self.directory / name).touch()
        self.inputs = {path.name for path in self.directory.iterdir()}
        self.count = 0
        for _ in range(MODULES):
            self.add_module()

    def add_module(self):
        """At once and as a whole, as package managers do."""
        name = f'm{self.count:04d}'
        imports = [f'm{self.count - 1:04d}_export'] if self.count % 8 else []
        modinfo = [f'alias=pci:{name}*', f'softdep=pre: {name}x', f'weakdep={name}y',
                   f'alias=devname:{name}', f'alias=char-major-{self.count}-1']
        self.new.write_bytes(simple_module([name + '_export'], imports, modinfo=modinfo))
        self.new.rename(self.directory / 'kernel' / (name + '.ko'))
        self.count += 1

    def read(self):
        """kmod 30 knows no modules.weakdep"""
        paths = [self.directory / name for name in OUTPUTS]
        return {path.name: path.read_bytes() for path in paths if path.exists()}

    def litter(self):
        names = {path.name for path in self.directory.iterdir()}
        return sorted(names - self.inputs - set(OUTPUTS))


class Together:
    """A tree for the programs that run together, and one that only we use, to learn from it what a
    program makes of the same modules."""

    def __init__(self, folder, programs, teachers=()):
        folder.mkdir()
        self.tree, self.own = GrowingTree(folder, 'root'), GrowingTree(folder, 'own')
        self.programs, self.teachers = programs, (programs[0], *teachers)
        self.known = {name: [] for name in OUTPUTS}
        self.random = random.Random(1)
        self.learn()
        started = time.monotonic()
        run(programs[0].command(self.tree))
        self.duration = time.monotonic() - started

    def learn(self):
        """The first program teaches last: its files are what is expected."""
        for program in reversed(self.teachers):
            completed = run(program.command(self.own))
            if completed.returncode != 0:
                raise RuntimeError(completed.stderr)
            self.expected = self.own.read()
            for name, content in self.expected.items():
                self.known[name].append(content)

    def check(self, ends_right=True, rounds=ROUNDS):
        lines = []
        with Reader(self.tree.directory, OUTPUTS) as reader:
            for number in range(rounds):
                lines += [f'round {number}: {line}' for line in self.run_round()]
                if ends_right:
                    lines += [f'round {number}: {line}' for line in self.check_end()]
        lines += reader.check(self.known)
        lines += finish(start(self.programs[-1].command(self.tree)))
        return lines + [f'the next run: {line}' for line in self.check_end()]

    def run_round(self):
        """One is started, a module is added, the next one is started, and so on."""
        for _ in self.programs:
            self.own.add_module()
            self.learn()
        processes = []
        for program in self.programs:
            if processes:
                time.sleep(self.random.uniform(0, self.duration))
            self.tree.add_module()
            processes.append(start(program.command(self.tree)))
        return [line for process in processes for line in finish(process)]

    def check_end(self):
        found = self.tree.read()
        lines = [f'{name} is {"of another time" if found.get(name) in self.known[name] else "torn"}'
                 for name in OUTPUTS if found.get(name) != self.expected[name]]
        return lines + [f'litter: {name}' for name in self.tree.litter()]


class WithoutLocks:
    """A program on a file system that knows no locks."""

    def __init__(self, program):
        self.program = program

    def command(self, tree):
        return ['strace', '-f', '-o', '/dev/null', '-e', 'trace=flock', '-e',
                'inject=flock:error=EOPNOTSUPP', *self.program.command(tree)]


def start(command):
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                            stderr=subprocess.PIPE, env=strace.environment())


def finish(process):
    stderr = process.communicate(timeout=120)[1]
    if process.returncode != 0:
        return [f'exit status {process.returncode}: {stderr.decode(errors="replace").strip()}']
    return []


def check_ours(folder, programs):
    return Together(folder, programs).check()


def check_without_locks(folder, programs):
    """The later one may be done first, and the other one knows less."""
    strace.need_strace()
    return Together(folder, [WithoutLocks(program) for program in programs]).check(ends_right=False)


def check_with_kmod(folder, programs, suite):
    """kmod does not wait for anybody, so what is there in the end is known only after the next run."""
    try:
        kmod = Depmod(fetch_kmod(suite) / 'depmod')
    except Unavailable as reason:
        raise Skip(str(reason)) from reason
    together = Together(folder, [programs.depmod, kmod, programs.depmod], teachers=[kmod])
    return together.check(ends_right=False)


def make_tests(programs, scratch, _options):
    depmod, index = programs
    return {
        'two depmods': partial(check_ours, scratch / 'two', [depmod, depmod]),
        'depmod and depmodctl index': partial(check_ours, scratch / 'both', [depmod, index]),
        'five at a time': partial(check_ours, scratch / 'five',
                                  [depmod, index, depmod, depmod, index]),
        'two depmods without locks': partial(check_without_locks, scratch / 'unlocked',
                                             [depmod, depmod]),
        'depmod and that of kmod 34': partial(check_with_kmod, scratch / '34', programs, 'trixie'),
        'depmod and that of kmod 30': partial(check_with_kmod, scratch / '30', programs,
                                              'bookworm'),
    }


if __name__ == '__main__':
    main(__doc__, make_tests)
