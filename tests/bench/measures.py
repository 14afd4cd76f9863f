# SPDX-License-Identifier: LGPL-2.1-or-later
"""How long a daemon takes for what it is there for."""

import lzma
import os
import shutil
import statistics
import time
from dataclasses import dataclass

from served import wait_until

QUIET = 0.25  # QuietSec=, which the daemon waits before it publishes
QUESTIONS = ('ResolveAlias', 'GetDependencies', 'GetLoadOrder')


class Times(list):
    """Of calls of one kind, in microseconds."""

    def percentile(self, percent):
        return sorted(self)[min(len(self) * percent // 100, len(self) - 1)]


def call(served, latency, *arguments):
    """Runs the C client; the times of what it has called, by name."""
    times = {}
    for line in served.ask(latency, *arguments).splitlines():
        name, nanoseconds = line.split()
        times.setdefault(name, Times()).append(int(nanoseconds) / 1000)
    return times


def ask_questions(served, latency, version, count):
    call(served, latency, version, 200)
    return call(served, latency, version, count)


def check_module(served, latency, version, module, count=200):
    """The first one also reads what the kernel's build says that it exports."""
    call(served, latency, version, 1, module)
    return call(served, latency, version, count, module)['CheckModules']


def refresh_pinged(served, latency, version):
    """Pings before and during a refresh that reads all modules anew."""
    return call(served, latency, version)


@dataclass
class Change:
    wall: float
    cpu: float


class NewModules:
    """Modules that are copied into updates/, each another, so that there always is something new to
    publish: each wins over the one of its name in kernel/, as one that a package brings does."""

    def __init__(self, tree):
        self.tree = tree
        modules = sorted((tree.directory / 'kernel').rglob('*.ko*'))
        self.modules = modules[7::max(len(modules) // 150, 1)]
        self.target = tree.directory / 'updates'
        self.target.mkdir(exist_ok=True)

    def stage(self):
        """One of them, not yet in its place."""
        source = self.modules.pop()
        self.staged = self.tree.root / 'staged'
        shutil.copyfile(source, self.staged)
        self.destination = self.target / source.name

    def put(self):
        os.rename(self.staged, self.destination)


class RebuiltModules:
    """Modules in kernel/ that are replaced in place by what a new build of them could be: with the same
    symbols and aliases, and another value of a field of modinfo."""

    def __init__(self, tree):
        self.tree = tree
        modules = sorted((tree.directory / 'kernel').rglob('*.ko*'))
        self.modules = modules[11::max(len(modules) // 150, 1)]

    def stage(self):
        """One of them, not yet in its place."""
        self.destination = self.modules.pop()
        is_packed = self.destination.suffix == '.xz'
        content = self.destination.read_bytes()
        if is_packed:
            content = lzma.decompress(content)
        assert content.count(b'\0retpoline=Y\0') == 1, f'{self.destination} says nothing of it'
        content = content.replace(b'\0retpoline=Y\0', b'\0retpoline=N\0')
        if is_packed:
            content = lzma.compress(content, check=lzma.CHECK_CRC32)
        self.staged = self.tree.root / 'staged'
        self.staged.write_bytes(content)

    def put(self):
        os.rename(self.staged, self.destination)


class Changes:
    """New modules under a daemon."""

    def __init__(self, served, tree):
        self.served, self.new = served, NewModules(tree)
        self.index = tree.directory / 'modules.dep.bin'
        time.sleep(2 * QUIET)

    def make(self):
        """One of them: until the index is published, and for CPU until there is nothing more to do."""
        self.new.stage()
        before, cpu = self.index.stat().st_ino, self.served.cpu()
        begin = time.perf_counter()
        self.new.put()
        wait_until(lambda: self.index.stat().st_ino != before, 'for the index')
        wall = time.perf_counter() - begin
        self.served.rest()
        return Change(wall, self.served.cpu() - cpu)


def median(changes, what):
    return statistics.median(getattr(change, what) for change in changes)
