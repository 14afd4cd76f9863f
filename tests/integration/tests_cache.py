# SPDX-License-Identifier: LGPL-2.1-or-later
"""What was read of the modules outlives the daemon, where there is a place for it."""

import os
import re
import shutil
import signal
import time

import depmod1
from private_instance import PrivateInstance
from stage import Tests, eventually, expect, expect_equal

TESTS = test = Tests()

AGED_SECONDS = 0.2  # what was written just now is not certain, and so not saved
N_MODULES = 3


def folder_of(stage):
    return stage.root.path / 'var/cache/depmodd'


def cache_of(stage):
    return folder_of(stage) / f'{stage.kernel.release}.cache'


def n_read(stage):
    return int(stage.statistics()['RefreshedModules'])


def start_with_cache(stage):
    """A daemon that has read all modules once, and saved that."""
    folder_of(stage).mkdir(parents=True)
    stage.some_modules()
    time.sleep(AGED_SECONDS)
    stage.start()
    eventually(cache_of(stage).exists, 'there is a cache')
    expect_equal(n_read(stage), N_MODULES, 'modules that were read')


def start_and_become_certain(stage):
    """At the end it saves again: then it knows the files that it has written by their keys."""
    start_with_cache(stage)
    time.sleep(AGED_SECONDS)
    stage.restart_daemon()


@test
def a_restart_reads_no_module(stage):
    start_and_become_certain(stage)
    expect_equal(cache_of(stage).stat().st_mode & 0o777, 0o600, 'the mode')
    before = cache_of(stage).stat().st_ino
    stage.restart_daemon()
    expect_equal(n_read(stage), 0, 'modules that were read')
    expect_equal(cache_of(stage).stat().st_ino, before, 'the cache, which is not written again')
    stage.expect_right()


@test
def a_change_is_saved_with_what_was_known(stage):
    start_with_cache(stage)
    before = cache_of(stage).stat().st_ino
    stage.kernel.module('kernel/d.ko', imports=['a_symbol'])
    stage.expect_right_soon()  # it waits for quiet, so the module is old enough
    eventually(lambda: cache_of(stage).stat().st_ino != before, 'the cache is written')
    stage.restart_daemon()
    expect_equal(n_read(stage), 0, 'modules that were read')
    stage.expect_right()


@test
def what_changed_while_it_was_down_is_read(stage):
    start_with_cache(stage)
    stage.daemon.stop()
    stage.kernel.module('kernel/b.ko', ['b_symbol', 'more'], ['a_symbol'], aliases=['pci:new*'])
    (stage.kernel / 'kernel/sub/c.ko').unlink()
    time.sleep(AGED_SECONDS)
    stage.daemon.start()
    expect_equal(n_read(stage), 1, 'modules that were read')
    stage.expect_right()


def keep_times(path, change):
    before = path.stat()
    change(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def write_nonsense(path):
    """Of the size that it had."""
    path.write_bytes(b'x' * path.stat().st_size)


def put_older_one(path):
    """As a restored backup does: another inode, whole, and with an old time."""
    older = path.with_name('older')
    older.write_bytes(path.read_bytes()[:-2] + b'x\n')
    os.utime(older, (1, 1))
    older.rename(path)


EDITS = {
    'written': lambda path: path.write_text('kernel/a.ko: kernel/nonsense.ko\n'),
    'written, with its time': lambda path: keep_times(path, write_nonsense),
    'cut short': lambda path: os.truncate(path, path.stat().st_size // 2),
    'cut short, with its time': lambda path: keep_times(
        path, lambda cut: os.truncate(cut, cut.stat().st_size // 2)),
    'emptied': lambda path: path.write_text(''),
    'replaced by an older one': put_older_one,
    'removed': lambda path: path.unlink(),
    'a link': lambda path: (path.rename(path.with_name('moved')), path.symlink_to('moved')),
}


@test
def an_index_that_was_edited_while_it_was_down_is_repaired(stage):
    start_and_become_certain(stage)
    for name in ('modules.dep', 'modules.alias.bin', 'modules.softdep'):
        for what, edit in EDITS.items():
            stage.daemon.stop()
            path, before = stage.kernel / name, stage.daemon.log().count('repaired it')
            content = path.read_bytes()
            edit(path)
            stage.daemon.start()
            expect_equal(n_read(stage), 0, 'modules that were read')
            expect(not path.is_symlink() and path.read_bytes() == content,
                   f'{name} is right again that was {what}')
            expect_equal(stage.daemon.log().count('repaired it') - before, 1,
                         f'lines of the log about {name}, {what}')
    stage.expect_right()


@test
def an_index_that_is_right_is_not_rendered_at_the_start(stage):
    start_and_become_certain(stage)
    before = {path.name: path.stat() for path in stage.kernel.directory.glob('modules.*')}
    stage.daemon.stop()
    stage.daemon.start(prefix=['strace', '-D', '-f', '-qq', '-e', 'trace=openat', '-o',
                               stage.root.path / 'trace'])
    opened = (stage.root.path / 'trace').read_text()
    expect_equal(re.findall(r'"modules\.(?:dep|alias|symbols|softdep)[a-z.]*"', opened), [],
                 'index files that are read')
    expect_equal({path.name: path.stat() for path in stage.kernel.directory.glob('modules.*')},
                 before, 'the files')
    stage.expect_right()


@test
def a_damaged_cache_costs_one_line_and_one_reading(stage):
    start_with_cache(stage)
    stage.daemon.stop()
    content = bytearray(cache_of(stage).read_bytes())
    content[-3] ^= 1
    cache_of(stage).write_bytes(content)
    before = stage.daemon.log().count('of no use')
    stage.daemon.start()
    expect_equal(n_read(stage), N_MODULES, 'modules that were read')
    expect_equal(stage.daemon.log().count('of no use') - before, 1, 'lines of the log')
    stage.expect_right()
    eventually(cache_of(stage).exists, 'there is a new cache')
    stage.restart_daemon()
    expect_equal(n_read(stage), 0, 'modules that were read')
    expect_equal(stage.daemon.log().count('of no use') - before, 1, 'lines of the log')


@test
def a_cache_that_a_killed_daemon_left_is_right(stage):
    start_with_cache(stage)
    for number in range(5):
        stage.kernel.module(f'kernel/n{number}.ko', imports=['a_symbol'])
        stage.settle()
        time.sleep(0.002 * number)
        stage.daemon.stop(signal.SIGKILL)
        stage.daemon.start()
        stage.expect_right()


@test
def whoever_distrusts_it_has_all_modules_read(stage):
    start_with_cache(stage)
    stage.restart_daemon()
    stage.client.manager('Refresh', [stage.kernel.release], depmod1.REPARSE)
    expect_equal(n_read(stage), N_MODULES, 'modules that were read')


@test
def nothing_is_saved_without_a_place_for_it(stage):
    stage.some_modules()
    time.sleep(AGED_SECONDS)
    stage.start()
    stage.restart_daemon()
    expect_equal(n_read(stage), N_MODULES, 'modules that were read')
    expect(not (stage.root.path / 'var').exists(), 'it made a directory')


@test
def the_cache_of_a_kernel_goes_with_it(stage):
    start_with_cache(stage)
    shutil.rmtree(stage.kernel.directory / 'kernel')
    for name in ('modules.order', 'modules.builtin', 'modules.builtin.modinfo'):
        (stage.kernel / name).unlink(missing_ok=True)
    eventually(lambda: not cache_of(stage).exists(), 'the cache is gone')
    eventually(lambda: not list(folder_of(stage).iterdir()), 'nothing is left of it')


@test
def the_cache_of_a_directory_that_is_gone_goes_too(stage):
    start_with_cache(stage)
    shutil.rmtree(stage.kernel.directory)
    eventually(lambda: not cache_of(stage).exists(), 'the cache is gone')


def ask_privately(stage):
    """How many modules a private instance has read for one answer."""
    instance = PrivateInstance([str(stage.programs.depmodd), '--private-bus',
                                f'--root={stage.root.path}', f'--config={stage.daemon.config_path}'])
    try:
        instance.call(depmod1.kernel_path(stage.kernel.release), depmod1.KERNEL, 'ListModules', '*', 0)
        statistics = instance.call(depmod1.PATH, depmod1.MANAGER, 'GetStatistics')
        return int(statistics['RefreshedModules'])
    finally:
        instance.close()


@test
def a_private_instance_saves_and_knows_it(stage):
    folder_of(stage).mkdir(parents=True)
    stage.some_modules()
    time.sleep(AGED_SECONDS)
    expect_equal(ask_privately(stage), N_MODULES, 'modules that were read')
    eventually(cache_of(stage).exists, 'there is a cache')
    expect_equal(ask_privately(stage), 0, 'modules that were read')
    stage.start()
    expect_equal(n_read(stage), 0, 'modules that were read')
    stage.expect_right()


@test
def caches_of_kernels_that_went_while_it_was_down_are_swept(stage):
    start_with_cache(stage)
    stage.daemon.stop()
    for name in ('1.0-gone.cache', '.1.0-gone.cache.new', 'other.txt'):
        (folder_of(stage) / name).write_bytes(b'')
        (folder_of(stage) / name).chmod(0o600)
    stage.daemon.start()
    eventually(lambda: sorted(path.name for path in folder_of(stage).iterdir()) ==
               [cache_of(stage).name, 'other.txt'], 'only what is of use is left')
