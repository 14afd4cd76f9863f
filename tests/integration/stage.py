# SPDX-License-Identifier: LGPL-2.1-or-later
"""Where a test plays: a bus, a root with one kernel, a daemon on it, and whoever asks it."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

import dbus

import depmod1
from bus_client import Busctl, Client, Listener, error_name
from daemon_run import Daemon
from depmod_run import OUTPUTS
from module_root import Engine, ModuleRoot
from private_bus import Bus

# The quiet time is 250 ms and somebody else may be busy.
SOON = 8


class Unexpected(Exception):
    """What is not as it should be, as lines to read."""

    def __init__(self, lines):
        super().__init__('\n'.join(lines))
        self.lines = lines


class Tests(list):
    """The tests of a file: functions with sentences for names, called with a Stage."""

    def __call__(self, function):
        self.append(function)
        return function


@dataclass
class Programs:
    depmodd: Path
    depmodctl: Path
    depmod: Path
    is_slow: bool = False  # a build with a sanitizer

    @property
    def engine(self):
        return Engine(self.depmod)


def expect(condition, *lines):
    if not condition:
        raise Unexpected(list(map(str, lines)))


def expect_equal(actual, expected, what):
    expect(actual == expected, f'{what}: {actual}', f'expected: {expected}')


def expect_error(name, call, *arguments, **options):
    expect_equal(error_name(call, *arguments, **options), name, 'the error')


def eventually(is_so, what, seconds=SOON):
    """is_so gives something true, or lines or an exception that say why not."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            if is_so():
                return
            reason = what
        except (Unexpected, dbus.DBusException, OSError) as error:
            reason = f'{what}: {error}'
        if time.monotonic() > deadline:
            raise Unexpected([f'not within {seconds} s: {reason}'])
        time.sleep(0.01)


def names(array):
    return [str(name) for name in array]


def strings(release=None):
    """An array for a list of releases."""
    return dbus.Array([release] if release else [], 's')


class Stage:
    def __init__(self, programs, folder):
        self.programs, self.folder = programs, folder
        folder.chmod(0o711)
        self.bus = Bus(folder / 'bus')
        self.root = ModuleRoot(folder / 'root')
        self.kernel = self.root.kernel()
        self.daemon = Daemon(programs.depmodd, folder, self.root.path, self.bus.address)
        self.closers = []
        self.client = None

    def some_modules(self, kernel=None):
        """b needs a, c needs b; each has an alias."""
        kernel = kernel or self.kernel
        kernel.module('kernel/a.ko', ['a_symbol'], aliases=['pci:a*', 'net-pf-1'])
        kernel.module('kernel/b.ko', ['b_symbol'], ['a_symbol'], aliases=['pci:b*'])
        kernel.module('kernel/sub/c.ko', [], ['b_symbol'], aliases=['pci:b*', 'usb:c'])

    def start(self, *options, **settings):
        self.bus.start()
        self.start_daemon(*options, **settings)

    def start_daemon(self, *options, **settings):
        self.daemon.start(*options, **settings)
        self.client = self.keep(Client(self.bus.address))

    def start_with_modules(self):
        self.some_modules()
        self.start()
        return self.client

    def restart_daemon(self):
        self.daemon.stop()
        self.daemon.start()

    def keep(self, thing):
        self.closers.append(thing)
        return thing

    def listen(self):
        return self.keep(Listener(self.bus.address))

    def busctl(self, as_nobody=False):
        return Busctl(self.bus.address, as_nobody)

    # What a test asks often.

    def ask(self, method, *arguments, **options):
        return self.client.kernel(self.kernel.release, method, *arguments, **options)

    def property(self, name):
        return self.client.get_kernel(self.kernel.release, name)

    def module_names(self, kernel=None):
        modules, _ = self.client.kernel((kernel or self.kernel).release, 'ListModules', '*', 0)
        return sorted(str(module[0]) for module in modules)

    def kernels(self):
        return sorted(str(kernel[0]) for kernel in self.client.manager('ListKernels', 0))

    def problems(self):
        """(code, path) of each."""
        return [(str(problem[1]), str(problem[3])) for problem in self.ask('ListProblems', 0)[0]]

    def statistics(self):
        return {str(name): value for name, value in self.client.manager('GetStatistics').items()}

    def settle(self, *releases, **options):
        return self.client.settle(*releases, **options)

    # What must be so.

    def expect_right(self, kernel=None):
        lines = self.programs.engine.compare(kernel or self.kernel)
        expect(not lines, *lines)

    def expect_right_soon(self, kernel=None, seconds=SOON):
        """Without anybody asking for it."""
        kernel = kernel or self.kernel
        expected = self.programs.engine.index(kernel.root.path, kernel.release)
        eventually(lambda: self.is_index(kernel, expected), 'the published index is right', seconds)
        self.expect_right(kernel)

    @staticmethod
    def is_index(kernel, expected):
        found = kernel.outputs()
        wrong = [name for name in OUTPUTS if found.get(name) != expected[name]]
        expect(not wrong, f'wrong or missing: {" ".join(wrong)}')
        return True

    def expect_no_litter(self, kernel=None):
        litter = (kernel or self.kernel).litter()
        expect(not litter, f'litter: {" ".join(litter)}')

    def identities(self):
        """Which files the published ones are: a rewritten file is another one."""
        found = {}
        for name in OUTPUTS:
            status = os.stat(self.kernel / name)
            found[name] = (status.st_ino, status.st_ctime_ns)
        return found

    def close(self):
        for closer in self.closers:
            closer.close()
        try:
            if self.daemon.process:
                status = self.daemon.stop()
                expect_equal(status, 0, 'the exit status of depmodd')
        finally:
            self.bus.stop()


def kernel_call(stage, method):
    """A method of the kernel's object as a function."""
    def call(*arguments, **options):
        return stage.ask(method, *arguments, **options)

    return call


def manager_call(stage, method):
    def call(*arguments, **options):
        return stage.client.manager(method, *arguments, **options)

    return call


__all__ = ['SOON', 'Programs', 'Stage', 'Tests', 'Unexpected', 'depmod1', 'eventually', 'expect',
           'expect_equal', 'expect_error', 'kernel_call', 'manager_call', 'names', 'strings']
