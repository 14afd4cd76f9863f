# SPDX-License-Identifier: LGPL-2.1-or-later
"""Somebody else writes index files: what is right is adopted, what is wrong is repaired, once."""

import os
import shutil
import subprocess
import time

from depmod_run import OUTPUTS
from references import fetch_kmod
from stage import Tests, eventually, expect, expect_equal

TESTS = test = Tests()

DAMAGED = ('modules.dep', 'modules.dep.bin', 'modules.alias.bin', 'modules.symbols')


def quiet(stage):
    """Longer than it takes until a change is published."""
    stage.settle(stage.kernel.release)
    time.sleep(0.6)


def run_kmod(stage, suite):
    """That of another project, as a package's script calls it."""
    kmod = fetch_kmod(suite)
    subprocess.run([kmod / 'depmod', '-C', stage.root.config, '-b', stage.root.path,
                    stage.kernel.release], check=True, capture_output=True)


def damage(stage, change, expect_once=True):
    """change(path) of one file after the other. Each is repaired."""
    stage.start_with_modules()
    quiet(stage)
    publications = stage.statistics()['Publications']
    for name in DAMAGED:
        change(stage.kernel / name)
        stage.expect_right_soon()
        stage.expect_no_litter()
    quiet(stage)
    made = stage.statistics()['Publications'] - publications
    if expect_once:
        expect_equal(int(made), len(DAMAGED), 'publications')
    stage.expect_right()


# What is right.

@test
def the_depmod_of_kmod_34_is_adopted_without_a_write(stage):
    stage.start_with_modules()
    quiet(stage)
    run_kmod(stage, 'trixie')
    identities = stage.identities()
    publications = stage.statistics()['Publications']
    time.sleep(1)
    expect_equal(stage.identities(), identities, 'files')
    expect_equal(stage.statistics()['Publications'], publications, 'publications')
    expect_equal(str(stage.property('State')), 'settled', 'State')
    stage.expect_right()


@test
def the_depmod_of_kmod_30_is_adopted_without_a_write(stage):
    """Its binary files say the same in another order, and it writes no modules.weakdep."""
    stage.start_with_modules()
    quiet(stage)
    run_kmod(stage, 'bookworm')
    identities = stage.identities()
    time.sleep(1)
    expect_equal(stage.identities(), identities, 'files')
    expect_equal(str(stage.property('State')), 'settled', 'State')
    intact, findings = stage.ask('Verify', 0)
    expect(intact, *findings)


@test
def our_own_depmod_is_adopted_without_a_write(stage):
    stage.start_with_modules()
    quiet(stage)
    for _ in range(3):
        stage.programs.engine.index_in_place(stage.root.path, stage.kernel.release)
    identities = stage.identities()
    time.sleep(1)
    expect_equal(stage.identities(), identities, 'files')
    stage.expect_right()


@test
def a_depmod_run_right_after_a_change_is_no_quarrel(stage):
    stage.start_with_modules()
    for number in range(5):
        stage.kernel.module(f'kernel/x{number}.ko', imports=['a_symbol'])
        stage.programs.engine.index_in_place(stage.root.path, stage.kernel.release)
    quiet(stage)
    stage.expect_right()
    before = stage.statistics()
    time.sleep(1)
    expect_equal(stage.statistics()['Publications'], before['Publications'], 'publications')


# What is wrong.

@test
def a_wrong_file_is_repaired_once(stage):
    damage(stage, lambda path: path.write_bytes(b'kernel/none.ko:\n'))


@test
def a_wrong_file_that_is_renamed_into_place_is_repaired_once(stage):
    def change(path):
        staged = path.with_name('staged')
        staged.write_bytes(b'kernel/none.ko:\n')
        staged.rename(path)

    damage(stage, change)


@test
def a_truncated_file_is_repaired_once(stage):
    def change(path):
        with open(path, 'r+b') as file:
            file.truncate(path.stat().st_size // 2)

    damage(stage, change)


@test
def an_emptied_file_is_repaired_once(stage):
    damage(stage, lambda path: path.write_bytes(b''))


@test
def a_deleted_file_is_repaired_once(stage):
    damage(stage, lambda path: path.unlink())


@test
def a_patched_file_of_the_same_size_is_repaired(stage):
    def change(path):
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        with open(path, 'r+b') as file:
            file.write(content)

    damage(stage, change)


@test
def a_symlink_in_place_of_a_file_is_replaced(stage):
    """What it points to is not written."""
    precious = stage.folder / 'precious'
    precious.write_bytes(b'precious')

    def change(path):
        path.unlink()
        path.symlink_to(precious)

    damage(stage, change, expect_once=False)
    expect_equal(precious.read_bytes(), b'precious', 'the target')
    expect(not (stage.kernel / 'modules.dep').is_symlink(), 'it is still a symlink')


@test
def an_empty_folder_in_place_of_a_file_is_replaced(stage):
    stage.start_with_modules()
    path = stage.kernel / 'modules.dep'
    path.unlink()
    path.mkdir()
    stage.expect_right_soon()


@test
def a_folder_in_place_of_a_file_is_a_failure_until_it_goes(stage):
    stage.start_with_modules()
    path = stage.kernel / 'modules.dep'
    path.unlink()
    path.mkdir()
    (path / 'precious').write_text('precious')
    eventually(lambda: str(stage.property('State')) == 'failed', 'it has failed')
    expect_equal(stage.module_names(), ['a', 'b', 'c'], 'modules')
    (path / 'precious').unlink()
    path.rmdir()
    stage.expect_right_soon(seconds=20)


@test
def an_older_index_is_repaired(stage):
    """Somebody restores a whole set from a backup."""
    stage.start_with_modules()
    quiet(stage)
    old = stage.kernel.outputs()
    stage.kernel.module('kernel/d.ko', imports=['b_symbol'], aliases=['pci:d*'])
    quiet(stage)
    for name, content in old.items():
        (stage.kernel / name).write_bytes(content)
    stage.expect_right_soon()


@test
def what_was_repaired_is_told(stage):
    stage.start_with_modules()
    quiet(stage)
    (stage.kernel / 'modules.dep').write_bytes(b'')
    stage.expect_right_soon()
    eventually(lambda: 'modules.dep' in stage.daemon.log(), 'it is in the log')


@test
def verify_tells_what_is_wrong(stage):
    stage.start_with_modules()
    quiet(stage)
    release = stage.client.manager('Inhibit', 'test', 'to look at damage', 0)
    (stage.kernel / 'modules.dep').write_bytes(b'')
    (stage.kernel / 'modules.alias').unlink()
    intact, findings = stage.ask('Verify', 0)
    expect(not intact, 'it is said to be intact')
    expect_equal(sorted(str(finding[0]) for finding in findings), ['modules.alias', 'modules.dep'],
                 'files')
    os.close(release.take())
    stage.expect_right_soon()


# What is gone.

@test
def all_files_removed_at_once_are_withdrawn(stage):
    stage.start_with_modules()
    quiet(stage)
    for name in OUTPUTS:
        (stage.kernel / name).unlink()
    eventually(lambda: str(stage.property('State')) == 'withdrawn', 'it is withdrawn')
    time.sleep(1)
    expect_equal(stage.kernel.outputs(), {}, 'files')
    expect_equal(stage.module_names(), ['a', 'b', 'c'], 'modules')
    stage.kernel.module('kernel/d.ko')
    stage.expect_right_soon()
    expect_equal(str(stage.property('State')), 'settled', 'State')


@test
def a_withdrawn_index_comes_back_when_it_is_asked_for(stage):
    stage.start_with_modules()
    quiet(stage)
    for name in OUTPUTS:
        (stage.kernel / name).unlink()
    eventually(lambda: str(stage.property('State')) == 'withdrawn', 'it is withdrawn')
    stage.client.manager('Refresh', [stage.kernel.release], 0)
    stage.expect_right()


@test
def a_damage_done_while_it_was_away_is_repaired_at_the_start(stage):
    stage.start_with_modules()
    quiet(stage)
    stage.daemon.stop()
    (stage.kernel / 'modules.dep.bin').write_bytes(b'')
    (stage.kernel / 'modules.alias').unlink()
    (stage.kernel / '.modules.dep.depmodd-abcdef').write_bytes(b'')
    stage.kernel.module('kernel/d.ko')
    stage.daemon.start()
    stage.expect_right()


@test
def another_kernels_index_is_repaired(stage):
    other = stage.root.kernel('1.2.3')
    other.module('kernel/z.ko')
    stage.start_with_modules()
    stage.settle()
    time.sleep(0.5)
    for name in OUTPUTS:
        shutil.copy(other / name, stage.kernel / name)
    stage.expect_right_soon()
    stage.expect_right(other)
