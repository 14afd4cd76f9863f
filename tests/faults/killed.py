#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""kill -9 at each system call of a publication, and at random moments on the tree of a real kernel.

After each of them every file must be whole, the old one or the new one, and the next run must give the
new set and leave nothing else behind. Signals that a person sends leave no mix and no litter either.
"""

import random
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import strace
from named_tests import Skip, main
from kernel import EACH_WHOLE, ONE_SET, Kernel
from kernel_copy import copy_kernel
from depmod_run import OUTPUTS
from reader import Reader
from references import Unavailable, fetch_kernel

JOBS = '--jobs=1'
CALLS = ('openat', 'write', 'fchmod', 'sync_file_range', 'fdatasync', 'close', 'linkat', 'renameat',
         'unlinkat', 'fsync')


class KilledAtCalls:
    def __init__(self, program, scratch):
        self.kernel = Kernel(scratch / program.folder, program)
        self.kernel.put_old_index()
        self.calls = strace.trace(self.kernel.command(JOBS))

    def tests(self):
        name = self.kernel.program.name
        for call in CALLS:
            calls = [one for one in self.calls if one.name == call and one.is_publishing]
            yield (f'{name}: killed at {len(calls)} times {call}',
                   lambda calls=calls: self.check_all(calls, self.check_killed))
        stops = [call for call in self.calls if call.name in ('write', 'linkat', 'renameat', 'fsync')
                 and call.is_publishing]
        for kind in ('TERM', 'INT', 'HUP') if name == 'depmod' else ('TERM',):
            yield (f'{name}: SIG{kind} at {len(stops)} calls',
                   lambda kind=kind: self.check_all(
                       stops, lambda call: self.check_stopped(call, kind)))

    def check_all(self, calls, check):
        lines = [] if calls else ['there is no such call']
        for call in calls:
            self.kernel.put_old_index()
            lines += [f'{line} ({call.line[:100]})' for line in check(call)]
        return lines

    def check_killed(self, call):
        run = strace.inject(self.kernel.command(JOBS),
                            f'{call.name}:signal=KILL:when={call.number}')
        lines = self.kernel.check(EACH_WHOLE, with_litter=True)
        if run.returncode != -signal.SIGKILL:
            lines.append(f'it was not killed: exit status {run.returncode}')
        return lines + self.kernel.check_next_run()

    def check_stopped(self, call, kind):
        strace.inject(self.kernel.command(JOBS), f'{call.name}:signal={kind}:when={call.number}')
        return self.kernel.check(ONE_SET) + self.kernel.check_next_run()


class KilledAtRandom:
    """On a disk, where syncing takes its time; each round adds or removes some modules."""

    def __init__(self, program, folder, rounds, seed):
        self.program, self.rounds, self.random = program, rounds, random.Random(seed)
        try:
            tree = fetch_kernel('bookworm', 'cloud-amd64')
        except Unavailable as reason:
            raise Skip(str(reason)) from reason
        self.tree = copy_kernel(tree, folder / 'root')
        self.inputs = {path.name for path in self.tree.directory.iterdir()}
        self.changing = self.make_changeable(self.tree.directory / 'kernel')
        self.target = tree.directory / 'kernel' / self.changing.name
        self.sets = []
        for is_complete in (True, False):
            self.change(is_complete)
            self.time = self.run_once()
            self.sets.append(self.read())

    @staticmethod
    def make_changeable(link):
        """A folder of links instead of a link to a folder: its parts can come and go."""
        parts = list(link.resolve().iterdir())
        link.unlink()
        link.mkdir()
        for path in parts:
            (link / path.name).symlink_to(path)
        return link / 'drivers'

    def change(self, is_complete):
        self.changing.unlink(missing_ok=True)
        if is_complete:
            self.changing.symlink_to(self.target)

    def command(self):
        return [str(self.program.path), '-C', '/no/such/configuration', '-b', str(self.tree.root),
                self.tree.version]

    def run_once(self):
        started = time.monotonic()
        subprocess.run(self.command(), check=True, stderr=subprocess.PIPE)
        return time.monotonic() - started

    def read(self):
        return {name: (self.tree.directory / name).read_bytes() for name in OUTPUTS}

    def check(self):
        lines = []
        known = {name: [files[name] for files in self.sets] for name in OUTPUTS}
        n_killed = 0
        with Reader(self.tree.directory, OUTPUTS) as reader:
            for number in range(self.rounds):
                is_complete = number % 2 == 0
                self.change(is_complete)
                n_killed += self.kill_once()
                found = self.read()
                lines += [f'round {number}: {name} is torn' for name in OUTPUTS
                          if found[name] not in known[name]]
                self.run_once()
                lines += [f'round {number}, the next run: {line}'
                          for line in self.check_complete(self.sets[not is_complete])]
        lines += reader.check(known)
        if n_killed < self.rounds / 2:
            lines.append(f'only {n_killed} of {self.rounds} runs were killed before their end')
        return lines

    def kill_once(self):
        process = subprocess.Popen(self.command(), stderr=subprocess.DEVNULL)
        # Most of the time goes by before the first file is written.
        moment = self.random.uniform(0.5, 1.0) if self.random.random() < 0.7 else \
            self.random.uniform(0, 0.5)
        time.sleep(moment * self.time)
        process.kill()
        return process.wait() == -signal.SIGKILL

    def check_complete(self, expected):
        found = self.read()
        lines = [f'{name} is not the new one' for name in OUTPUTS if found[name] != expected[name]]
        names = {path.name for path in self.tree.directory.iterdir()}
        litter = names - self.inputs - set(OUTPUTS)
        return lines + [f'litter: {name}' for name in sorted(litter)]


def check_at_random(programs, options):
    with tempfile.TemporaryDirectory(prefix='depmodd-killed-') as folder:
        return KilledAtRandom(programs.depmod, Path(folder), options.rounds, options.seed).check()


def add_arguments(parser):
    parser.add_argument('--rounds', type=int, default=200, help='random moments')
    parser.add_argument('--seed', type=int, default=1)


def make_tests(programs, scratch, options):
    tests = {}
    try:
        strace.need_strace()
        for program in programs:
            tests.update(KilledAtCalls(program, scratch).tests())
    except Skip as skip:
        def unable(reason=str(skip)):
            raise Skip(reason)
        tests['killed at each call'] = unable
    tests[f'a real kernel: killed at {options.rounds} random moments, while somebody reads'] = \
        lambda: check_at_random(programs, options)
    return tests


if __name__ == '__main__':
    main(__doc__, make_tests, add_arguments)
