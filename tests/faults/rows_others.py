# SPDX-License-Identifier: LGPL-2.1-or-later
"""Faults that come from others: who writes index files, too little of inotify, the bus, the clock."""

import mmap
import os
import random
import shutil
import signal
import struct
import subprocess
import time
from pathlib import Path

import dbus

from bus_client import Client
from depmod_run import OUTPUTS
from named_tests import Skip
from rows import in_world, on_ext4, row
from stage import Unexpected, eventually
from tests_watch import WITH_FEW_INSTANCES, WITH_FEW_WATCHES, limited, overflow
from world import RELEASE

CLOCK_SHIM = Path(__file__).resolve().with_name('shifted-clock.c')
DAY = 24 * 60 * 60
QUIET = 0.5


# Who writes index files.

class Hands:
    """What foreign hands do to the index files. Each says whether it leaves the set right."""

    def __init__(self, world, chance):
        self.world, self.chance = world, chance
        self.other = world.stage.root.kernel('1.2.3-other')
        self.other.module('kernel/z.ko', ['z_symbol'], aliases=['pci:z*'])
        self.kinds = [self.kmod_30, self.kmod_34, self.truncate, self.empty, self.delete_one,
                      self.delete_some, self.swap, self.link, self.put_folder, self.garble]

    def path(self):
        return self.world.kernel / self.chance.choice(
            [name for name in OUTPUTS if (self.world.kernel / name).stat().st_size > 0])

    def kmod_30(self):
        self.world.run_kmod('bookworm')

    def kmod_34(self):
        self.world.run_kmod('trixie')

    def truncate(self):
        path = self.path()
        with open(path, 'r+b') as file:
            file.truncate(self.chance.randrange(1, path.stat().st_size))

    def empty(self):
        self.path().write_bytes(b'')

    def delete_one(self):
        self.path().unlink()

    def delete_some(self):
        for name in self.chance.sample(OUTPUTS, 5):
            (self.world.kernel / name).unlink()

    def swap(self):
        """Those of another kernel, as a set."""
        for name in OUTPUTS:
            if (self.other / name).exists():
                shutil.copy(self.other / name, self.world.kernel / name)

    def link(self):
        path = self.path()
        path.unlink()
        path.symlink_to(self.other / path.name)

    def put_folder(self):
        path = self.path()
        path.unlink()
        path.mkdir()

    def garble(self):
        path = self.path()
        with open(path, 'r+b') as file:
            file.seek(self.chance.randrange(path.stat().st_size))
            file.write(b'\xff\xfe\xfd')


@row('foreign hands: kmod 30 and 34, truncated, emptied, deleted, swapped, linked', full=200, short=20)
def foreign_hands(ledger, programs, folder, count):
    with in_world(ledger, programs, folder, on_ext4, with_old_kmod=True) as world:
        world.start()
        hands = Hands(world, random.Random(count))
        world.stage.settle()
        repairs, n_alone = world.repairs(), 0
        for number in range(count):
            hand = hands.kinds[number % len(hands.kinds)]
            world.readers.foreign_hand(True)
            hand()
            # No more than five repairs a minute are made without being asked for.
            is_alone = number < 4
            complaints = world.complaints_right_soon() if is_alone else []
            # Also so that a repair that is in place is counted.
            error = world.settle()
            n_alone += is_alone
            complaints += [f'settling failed: {error}'] if error else []
            complaints += world.complaints_right()
            made = world.repairs() - repairs
            repairs += made
            if made > 1:
                complaints.append(f'{made} repairs of one write')
            world.readers.foreign_hand(False)
            ledger.add(complaints + world.complaints_alive(), f'{hand.__name__} {number}')
        ledger.notes.append(f'{repairs} repairs, {n_alone} of them waited for without asking')
        ledger.lines += world.complaints_scratch()


@row('all index files deleted at once: withdrawn, and back with the next change', full=20, short=2)
def withdrawn(ledger, programs, folder, count):
    with in_world(ledger, programs, folder, on_ext4) as world:
        world.start()
        for number in range(count):
            world.readers.foreign_hand(True)
            time.sleep(QUIET)
            for name in OUTPUTS:
                (world.kernel / name).unlink()
            complaints = []
            try:
                eventually(lambda: str(world.stage.property('State')) == 'withdrawn', 'it is withdrawn')
            except Unexpected as unexpected:
                complaints += unexpected.lines
            world.toggle()
            complaints += world.complaints_right_soon()
            world.readers.foreign_hand(False)
            ledger.add(complaints, f'round {number}')


@row('a foreign writer that writes nonsense 20 times a second', full=1200, short=100)
def war(ledger, programs, folder, count):
    """Answers stay right, a minute sees few repairs, and in the end the files are right."""
    with in_world(ledger, programs, folder, on_ext4) as world:
        world.start()
        world.readers.foreign_hand(True)
        time.sleep(QUIET)
        before, ticks = world.repairs(), world.daemon.counters()[1]
        begin = time.monotonic()
        for number in range(count):
            (world.kernel / 'modules.dep').write_bytes(b'kernel/none.ko:\n')
            time.sleep(0.05)
            if number % 20 == 0:
                world.toggle()
            ledger.add(world.complaints_alive(), f'write {number}')
        minutes = (time.monotonic() - begin) / 60
        made = world.repairs() - before
        seconds = (world.daemon.counters()[1] - ticks) / os.sysconf('SC_CLK_TCK')
        ledger.notes.append(f'{made} repairs in {60 * minutes:.0f} s, {seconds:.1f} s of CPU time')
        if made > 6 * (int(minutes) + 1):
            ledger.lines.append(f'{made} repairs in {60 * minutes:.0f} s')
        world.settle()
        ledger.lines += world.complaints_scratch()
        world.readers.foreign_hand(False)


# Too little of inotify.

@row('inotify: queue overflow', full=50, short=3)
def queue_overflow(ledger, programs, folder, count):
    with in_world(ledger, programs, folder, on_ext4) as world:
        world.start()
        for number in range(count):
            overflow(world.stage)
            world.toggle()
            os.kill(world.daemon.pid, signal.SIGCONT)
            is_there = 'toggle' in world.stage.module_names()
            complaints = [] if is_there == world.is_on else ['an answer is stale']
            ledger.add(complaints + world.complaints_right_soon(), f'overflow {number}')
        ledger.lines += world.complaints_scratch()


def start_limited(ledger, programs, folder, count, prefix, limits):
    """With too little from the start: changes are found when somebody asks."""
    with in_world(ledger, programs, folder, on_ext4) as world:
        world.start(prefix=limited(prefix, limits[0]))
        for number in range(count):
            if number % 5 == 0:
                world.daemon.stop()
                world.daemon.start(prefix=limited(prefix, limits[number // 5 % len(limits)]))
            world.toggle()
            is_there = 'toggle' in world.stage.module_names()
            complaints = [] if is_there == world.is_on else ['an answer is stale']
            error = world.settle()
            complaints += [f'settling failed: {error}'] if error else []
            ledger.add(complaints + world.complaints_right(), f'round {number}')
        ledger.notes.append(f'Watching: {world.stage.client.get_manager("Watching")}')
        ledger.lines += world.complaints_scratch()


@row('inotify: limit of watches', full=50, short=5)
def few_watches(ledger, programs, folder, count):
    start_limited(ledger, programs, folder, count, WITH_FEW_WATCHES, (0, 1, 3, 6, 9, 12))


@row('inotify: limit of instances', full=50, short=5)
def few_instances(ledger, programs, folder, count):
    start_limited(ledger, programs, folder, count, WITH_FEW_INSTANCES, (0,))


# The bus.

@row('the bus daemon killed and started again', full=50, short=4)
def bus_killed(ledger, programs, folder, count):
    with in_world(ledger, programs, folder, on_ext4) as world:
        world.start()
        pid, waits = world.daemon.pid, []
        for number in range(count):
            world.stage.bus.stop()
            world.toggle()
            complaints = world.complaints_right_soon()
            world.stage.bus.start()
            begin = time.monotonic()
            try:
                eventually(lambda: connect(world), 'it answers on the bus', 40)
            except Unexpected as unexpected:
                complaints += unexpected.lines
            waits.append(time.monotonic() - begin)
            if world.daemon.pid != pid:
                complaints.append('it is another process')
            ledger.add(complaints + world.complaints_alive(), f'kill {number}')
        ledger.notes.append(f'back on the bus within {max(waits):.1f} s')
        ledger.lines += world.complaints_scratch()


def connect(world):
    client = Client(world.stage.bus.address)
    try:
        client.ping()
    except dbus.DBusException:
        client.close()
        raise
    world.stage.client.close()
    world.stage.client = client
    return True


@row('a client killed while it waits', full=50, short=10)
def client_killed(ledger, programs, folder, count):
    environment = os.environ | {'DBUS_SYSTEM_BUS_ADDRESS': str(folder / 'bus/socket')}
    with in_world(ledger, programs, folder, on_ext4) as world:
        environment['DBUS_SYSTEM_BUS_ADDRESS'] = world.stage.bus.address
        environment.pop('DEPMOD_NO_DAEMON', None)
        world.start()
        world.settle()
        descriptors = world.daemon.descriptors()
        for number in range(count):
            held = world.stage.client.manager('Inhibit', 'campaign', 'somebody is to wait', 0).take()
            world.toggle()
            with subprocess.Popen([str(programs.depmodctl), 'settle'], stdin=subprocess.DEVNULL,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                  env=environment) as process:
                time.sleep(random.uniform(0.01, 0.08))
                complaints = [] if process.poll() is None else ['the client did not wait']
                process.kill()
            os.close(held)
            complaints += world.complaints_right_soon() + world.complaints_alive()
            ledger.add(complaints, f'client {number}')
        eventually(lambda: world.daemon.descriptors() <= descriptors, 'no descriptor is left over')
        ledger.lines += world.complaints_scratch()


# The clock.

@row('the clock of the daemon stepped by a day, to and fro', full=20, short=6)
def clock_stepped(ledger, programs, folder, count):
    """What the program reads of the clock is stepped; the times of files come from the kernel, and
    are set to be a day away on every third step."""
    with in_world(ledger, programs, folder, on_ext4) as world:
        library, control = folder / 'shifted-clock.so', folder / 'clock'
        control.write_bytes(bytes(8))
        if subprocess.run(['cc', '-shared', '-fPIC', '-O1', '-o', library, CLOCK_SHIM], check=False,
                          capture_output=True).returncode != 0:
            raise Skip('there is no C compiler')
        if b'__asan_init' in programs.depmodd.read_bytes():
            raise Skip('the sanitizers want to come first')
        with open(control, 'r+b') as file:
            offset = mmap.mmap(file.fileno(), 8)
        world.start(LD_PRELOAD=str(library), CLOCK_OFFSET=str(control))
        world.settle()
        times = set()
        for number in range(count):
            step = DAY * (1, -1, 0)[number % 3]
            offset[0:8] = struct.pack('=q', step * 1000000000)
            world.toggle()
            if number % 3 == 2 and world.is_on:
                os.utime(world.toggled, (time.time() + DAY, time.time() + DAY))
            is_there = 'toggle' in world.stage.module_names()
            complaints = [] if is_there == world.is_on else ['an answer is stale']
            complaints += world.complaints_right_soon() + world.complaints_alive()
            changed = int(world.stage.property('LastChangeUSec')) // 1000000
            times.add(round((changed - time.time()) / DAY))
            ledger.add(complaints, f'step {number}')
        if len(times) != 3:
            ledger.lines.append(f'the steps did not reach it: {times}')
        ledger.lines += world.complaints_scratch()


