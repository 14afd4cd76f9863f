# SPDX-License-Identifier: LGPL-2.1-or-later
"""Faults that hit the program itself: killed, a system call that fails, an allocation that fails."""

import mmap
import os
import random
import signal
import struct
import subprocess
import tempfile
import time
from pathlib import Path

import dbus

import depmod1
import strace
from depmod_run import OUTPUTS
from named_tests import Skip
from rows import in_world, on_ext4, row
from stage import eventually
from world import RELEASE

ERRORS = ('ENOSPC', 'EIO', 'EROFS', 'EMFILE', 'ENOMEM', 'EACCES')
CALLS = ('openat', 'flock', 'getdents64', 'read', 'pread64', 'newfstatat', 'fstat', 'write', 'fchmod',
         'sync_file_range', 'fdatasync', 'fsync', 'close', 'linkat', 'renameat', 'unlinkat')
# Where an allocation of the bus library itself fails, no reply may come.
REPLY_SECONDS = 2
ALL_UP_TO = 40
SHIM = Path(__file__).resolve().with_name('failing-malloc.c')


def median(values):
    return sorted(values)[len(values) // 2]


# Killed.

@row('SIGKILL while the daemon publishes', full=2000, short=120)
def killed_daemon(ledger, programs, folder, count):
    chance = random.Random(count)
    with in_world(ledger, programs, folder, on_ext4) as world:
        world.start()
        times = []
        for _ in range(9):
            world.toggle()
            begin = time.monotonic()
            world.settle()
            times.append(time.monotonic() - begin)
        n_before = 0
        for number in range(count):
            world.toggle()
            world.start_settle()
            time.sleep(chance.uniform(0, 1.2 * median(times)))
            world.daemon.stop(signal.SIGKILL)
            n_before += bool(world.complaints_right())
            complaints = world.complaints_whole()
            world.daemon.start()
            ledger.add(complaints + world.complaints_right(), f'kill {number}')
        ledger.notes.append(f'{n_before} of the kills came before the new set was there')
        ledger.lines += world.complaints_scratch()


@row('none: published as often as the daemon does without being asked', full=400, short=60,
     judges_mixed=True)
def mixed_generations(ledger, programs, folder, count):
    with in_world(ledger, programs, folder, on_ext4) as world:
        world.start()
        for number in range(count):
            world.toggle()
            ledger.add(world.complaints_right_soon(), f'publication {number}')
        ledger.lines += world.complaints_scratch()


def run_depmod(programs, world, *options, **settings):
    return subprocess.run([str(programs.depmod), '-C', str(world.stage.root.config), '-b',
                           str(world.stage.root.path), *options, RELEASE], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, check=False, **settings)


@row('SIGKILL while depmod publishes', full=2000, short=120)
def killed_depmod(ledger, programs, folder, count):
    chance = random.Random(count)
    command = [str(programs.depmod), '-C', folder / 'root/etc/depmod.d', '-b', folder / 'root', RELEASE]
    with in_world(ledger, programs, folder, on_ext4) as world:
        begin = time.monotonic()
        run_depmod(programs, world)
        duration = time.monotonic() - begin
        for number in range(count):
            world.toggle()
            with subprocess.Popen(command, stdin=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL) as process:
                time.sleep(chance.uniform(0.3, 1.1) * duration)
                process.kill()
            complaints = world.complaints_whole()
            run_depmod(programs, world)
            ledger.add(complaints + world.complaints_right(), f'kill {number}')
        ledger.lines += world.complaints_scratch()


# A system call that fails.

class Traced:
    """strace at the daemon, for the calls that are about the kernel's directory."""

    def __init__(self, world, *options):
        pid, directory = world.daemon.pid, world.kernel.directory
        places = [directory, directory / 'kernel', directory / 'kernel/toggle.ko']
        for name in OUTPUTS:
            places += [directory / name, directory / f'.{name}.depmodd-{pid}.new',
                       directory / f'.{name}.depmodd-{pid}.old']
        paths = [word for place in places for word in ('-P', str(place))]
        self.output = tempfile.NamedTemporaryFile('r')  # pylint: disable=consider-using-with
        self.process = subprocess.Popen(  # pylint: disable=consider-using-with
            ['strace', '-f', '-qq', '-o', self.output.name, '-e', 'trace=' + strace.existing(CALLS),
             *options, *paths, '-p', str(pid)], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
        deadline = time.monotonic() + 5
        while 'TracerPid:\t0' in Path(f'/proc/{pid}/status').read_text():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise Skip('strace cannot attach to the daemon')
            time.sleep(0.001)

    def stop(self):
        """The lines of what was called."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait()
        self.process.stderr.close()
        lines = self.output.read().splitlines()
        self.output.close()
        return lines


def calls_of_publication(world):
    """(name, number) of each: the numbers are those of a thread."""
    traced = Traced(world)
    world.toggle()
    world.settle()
    found, counts = [], {}
    for line in traced.stop():
        thread, _, rest = line.partition(' ')
        name = rest.strip().partition('(')[0]
        if name in CALLS:
            counts[(thread, name)] = number = counts.get((thread, name), 0) + 1
            found.append((name, number))
    # Of the looks at the modules, which are all alike, one in five.
    return sorted((name, number) for name, number in set(found)
                  if number <= ALL_UP_TO or number % 5 == 0)


@row('each system call of the daemon fails once, with each of six errors', full=None, short=60)
def failing_calls(ledger, programs, folder, count):
    strace.need_strace()
    with in_world(ledger, programs, folder, on_ext4) as world:
        world.start()
        faults = [(name, number, error) for name, number in calls_of_publication(world)
                  for error in ERRORS]
        ledger.planned = len(faults) if count is None else min(count, len(faults))
        if count is not None:
            faults = random.Random(1).sample(faults, ledger.planned)
        n_idle = n_failed = n_mixed = 0
        for name, number, error in faults:
            traced = Traced(world, '-e', f'inject={name}:error={error}:when={number}')
            world.toggle()
            n_failed += world.settle() is not None
            n_idle += not any('INJECTED' in line for line in traced.stop())
            complaints = world.complaints_whole() + world.complaints_alive()
            n_mixed += not complaints and not world.is_one_set()
            if name == 'close':
                # What is injected does not close either, as no real failure does: it keeps the lock.
                world.daemon.stop()
                world.daemon.start()
            world.refresh()
            if name == 'unlinkat':
                # What could not be removed is removed by the next publication.
                world.toggle()
                world.settle()
            ledger.add(complaints + world.complaints_right(), f'{name} {number} {error}')
        ledger.notes += [f'{n_failed} times the caller was told of a failure',
                         f'{n_idle} times the call did not come again',
                         f'{n_mixed} times a mix was left until the next publication']
        ledger.lines += world.complaints_scratch()


@row('the disk cannot be read for a while', full=20, short=2)
def unreadable_for_a_while(ledger, programs, folder, count):
    """It is told, what was known is still answered, and it is right again by itself."""
    strace.need_strace()
    with in_world(ledger, programs, folder, on_ext4) as world:
        world.start()
        for number in range(count):
            traced = Traced(world, '-e', 'inject=getdents64,newfstatat:error=EIO')
            world.toggle()
            time.sleep(0.3 * (number % 3))
            codes = [code for code, _ in world.stage.problems()]
            complaints = [] if 'refresh-failed' in codes else [f'the problem is not told: {codes}']
            state = str(world.stage.property('State'))
            if state != 'failed' or world.stage.kernels() != [RELEASE]:
                complaints.append(f'the state is {state}')
            complaints += world.complaints_whole()
            traced.stop()
            ledger.add(complaints + world.complaints_right_soon(), f'round {number}')
        ledger.lines += world.complaints_scratch()


@row('each system call of depmod fails once, with each of six errors', full=None, short=60)
def failing_calls_of_depmod(ledger, programs, folder, count):
    strace.need_strace()
    command = [str(programs.depmod), '--jobs=1', '-C', str(folder / 'root/etc/depmod.d'), '-b',
               str(folder / 'root'), RELEASE]
    with in_world(ledger, programs, folder, on_ext4) as world:
        world.toggle()
        calls = [call for call in strace.trace(command) if call.is_publishing]
        faults = [(call, error) for call in calls for error in ERRORS]
        ledger.planned = len(faults) if count is None else min(count, len(faults))
        if count is not None:
            faults = random.Random(1).sample(faults, ledger.planned)
        n_failed = 0
        for call, error in faults:
            world.toggle()
            run = strace.inject(command, f'{call.name}:error={error}:when={call.number}')
            n_failed += run.returncode == 1
            complaints = world.complaints_whole()
            if run.returncode == 0:
                complaints += world.complaints_right()[:1] if call.name != 'unlinkat' else []
            elif run.returncode != 1 or not run.stderr:
                complaints.append(f'exit status {run.returncode}: {run.stderr}')
            run_depmod(programs, world)
            ledger.add(complaints + world.complaints_right(), f'{call.name} {call.number} {error}')
        ledger.notes.append(f'{n_failed} runs failed and said so')
        ledger.lines += world.complaints_scratch()


# An allocation that fails.

def make_shim(programs, folder):
    if b'__asan_init' in programs.depmodd.read_bytes():
        raise Skip('the sanitizers have an allocator of their own')
    library = folder / 'failing-malloc.so'
    if subprocess.run(['cc', '-shared', '-fPIC', '-O1', '-o', library, SHIM], check=False,
                      capture_output=True).returncode != 0:
        raise Skip('the allocator cannot be replaced here')
    return library


class Control:
    """The two numbers that a running process with the shim looks at: how many allocations there
    were, and which of them is to fail."""

    def __init__(self, path):
        path.write_bytes(bytes(16))
        self.path = path
        with open(path, 'r+b') as file:
            self.memory = mmap.mmap(file.fileno(), 16)

    def fail_at(self, number):
        self.memory[0:16] = struct.pack('=QQ', 0, number)

    def count(self):
        return struct.unpack('=QQ', self.memory[0:16])[0]


@row('every tenth allocation of depmod fails', full=None, short=100)
def failing_allocations_of_depmod(ledger, programs, folder, count):
    with in_world(ledger, programs, folder, on_ext4) as world:
        library, control = make_shim(programs, folder), Control(folder / 'control')
        environment = os.environ | {'LD_PRELOAD': str(library), 'FAIL_CONTROL': str(control.path)}
        control.fail_at(0)
        run_depmod(programs, world, '--jobs=1', env=environment)
        numbers = list(range(1, control.count() + 1, 10))
        ledger.notes.append(f'a run makes {control.count()} allocations')
        ledger.planned = len(numbers) if count is None else min(count, len(numbers))
        if count is not None:
            numbers = random.Random(1).sample(numbers, ledger.planned)
        for number in numbers:
            world.toggle()
            control.fail_at(number)
            run = run_depmod(programs, world, '--jobs=1', env=environment)
            complaints = world.complaints_whole()
            if run.returncode not in (0, 1) or (run.returncode == 1 and not run.stderr):
                complaints.append(f'exit status {run.returncode}: {run.stderr}')
            if run.returncode == 0:
                complaints += world.complaints_right()
            run_depmod(programs, world)
            ledger.add(complaints + world.complaints_right(), f'allocation {number}')
        ledger.lines += world.complaints_scratch()


def read_all_again(world):
    """All modules are read again, whatever is known of them."""
    try:
        world.stage.client.manager('Refresh', dbus.Array([RELEASE], 's'), depmod1.REPARSE,
                                   seconds=REPLY_SECONDS)
    except dbus.DBusException as error:
        return error.get_dbus_name()
    return None


def was_ended_by_the_bus_library(daemon):
    """libsystemd 252 asserts, at the next message, that its tree of matches is whole, which it is not
    when there was no memory to add one (bus_match_run()). systemd starts the service again then, and
    so does this row."""
    return daemon.process.poll() == -signal.SIGABRT and 'failed at src/libsystemd/' in daemon.log()


@row('every tenth allocation of a refresh of the daemon fails', full=None, short=40)
def failing_allocations(ledger, programs, folder, count):
    with in_world(ledger, programs, folder, on_ext4) as world:
        library, control = make_shim(programs, folder), Control(folder / 'control')
        settings = {'LD_PRELOAD': str(library), 'FAIL_CONTROL': str(control.path)}
        world.start(**settings)
        world.toggle()
        control.fail_at(0)
        read_all_again(world)
        numbers = list(range(1, control.count() + 1, 10))
        ledger.notes.append(f'a refresh with all modules read again and the publication make '
                            f'{control.count()} allocations')
        ledger.planned = len(numbers) if count is None else min(count, len(numbers))
        if count is not None:
            numbers = random.Random(1).sample(numbers, ledger.planned)
        n_told = n_ended = 0
        for number in numbers:
            world.toggle()
            control.fail_at(number)
            n_told += read_all_again(world) is not None
            control.fail_at(0)
            complaints = world.complaints_whole()
            if was_ended_by_the_bus_library(world.daemon):
                n_ended += 1
            else:
                complaints += world.complaints_alive()
            if world.daemon.process.poll() is not None:
                world.daemon.stop()
                world.daemon.start(**settings)
            # Of want of memory the bus library may let go of the bus, and it has to come back.
            complaints += world.complaints_right_soon()
            eventually(lambda: not world.settle(), 'it answers on the bus')
            ledger.add(complaints + world.complaints_right(), f'allocation {number}')
        ledger.notes.append(f'{n_told} times the caller was told of it')
        if n_ended > 0:
            ledger.notes.append(f'{n_ended} times an assertion of libsystemd ended the daemon')
        ledger.lines += world.complaints_scratch()
