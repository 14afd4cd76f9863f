# SPDX-License-Identifier: LGPL-2.1-or-later
"""Faults of the disk: full, without power, read-only, away, hidden by another mount."""

import os
import random
import subprocess
import time

import mounts
import rows
from module_root import ModuleRoot
from named_tests import Skip
from readers import Known, read_set
from references import Unavailable
from rows import add_reads, image, in_world, on_ext4, row
from rows_program import median
from stage import Unexpected, eventually
from world import RELEASE, World, populate

OVERLAY_UPPER = 300 << 10
SMALL = {'ext4': 8 << 20, 'xfs': 320 << 20, 'btrfs': 120 << 20}


# Full.

def on_overlay(path):
    """The upper layer takes 300 kB; what is below has been there before."""
    lower, upper = path.with_name('lower'), path.with_name('upper')
    mounts.mount_tmpfs(upper, f'size={OVERLAY_UPPER}')
    for folder in (lower, upper / 'layer', upper / 'work'):
        folder.mkdir()
    populate(ModuleRoot(lower).kernel())
    mounts.mount(path, '-t', 'overlay', '-o',
                 f'lowerdir={lower},upperdir={upper / "layer"},workdir={upper / "work"}', 'depmodd-test')


def run_full(ledger, programs, folder, count, mount, ballast):
    """Some room is left, and none most of the time."""
    chance = random.Random(count)
    with in_world(ledger, programs, folder, mount) as world:
        world.start()
        place = ballast or world.stage.root.path
        n_failed, recoveries = 0, []
        for number in range(count):
            held = world.stage.client.manager('Inhibit', 'campaign', 'the disk is being filled', 0).take()
            world.toggle()
            mounts.fill(place, chance.choice((0, 0, chance.randrange(60 << 10))))
            os.close(held)
            error = world.settle()
            complaints = world.complaints_whole() + world.complaints_alive()
            if error:
                n_failed += 1
                codes = [code for code, _ in world.stage.problems()]
                if 'publish-failed' not in codes:
                    complaints.append(f'the problem is not told: {codes}')
            mounts.empty(place)
            begin = time.monotonic()
            complaints += world.complaints_right_soon()
            if error:
                recoveries.append(time.monotonic() - begin)
            ledger.add(complaints, f'round {number}')
        ledger.notes.append(f'{n_failed} publications failed; by itself it was right again within '
                            f'{max(recoveries, default=0):.1f} s of there being room')
        if n_failed < count / 4:
            ledger.lines.append(f'only {n_failed} of {count} publications failed')
        ledger.lines += world.complaints_scratch()


@row('full disk: overlay with an upper layer of 300 kB', full=50, short=4)
def full_overlay(ledger, programs, folder, count):
    folder.mkdir()
    run_full(ledger, programs, folder, count, on_overlay, folder / 'upper')
    rows.unmount(folder / 'upper')


def add_full_image(kind):
    @row(f'full disk: {kind}', full=50, short=3)
    def full_image(ledger, programs, folder, count):
        run_full(ledger, programs, folder, count, image(kind, SMALL[kind]), None)


for file_system in SMALL:
    add_full_image(file_system)


# Without power.

class Host:
    """A file system that gives a copy of a file as it is at one moment: a copy made byte after byte
    would hold later blocks without the earlier ones, as no disk does."""

    def __init__(self, folder):
        self.folder = folder / 'host'
        folder.mkdir()
        mounts.mount_image(self.folder, folder / 'host-image', 6 << 30, 'xfs')

    def copy(self, source, name):
        done = subprocess.run(['cp', '--reflink=always', source, self.folder / name], check=False,
                              capture_output=True, text=True)
        if done.returncode != 0:
            raise Skip(f'no copies of a moment can be had: {done.stderr.strip()}')
        return self.folder / name

    def close(self):
        rows.unmount(self.folder)


def cut_power(world, host, count):
    """Copies of the disk at random moments of publications."""
    chance = random.Random(count)
    world.start()
    times = []
    for _ in range(7):
        world.toggle()
        begin = time.monotonic()
        world.settle()
        times.append(time.monotonic() - begin)
    copies = []
    for number in range(count):
        world.toggle()
        world.start_settle()
        time.sleep(chance.uniform(0, 1.2 * median(times)))
        copies.append(host.copy(host.folder / 'w/image', f'copy{number}'))
        world.settle()
    return copies


def check_copy(programs, copy, place, kind, known, engine):
    """Mounted, as after a start of the machine: first what lies there, then the index made anew."""
    options = 'loop,nouuid' if kind == 'xfs' else 'loop'
    mounts.mount(place, '-o', options, copy)
    root = ModuleRoot.__new__(ModuleRoot)
    root.path, root.modules, root.config = place, place / 'lib/modules', place / 'etc/depmod.d'
    directory = root.modules / RELEASE
    try:
        complaint, is_mixed = known.judge(read_set(directory))
        complaints = [complaint] if complaint else []
        subprocess.run([str(programs.depmod), '-C', root.config, '-b', place, RELEASE], check=True,
                       capture_output=True)
        kernel = root.kernel(RELEASE)
        complaints += engine.compare(kernel) + [f'litter: {name}' for name in kernel.litter()]
    except OSError as error:
        complaints, is_mixed = [f'{error.filename}: {error.strerror}'], False
    finally:
        mounts.unmount(place)
    return complaints, is_mixed


def add_power_cut(kind):
    @row(f'power cut while publishing: {kind}', full=100, short=8)
    def power_cut(ledger, programs, folder, count):
        host = Host(folder)
        try:
            world = World(programs, host.folder / 'w', image(kind))
            try:
                with world.readers as readers:
                    copies = cut_power(world, host, count)
                add_reads(ledger.reads, readers.reads)
            finally:
                world.close()
                rows.unmount(world.stage.root.path)
            known, n_mixed = Known(world.sets), 0
            for number, copy in enumerate(copies):
                complaints, is_mixed = check_copy(programs, copy, folder / 'mounted', kind, known,
                                                  programs.engine)
                n_mixed += is_mixed
                ledger.add(complaints, f'cut {number}')
                copy.unlink()
            ledger.notes.append(f'{n_mixed} of the copies held files of two generations, each whole, '
                                f'until the next run')
        finally:
            host.close()


for file_system in SMALL:
    add_power_cut(file_system)


# Read-only, away, hidden.

def remount(world, mode):
    done = subprocess.run(['mount', '-o', f'remount,{mode}', world.stage.root.path], check=False,
                          capture_output=True, text=True)
    if done.returncode != 0:
        raise Unavailable(f'remount {mode}: {done.stderr}')


def make_read_only(world):
    held = world.stage.client.manager('Inhibit', 'campaign', 'the disk is made read-only', 0).take()
    world.toggle()
    world.readers.pause()
    remount(world, 'ro')
    world.readers.resume()
    os.close(held)
    world.settle()
    complaints = world.complaints_whole()
    state = str(world.stage.property('State'))
    if state != 'read-only':
        complaints.append(f'the state is {state}')
    remount(world, 'rw')
    return complaints + world.complaints_right_soon()


def unmount(place):
    """Nobody but the daemon may have been there."""
    try:
        eventually(lambda: subprocess.run(['umount', place], check=False,
                                          capture_output=True).returncode == 0, 'it is unmounted', 5)
    except Unexpected as unexpected:
        return unexpected.lines
    return []


def take_away(world):
    """And change it elsewhere."""
    root, aside = world.stage.root.path, world.folder / 'aside'
    world.readers.pause()
    complaints = unmount(root)
    if complaints:
        world.readers.resume()
        return complaints
    eventually(lambda: world.stage.kernels() == [], 'there are no kernels')
    mounts.mount(aside, '-o', 'loop', world.folder / 'image')
    hidden, shown = aside / 'hidden.ko', aside / 'lib/modules' / RELEASE / 'kernel/toggle.ko'
    if world.is_on:
        shown.rename(hidden)
    else:
        hidden.rename(shown)
    world.is_on = not world.is_on
    mounts.unmount(aside)
    mounts.mount(root, '-o', 'loop', world.folder / 'image')
    complaints = world.complaints_right_soon()
    world.readers.resume()
    return complaints + world.complaints_alive()


def hide(world):
    """Another tree is mounted over it, and gets an index; what lies below does not change."""
    world.readers.pause()
    place = world.stage.root.modules
    before = world.kernel.outputs()
    mounts.mount_tmpfs(place, 'size=4m')
    other = world.stage.root.kernel('1.2.3-other')
    other.module('kernel/z.ko', ['z_symbol'])
    complaints = []
    try:
        world.stage.expect_right_soon(other)
    except Unexpected as unexpected:
        complaints += unexpected.lines
    complaints += unmount(place)
    if world.kernel.outputs() != before:
        complaints.append('the index below has changed')
    world.readers.resume()
    world.toggle()
    return complaints + world.complaints_right_soon()


@row('remounted read-only and back; unmounted; mounted over', full=51, short=6)
def mounting(ledger, programs, folder, count):
    kinds = (make_read_only, take_away, hide)
    with in_world(ledger, programs, folder, on_ext4) as world:
        world.start()
        for number in range(count):
            kind = kinds[number % len(kinds)]
            ledger.add(kind(world), f'{kind.__name__} {number}')
        ledger.lines += world.complaints_scratch()
