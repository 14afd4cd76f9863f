# SPDX-License-Identifier: LGPL-2.1-or-later
"""How many instructions things take, as valgrind counts them: nearly the same number each time, whatever
else the machine does."""

import re
import subprocess
import tempfile
from functools import partial
from pathlib import Path

from figures import grow_old, make_cache_folder, scratch
from measures import QUESTIONS, Changes, NewModules
from served import Served, link_kernel

CHANGES = 5
CALLS = 200

FULL = 'full index'
DROP_IN = 'depmod after one change, with the cache'


def of_command(command):
    """Of the process that takes most, where it starts others."""
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.run(
            ['valgrind', '--tool=cachegrind', '--cache-sim=no', '--trace-children=yes',
             f'--cachegrind-out-file={folder}/%p', *map(str, command)],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    if process.returncode != 0:
        raise RuntimeError(process.stderr)
    counts = re.findall(r'I\s+refs:\s+([\d,]+)', process.stderr)
    return max(int(count.replace(',', '')) for count in counts)


def commands(depmod, kmod, tree, folder):
    """A full index of each program."""
    ours = [depmod, '--jobs=1', '--no-sync', '-b', tree.root, '-o', folder / 'ours', tree.version]
    theirs = [kmod / 'ld.so', '--argv0', 'depmod', '--library-path', kmod / 'lib', kmod / 'kmod',
              '-b', tree.root, '-o', folder / 'theirs', tree.version]
    return ours, theirs


def of_runs(depmod, full_index, tree):
    return {FULL: of_command(full_index), DROP_IN: of_drop_in(depmod, tree)}


def of_drop_in(depmod, pristine):
    """After one module has changed, with the cache."""
    with scratch() as root:
        tree = link_kernel(pristine, root)
        make_cache_folder(root)
        command = [depmod, '--jobs=1', '--no-sync', '-b', root, tree.version]
        new = NewModules(tree)
        for _ in range(2):
            grow_old()
            subprocess.run(list(map(str, command)), check=True)
        new.stage()
        new.put()
        grow_old()
        return of_command(command)


class Counter:
    """Of a daemon that is served under callgrind."""

    def __init__(self, depmodd, root, *options):
        self.out, self.number = Path(root) / 'out', 0
        self.served = Served(depmodd, root, ['valgrind', '-q', '--tool=callgrind',
                                             f'--callgrind-out-file={self.out}', *options])

    def control(self, option):
        subprocess.run(['callgrind_control', *option, str(self.served.daemon.pid)],
                       capture_output=True, check=True)

    def take(self):
        """What was counted since it was last taken."""
        self.control(['-d'])
        self.number += 1
        dump = self.out.with_name(f'{self.out.name}.{self.number}').read_text()
        return sum(map(int, re.findall(r'^totals: (\d+)', dump, re.MULTILINE)))

    def count(self, function, times):
        self.control(['-i', 'on'])
        function()
        self.served.rest()
        self.control(['-i', 'off'])
        return self.take() // times


def of_start(depmodd, pristine):
    """With the cache and an index that is right, until READY=1."""
    with scratch() as root:
        link_kernel(pristine, root)
        make_cache_folder(root)
        for _ in range(2):
            grow_old()
            with Served(depmodd, root) as served:
                served.rest()
        counter = Counter(depmodd, root)
        with counter.served:
            return counter.take()


def of_daemon(depmodd, latency, pristine):
    """For a start with the cache, one module that is copied in, and one question of each kind."""
    return {'daemon, start with the cache': of_start(depmodd, pristine),
            **of_work(depmodd, latency, pristine)}


def of_work(depmodd, latency, pristine):
    """Means of a few changes and of many questions."""
    with scratch() as root:
        tree, counter = link_kernel(pristine, root), Counter(depmodd, root, '--instr-atstart=no')
        with counter.served as served:
            changes = Changes(served, tree)
            changes.make()
            counts = {'daemon, one change': counter.count(
                lambda: [changes.make() for _ in range(CHANGES)], CHANGES)}
            for method in QUESTIONS:
                ask = partial(served.ask, latency, tree.version, CALLS, method)
                ask()
                counts[f'daemon, one {method}'] = counter.count(ask, CALLS)
    return counts
