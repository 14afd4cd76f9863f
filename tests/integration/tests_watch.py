# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the kernel tells and does not tell: full queues, few watches, mounts, directories that may not be
written."""

import os
import shutil
import signal
import subprocess
import time

import mounts
from bus_client import NOBODY
from references import Unavailable
from stage import Tests, eventually, expect, expect_equal

TESTS = test = Tests()

QUEUE = 16384
WITH_FEW_WATCHES = ('unshare', '-Ur', 'sh', '-c',
                    'echo {} >/proc/sys/user/max_inotify_watches && exec "$@"', 'sh')
WITH_FEW_INSTANCES = ('unshare', '-Ur', 'sh', '-c',
                      'echo {} >/proc/sys/user/max_inotify_instances && exec "$@"', 'sh')


def overflow(stage):
    """While it cannot read, more happens than the queue takes."""
    os.kill(stage.daemon.pid, signal.SIGSTOP)
    paths = [stage.kernel / f'kernel/storm{number}' for number in range(2)]
    for number in range(QUEUE // 2 + 500):
        path = paths[number % 2]
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
        os.unlink(path)


def limited(command, limit):
    """Limits of a user namespace are nobody else's; one cannot be had in a chroot, for instance."""
    probe = subprocess.run(['unshare', '-Ur', 'true'], capture_output=True, text=True, check=False)
    if probe.returncode != 0:
        raise Unavailable(f'no user namespace can be had here: {probe.stderr}')
    return [word.format(limit) for word in command]


@test
def what_was_lost_in_a_full_queue_is_found(stage):
    stage.start_with_modules()
    for number in range(4):
        overflow(stage)
        stage.kernel.module(f'kernel/x{number}.ko')
        stage.kernel.module(f'extra/{number}/y{number}.ko')
        (stage.kernel / 'kernel/sub').rename(stage.kernel / f'moved{number}')
        (stage.kernel / 'kernel/sub').mkdir()
        (stage.kernel / f'moved{number}').rename(stage.kernel / f'kernel/sub/{number}')
        os.kill(stage.daemon.pid, signal.SIGCONT)
        expect({f'x{number}', f'y{number}', 'a', 'b', 'c'} <= set(stage.module_names()),
               f'round {number}: {stage.module_names()}')
        stage.kernel.module(f'extra/{number}/z{number}.ko')
        expect(f'z{number}' in stage.module_names(), f'z{number} is not there')
    stage.expect_right_soon()


@test
def with_few_watches_it_is_still_right(stage):
    for number in range(20):
        stage.kernel.module(f'kernel/{number}/m{number}.ko')
    stage.start(prefix=limited(WITH_FEW_WATCHES, 8))
    expect_equal(str(stage.client.get_manager('Watching')), 'scan', 'Watching')
    stage.expect_right()
    for number in range(20):
        stage.kernel.module(f'kernel/{number}/n{number}.ko')
        expect(f'n{number}' in stage.module_names(), f'n{number} is not there')
        (stage.kernel / f'kernel/{number}/m{number}.ko').unlink()
        expect(f'm{number}' not in stage.module_names(), f'm{number} is still there')
    stage.settle()
    stage.expect_right()


@test
def with_few_watches_a_change_is_found_in_the_end(stage):
    stage.daemon.configure('ScanIntervalSec=1s\n')
    for number in range(20):
        stage.kernel.module(f'kernel/{number}/m{number}.ko')
    stage.start(prefix=limited(WITH_FEW_WATCHES, 8))
    stage.kernel.module('kernel/19/n.ko')
    stage.expect_right_soon(seconds=15)


@test
def without_inotify_it_is_still_right(stage):
    stage.some_modules()
    stage.start(prefix=limited(WITH_FEW_INSTANCES, 0))
    expect_equal(str(stage.client.get_manager('Watching')), 'scan', 'Watching')
    stage.kernel.module('kernel/d.ko')
    expect_equal(stage.module_names(), ['a', 'b', 'c', 'd'], 'modules')
    stage.settle()
    stage.expect_right()


@test
def watches_that_run_out_later_are_noticed(stage):
    stage.some_modules()
    stage.start(prefix=limited(WITH_FEW_WATCHES, 40))
    expect_equal(str(stage.client.get_manager('Watching')), 'inotify', 'Watching')
    for number in range(60):
        stage.kernel.module(f'kernel/{number}/m{number}.ko')
        expect(f'm{number}' in stage.module_names(), f'm{number} is not there')
    expect_equal(str(stage.client.get_manager('Watching')), 'scan', 'Watching')
    stage.kernel.module('kernel/59/n.ko')
    expect('n' in stage.module_names(), 'n is not there')
    stage.settle()
    stage.expect_right()


# Where it may not write.

@test
def a_directory_on_a_read_only_file_system_is_served(stage):
    stage.some_modules()
    mounts.mount(stage.root.path, '--bind', stage.root.path)
    mounts.mount(stage.root.path, '-o', 'remount,bind,ro')
    try:
        stage.start()
        expect_equal(stage.module_names(), ['a', 'b', 'c'], 'modules')
        expect_equal(bool(stage.property('Writable')), False, 'Writable')
        expect_equal(str(stage.property('State')), 'read-only', 'State')
        expect('not-writable' in {code for code, _ in stage.problems()}, str(stage.problems()))
        (_, _, _, writable), = stage.settle(stage.kernel.release)
        expect(not writable, 'it is said to be writable')
        mounts.mount(stage.root.path, '-o', 'remount,bind,rw')
        stage.kernel.module('kernel/d.ko')
        expect_equal(stage.module_names(), ['a', 'b', 'c', 'd'], 'modules')
        stage.settle(stage.kernel.release)
        stage.expect_right()
        expect(bool(stage.property('Writable')), 'it is not writable')
    finally:
        stage.daemon.stop()
        mounts.unmount(stage.root.path)


@test
def a_directory_that_somebody_else_owns_is_served(stage):
    """The daemon runs as nobody, the directory is root's."""
    stage.some_modules()
    stage.folder.chmod(0o755)
    program = stage.folder / 'depmodd'
    shutil.copy(stage.programs.depmodd, program)
    stage.daemon.program = program
    stage.bus.start(owner=NOBODY)
    stage.start_daemon(prefix=['setpriv', f'--reuid={NOBODY}', f'--regid={NOBODY}', '--clear-groups'])
    expect_equal(stage.module_names(), ['a', 'b', 'c'], 'modules')
    eventually(lambda: str(stage.property('State')) == 'read-only', 'it may not write')
    expect_equal(stage.kernel.outputs(), {}, 'files')
    expect('ermission denied' in stage.daemon.log(), stage.daemon.log())


# Mounts.

@test
def a_mount_over_the_modules_and_its_end_are_noticed(stage):
    stage.start_with_modules()
    for _ in range(3):
        mounts.mount_tmpfs(stage.root.modules, 'size=8m')
        try:
            expect_equal(stage.kernels(), [], 'kernels')
            other = stage.root.kernel('1.2.3')
            stage.some_modules(other)
            expect_equal(stage.kernels(), ['1.2.3'], 'kernels')
            stage.settle()
            stage.expect_right(other)
        finally:
            mounts.unmount(stage.root.modules)
        expect_equal(stage.kernels(), [stage.kernel.release], 'kernels')
    stage.kernel.module('kernel/d.ko')
    stage.expect_right_soon()


@test
def a_mount_over_one_folder_of_modules_is_noticed(stage):
    stage.start_with_modules()
    place = stage.kernel / 'kernel/sub'
    mounts.mount_tmpfs(place, 'size=8m')
    try:
        expect_equal(stage.module_names(), ['a', 'b'], 'modules')
        (place / 'd.ko').write_bytes(stage.kernel.content())
        expect_equal(stage.module_names(), ['a', 'b', 'd'], 'modules')
        stage.expect_right_soon()
    finally:
        mounts.unmount(place)
    expect_equal(stage.module_names(), ['a', 'b', 'c'], 'modules')
    stage.expect_right_soon()


@test
def a_mount_where_a_symlink_leads_is_noticed(stage):
    """The mount table has the path without links, as those of a merged /usr."""
    stage.some_modules()
    (stage.root.path / 'usr').mkdir()
    stage.root.modules.parent.rename(stage.root.path / 'usr/lib')
    (stage.root.path / 'lib').symlink_to('usr/lib')
    stage.start()
    expect_equal(stage.module_names(), ['a', 'b', 'c'], 'modules')
    modules = stage.root.path / 'usr/lib/modules'
    for place, left in ((modules, None), (modules / stage.kernel.release, None),
                        (modules / stage.kernel.release / 'kernel/sub', ['a', 'b'])):
        mounts.mount_tmpfs(place, 'size=1m')
        try:
            if left is None:
                expect_equal(stage.kernels(), [], f'kernels with a mount on {place}')
            else:
                expect_equal(stage.module_names(), left, f'modules with a mount on {place}')
        finally:
            mounts.unmount(place)
        expect_equal(stage.kernels(), [stage.kernel.release], 'kernels')
        expect_equal(stage.module_names(), ['a', 'b', 'c'], 'modules')


@test
def a_mount_elsewhere_costs_no_refresh(stage):
    stage.start_with_modules()
    stage.settle()
    time.sleep(0.4)
    refreshes = stage.statistics()['Refreshes']
    place = stage.folder / 'elsewhere'
    mounts.mount_tmpfs(place, 'size=1m')
    mounts.unmount(place)
    time.sleep(0.4)
    expect(stage.statistics()['Refreshes'] - refreshes <= 1, 'it was refreshed again and again')
    stage.expect_right()


@test
def a_layer_over_the_modules_is_noticed(stage):
    """As systemd-sysext does it."""
    stage.start_with_modules()
    layers = stage.folder / 'layers'
    mounts.mount_tmpfs(layers, 'size=8m')
    for name in ('upper', 'work'):
        (layers / name).mkdir()
    modules = stage.root.modules
    try:
        mounts.mount(modules, '-t', 'overlay', '-o', f'lowerdir={modules},upperdir={layers}/upper,'
                     f'workdir={layers}/work', 'depmodd-test')
        stage.kernel.module('kernel/d.ko')
        expect_equal(stage.module_names(), ['a', 'b', 'c', 'd'], 'modules')
        stage.settle()
        stage.expect_right()
    finally:
        mounts.unmount(modules)
        mounts.unmount(layers)
    expect_equal(stage.module_names(), ['a', 'b', 'c'], 'modules')
    stage.expect_right_soon()

