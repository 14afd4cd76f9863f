# SPDX-License-Identifier: LGPL-2.1-or-later
"""A daemon on a message bus of its own, over copies of real kernels, and what it takes."""

import os
import shutil
import subprocess
import time
from pathlib import Path

from daemon_run import Daemon
from kernel_copy import INPUTS
from private_bus import Bus
from references import KernelTree

PATIENCE = 120  # seconds
REST = 0.3
NAME = 'io.github.depmodd.Depmod1'


def wait_until(condition, what):
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError(f'waited {PATIENCE} seconds in vain {what}')
        time.sleep(0.001)


def link_kernel(tree, root, version=None):
    """The same kernel without index files. Its modules are hard links, which may be removed and
    replaced, but not written into."""
    copy = KernelTree(Path(root), version or tree.version)
    shutil.copytree(tree.directory, copy.directory, symlinks=True, copy_function=os.link)
    for path in copy.directory.glob('modules.*'):
        if path.name not in INPUTS:
            path.unlink()
    return copy


def copy_kernel_as(tree, root, version):
    """Another kernel, of equal modules that say that they are built for it."""
    assert len(version) == len(tree.version)
    old, new = tree.version.encode(), version.encode()
    copy = link_kernel(tree, root, version)
    for path in copy.directory.rglob('*.ko'):
        content = path.read_bytes()
        path.unlink()
        path.write_bytes(content.replace(old, new))
    return copy


class Served:
    """The with statement begins when the daemon is ready, and ends both it and its bus."""

    def __init__(self, depmodd, root, prefix=()):
        self.bus = Bus(Path(root) / 'bus')
        self.daemon = Daemon(depmodd, Path(root), root, self.bus.address)
        self.prefix = prefix
        self.environment = {**os.environ, 'DBUS_SYSTEM_BUS_ADDRESS': self.bus.address}

    def __enter__(self):
        try:
            self.bus.start()
            begin = time.perf_counter()
            self.daemon.start('--log-level=warning', prefix=self.prefix)
            self.start_wall, self.start_cpu = time.perf_counter() - begin, self.cpu()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.daemon.stop()
        self.bus.stop()

    def ask(self, *command):
        return subprocess.run([str(word) for word in command], env=self.environment, text=True,
                              stdout=subprocess.PIPE, check=True, timeout=PATIENCE).stdout

    def statistics(self):
        """What the daemon counts, by GetStatistics."""
        words = self.ask('busctl', f'--address={self.bus.address}', 'call', NAME,
                         f'/{NAME.replace(".", "/")}', f'{NAME}.Manager',
                         'GetStatistics').split()[2:]
        return {key.strip('"'): int(value) for key, value in zip(words[::3], words[2::3])}

    def cpu(self):
        """Seconds of the process and of all its threads, also of those that have ended: its
        CLOCK_PROCESS_CPUTIME_ID, as clock_getcpuclockid(3) has it, which counts nanoseconds."""
        return time.clock_gettime(~self.daemon.pid << 3 | 2)

    def rest(self):
        """Waits until it has nothing more to do: for longer than it waits for quiet."""
        before, begin = self.cpu(), time.monotonic()
        while time.monotonic() - begin < REST:
            time.sleep(REST / 10)
            if self.cpu() != before:
                before, begin = self.cpu(), time.monotonic()

    def resident(self):
        """MiB of /proc/PID/smaps: Rss without the clean pages of shared libraries, which are in memory
        for others as well."""
        total = of_libraries = 0
        path = ''
        for line in Path(f'/proc/{self.daemon.pid}/smaps').read_text().splitlines():
            name, value, *rest = line.split()
            if name == 'Rss:':
                total += int(value)
            elif name in ('Shared_Clean:', 'Private_Clean:'):
                of_libraries += int(value) if '.so' in path else 0
            elif not name.endswith(':'):
                path = rest[3] if len(rest) > 3 else ''
        return (total - of_libraries) / 1024

    def memory(self):
        """(anonymous memory, pages of files that no other process uses, all pages of files), in MB:
        Anonymous, Private_* without it, and Rss without it, of smaps_rollup."""
        sizes = {}
        for line in Path(f'/proc/{self.daemon.pid}/smaps_rollup').read_text().splitlines()[1:]:
            name, size = line.split()[:2]
            sizes[name] = int(size) / 1024
        anonymous = sizes['Anonymous:']
        private = sizes['Private_Clean:'] + sizes['Private_Dirty:'] - anonymous
        return anonymous, private, sizes['Rss:'] - anonymous
