# SPDX-License-Identifier: LGPL-2.1-or-later
"""Faults of file systems whose server does not answer: whoever looks into one waits for ever."""

import time

import dbus

import depmod1
from fuse_mount import FuseMount
from module_root import ModuleRoot
from rows import in_world, on_ext4, row
from stage import Unexpected, eventually
from world import RELEASE

WHOLE, PART = '8.8.8-fuse', '7.7.7-part'
# After half a minute without a step the daemon gives up waiting.
PATIENCE = 60
AT_ONCE = 3
PUT_OFF = 20  # a machine with few processors reads as few kernels at a time


class Hanging:
    """A kernel that lies on FUSE, and one of which a folder does. Nobody is told of changes there."""

    def __init__(self, world, folder):
        self.world = world
        source = ModuleRoot(folder / 'source').kernel(WHOLE)
        source.module('kernel/x.ko', ['x_symbol'])
        source.module('kernel/deep/y.ko', imports=['x_symbol'])
        world.programs.engine.index_in_place(source.root.path, WHOLE)
        self.part = world.stage.root.kernel(PART)
        self.part.module('kernel/z.ko', imports=['x_symbol'])
        self.mounts = []
        try:
            self.mounts.append(FuseMount(world.stage.root.modules / WHOLE, source.directory))
            self.mounts.append(FuseMount(self.part / 'updates', source / 'kernel'))
        except Exception:
            self.close()
            raise

    def close(self):
        for mount in self.mounts:
            mount.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def hang(self):
        for mount in self.mounts:
            mount.hang()

    def go_on(self):
        for mount in self.mounts:
            mount.go_on()

    def begin_to_read(self):
        client = self.world.stage.client
        for release in (WHOLE, PART):
            client.start_call(depmod1.PATH, depmod1.MANAGER, 'Refresh', 'ast',
                              dbus.Array([release], 's'), 0)

    def states(self):
        kernels = self.world.stage.client.manager('ListKernels', 0)
        return {str(kernel[0]): str(kernel[2]) for kernel in kernels}

    def are(self, *states):
        found = self.states()
        return all(found[release] in states for release in (WHOLE, PART))

    def complaints_told(self):
        """What is waited for is told, and whoever asks for it is told so at once."""
        client, lines = self.world.stage.client, []
        for release in (WHOLE, PART):
            begin = time.monotonic()
            try:
                codes = [str(problem[1]) for problem in client.kernel(release, 'ListProblems', 0)[0]]
                if 'refresh-failed' not in codes:
                    lines.append(f'the problem of {release} is not told: {codes}')
            except dbus.DBusException as error:  # of a kernel that has never been read
                lines += self.complaints_error(release, error)
            try:
                client.kernel(release, 'ListModules', '*', 0)
                lines.append(f'there is an answer about {release}')
            except dbus.DBusException as error:
                lines += self.complaints_error(release, error)
            if time.monotonic() - begin > AT_ONCE:
                lines.append(f'{release}: {time.monotonic() - begin:.1f} s to say that it hangs')
        return lines


    @staticmethod
    def complaints_error(release, error):
        text = error.get_dbus_message()
        return [] if text.startswith(f'Cannot read {release}: ') else [f'the error: {text}']


def complaints_served(world, seconds=AT_ONCE):
    """A change of the kernel on a good file system."""
    begin = time.monotonic()
    world.toggle()
    error = world.settle()
    took = time.monotonic() - begin
    lines = [f'the other kernel: {error}'] if error else []
    if took > seconds:
        lines.append(f'the other kernel took {took:.1f} s')
    return lines + world.complaints_right()


def try_eventually(is_so, what):
    try:
        eventually(is_so, what, PATIENCE)
    except Unexpected as unexpected:
        return unexpected.lines
    return []


def hang_and_go_on(world, hanging):
    """While it runs."""
    hanging.hang()
    hanging.begin_to_read()
    complaints = complaints_served(world, PUT_OFF)
    world.readers.pause()  # for half a minute there is nothing to be seen
    complaints += try_eventually(lambda: hanging.are('failed'), 'both kernels have failed')
    world.readers.resume()
    complaints += hanging.complaints_told() + complaints_served(world)
    hanging.go_on()
    return complaints


def start_while_it_hangs(world, hanging):
    """Stopped while it hangs, and started."""
    hanging.hang()
    hanging.begin_to_read()
    complaints = complaints_served(world, PUT_OFF)
    status = world.daemon.stop()
    complaints += [f'exit status {status}'] if status else []
    world.daemon.start(wait=False)
    world.readers.pause()
    world.daemon.wait_for_message('READY=1', PATIENCE)
    world.readers.resume()
    complaints += hanging.complaints_told() + complaints_served(world)
    world.daemon.stop()
    hanging.go_on()
    world.daemon.start()
    return complaints


@row('a FUSE server that answers nobody: of a kernel, and of a folder of another', full=4, short=2)
def hanging_servers(ledger, programs, folder, count):
    with in_world(ledger, programs, folder, on_ext4) as world, Hanging(world, folder) as hanging:
        world.start()
        for number in range(count):
            fault = (hang_and_go_on, start_while_it_hangs)[number % 2]
            complaints = fault(world, hanging)
            complaints += try_eventually(lambda: hanging.are('settled', 'read-only'),
                                         'both kernels are settled')
            complaints += programs.engine.compare(hanging.part) + world.complaints_alive()
            ledger.add(complaints, f'{fault.__name__} {number} of {RELEASE}')
        ledger.lines += world.complaints_scratch()
