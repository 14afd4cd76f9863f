# SPDX-License-Identifier: LGPL-2.1-or-later
"""Where the rows of the campaign play: a root of 200 modules on a file system of its own, a daemon on it,
readers, and what its index is with and without one module that comes and goes."""

import os
import subprocess
import time
from contextlib import contextmanager

import dbus

import depmod1
from depmod_run import OUTPUTS
from readers import Readers
from references import Unavailable, fetch_kmod
from stage import Stage, Unexpected, eventually

MODULES = 200
RELEASE = '9.9.9-test'
STABLE, SOFTDEP = 'm0003', 'm0001'
UNREAD = 'unread'
OLDER = ' in the order of kmod 30'
RECOVERY_SECONDS = 40


def populate(kernel):
    """Each module needs the one before it, in chains of four."""
    for number in range(MODULES):
        imports = [f'm{number - 1:04d}_export'] if number % 4 else []
        kernel.module(f'kernel/{number % 10}/m{number:04d}.ko', [f'm{number:04d}_export'], imports,
                      aliases=[f'pci:v{number:08X}d*', f'char-major-{number}-1', f'devname:m{number}'],
                      modinfo=[f'softdep=pre: m{number + 5:04d}', 'weakdep=m0009']
                      if number % 10 == 9 else [])
    (kernel / 'modules.builtin').write_text('kernel/built_in.ko\n')
    (kernel / 'modules.builtin.modinfo').write_bytes(b'built_in.alias=of:built\0')


def toggle_content(kernel):
    return kernel.content(['toggle_export'], ['m0007_export'],
                          aliases=['pci:toggle*', 'char-major-250-1', 'devname:toggle'],
                          modinfo=['softdep=pre: m0001', 'weakdep=m0002'])


def without(answer, part):
    return ''.join(line for line in answer.splitlines(keepends=True) if line not in part)


class World:
    """mount(path): makes the root a file system; None: it is a folder."""

    def __init__(self, programs, folder, mount=None, with_old_kmod=False):
        self.programs, self.folder = programs, folder
        folder.mkdir(parents=True, exist_ok=True)
        (folder / 'root').mkdir()
        if mount:
            mount(folder / 'root')
        self.stage = Stage(programs, folder)
        self.kernel = self.stage.kernel
        self.hidden = self.stage.root.path / 'hidden.ko'
        self.toggled = self.kernel / 'kernel/toggle.ko'
        self.is_on = False
        if not (self.kernel / 'kernel').exists():
            populate(self.kernel)
        self.hidden.write_bytes(toggle_content(self.kernel))
        self.sets = self.learn(with_old_kmod)
        self.daemon = self.stage.daemon
        self.readers = Readers(self.kernel.directory, self.sets, self.questions())
        os.sync()

    def learn(self, with_old_kmod):
        """The sets that may be met: ours, and that of an older kmod, which says the same."""
        engine, sets = self.programs.engine, {}
        for label in ('off', 'on'):
            sets[label] = engine.index(self.stage.root.path, RELEASE)
            if label == 'on':
                with self.unread():
                    sets[UNREAD] = engine.index(self.stage.root.path, RELEASE)
            if with_old_kmod:
                self.run_kmod('bookworm')
                found = self.kernel.outputs()
                sets[label + OLDER] = {name: found.get(name, content)
                                       for name, content in sets[label].items()}
            self.toggle()
        engine.index_in_place(self.stage.root.path, RELEASE)
        return sets

    @contextmanager
    def unread(self):
        """A module that may not be read is listed, without what it would say."""
        content = self.toggled.read_bytes()
        self.toggled.write_bytes(b'none\n')
        try:
            yield
        finally:
            self.toggled.write_bytes(content)

    def run_kmod(self, suite):
        command = [fetch_kmod(suite) / 'depmod', '-C', self.stage.root.config, '-b',
                   self.stage.root.path, RELEASE]
        self.programs.engine.run([str(word) for word in command])

    def questions(self):
        """For readers: of each modprobe modules that are always there, and the one that comes and
        goes; the answers with and without it, and those of a moment at which it has come and its
        softdep has not."""
        found, softdep = [], set()
        for suite in ('bookworm', 'trixie'):
            try:
                modprobe = fetch_kmod(suite) / 'modprobe'
            except Unavailable:
                continue
            for name in (STABLE, SOFTDEP, 'toggle'):
                command = [str(modprobe), '-C', '/no/such/configuration', '-d',
                           str(self.stage.root.path), '-S', RELEASE, '--show-depends', name]
                answers = self.right_answers(command)
                if name == SOFTDEP:
                    softdep = answers
                found.append((command, answers, {without(answer, part) for answer in answers
                                                 for part in softdep if name == 'toggle'}))
        return found

    def right_answers(self, command):
        """With and without the module that comes and goes, and with it unread, asked of an index made
        from scratch."""
        answers = set()
        for _ in range(2):
            answers.add(self.answer(command))
            if self.is_on:
                with self.unread():
                    answers.add(self.answer(command))
            self.toggle()
        self.programs.engine.index_in_place(self.stage.root.path, RELEASE)
        return answers

    def answer(self, command):
        self.programs.engine.index_in_place(self.stage.root.path, RELEASE)
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              check=False).stdout

    # What happens.

    def toggle(self):
        """At once and as a whole, and without taking space."""
        if self.is_on:
            self.toggled.rename(self.hidden)
        else:
            self.hidden.rename(self.toggled)
        self.is_on = not self.is_on

    def start(self, *options, **settings):
        self.stage.bus.start()
        self.stage.start_daemon(*options, **settings)
        return self

    def start_settle(self):
        return self.stage.client.start_call(depmod1.PATH, depmod1.MANAGER, 'Settle', 'astt',
                                            dbus.Array([RELEASE], 's'), 0, 20000000)

    def refresh(self):
        """Also what has failed is tried again."""
        self.stage.client.manager('Refresh', dbus.Array([RELEASE], 's'), 0)

    def settle(self):
        """None, or the name of the error."""
        try:
            self.stage.settle(RELEASE)
        except dbus.DBusException as error:
            return error.get_dbus_name().removeprefix(depmod1.ERROR)
        return None

    # What must be so.

    @property
    def label(self):
        return 'on' if self.is_on else 'off'

    def states(self):
        """Of each file the labels of the sets that it belongs to; empty: it is none of them."""
        found = self.kernel.outputs()
        return {name: {label.removesuffix(OLDER) for label, files in self.sets.items()
                       if files[name] == found.get(name)} for name in OUTPUTS}

    def complaints_whole(self):
        """After a fault and before any recovery: each file is one of the two."""
        return [f'{name} is missing or torn' for name, labels in self.states().items() if not labels]

    def is_one_set(self):
        return bool(set.intersection(*self.states().values()))

    def complaints_right(self):
        """cmp-equal to what a run from scratch makes, of us or of an older kmod, and nothing beside
        it."""
        lines = [f'{name} is not what a run from scratch makes' for name, labels
                 in self.states().items() if self.label not in labels]
        return lines + [f'litter: {name}' for name in self.kernel.litter()]

    def complaints_scratch(self):
        """As complaints_right, with a run from scratch made now, of us alone."""
        if self.daemon.process:
            self.stage.client.manager('Refresh', dbus.Array([RELEASE], 's'), depmod1.REWRITE)
        return self.programs.engine.compare(self.kernel) + self.complaints_right()

    def complaints_right_soon(self, seconds=RECOVERY_SECONDS):
        """Without anybody asking for it."""
        begin = time.monotonic()
        try:
            eventually(lambda: not self.complaints_right(), 'it is right by itself', seconds)
        except Unexpected:
            return [f'after {seconds} s: {line}' for line in self.complaints_right()]
        self.last_recovery = time.monotonic() - begin
        return []

    def complaints_alive(self):
        status = self.daemon.process.poll()
        return [] if status is None else [f'the daemon ended with {status}: {self.daemon.tail()}']

    def repairs(self):
        return int(self.stage.statistics()['Repairs'])

    def close(self):
        self.stage.close()
