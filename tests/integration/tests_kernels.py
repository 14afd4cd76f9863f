# SPDX-License-Identifier: LGPL-2.1-or-later
"""Kernels come, go, and get other names, and so does the directory of all of them."""

import os
import shutil
import time

from depmod_run import OUTPUTS
from module_root import INPUTS
from stage import Tests, eventually, expect, expect_equal

TESTS = test = Tests()


@test
def a_kernel_that_comes_is_indexed(stage):
    stage.start_with_modules()
    other = stage.root.kernel('1.2.3')
    stage.some_modules(other)
    expect_equal(stage.kernels(), ['1.2.3', stage.kernel.release], 'kernels')
    stage.expect_right_soon(other)
    stage.expect_no_litter(other)


@test
def a_kernel_that_is_renamed_in_is_indexed(stage):
    stage.start_with_modules()
    other = stage.root.kernel('.1.2.3')
    stage.some_modules(other)
    away = stage.folder / 'away'
    other.directory.rename(away)
    away.rename(stage.root.modules / '1.2.3')
    other.directory, other.release = stage.root.modules / '1.2.3', '1.2.3'
    expect_equal(stage.module_names(other), ['a', 'b', 'c'], 'modules')
    stage.expect_right_soon(other)


@test
def a_package_manager_can_remove_a_kernel(stage):
    """It removes what it knows of, file by file, and then the directories, which must be empty."""
    other = stage.root.kernel('1.2.3')
    stage.some_modules(other)
    stage.start_with_modules()
    stage.settle()
    for path in sorted(other.directory.rglob('*'), reverse=True):
        if path.name not in OUTPUTS:
            path.rmdir() if path.is_dir() else path.unlink()
    eventually(lambda: not other.outputs() or not other.directory.exists(), 'the files are gone')
    eventually(lambda: not other.directory.exists(), 'the directory is gone')
    expect_equal(stage.kernels(), [stage.kernel.release], 'kernels')
    stage.expect_right()


@test
def foreign_files_keep_the_directory_of_a_kernel_that_retires(stage):
    other = stage.root.kernel('1.2.3')
    stage.some_modules(other)
    (other / 'precious').write_text('precious')
    stage.start_with_modules()
    stage.settle()
    shutil.rmtree(other / 'kernel')
    for name in INPUTS:
        (other / name).unlink()
    eventually(lambda: not other.outputs(), 'the files are gone')
    expect_equal((other / 'precious').read_text(), 'precious', 'the foreign file')
    expect_equal(stage.kernels(), [stage.kernel.release], 'kernels')


@test
def a_kernel_with_nothing_but_lists_keeps_its_index(stage):
    stage.start_with_modules()
    shutil.rmtree(stage.kernel / 'kernel')
    (stage.kernel / 'modules.builtin').write_text('kernel/x.ko\n')
    stage.expect_right_soon()
    expect_equal(stage.kernel.outputs()['modules.dep'], b'', 'modules.dep')


@test
def a_directory_of_nothing_is_no_kernel(stage):
    stage.start_with_modules()
    empty, sources = stage.root.modules / 'empty', stage.root.modules / 'sources'
    empty.mkdir()
    sources.mkdir()
    (sources / 'build').symlink_to('/usr/src')
    (stage.root.modules / 'file').write_text('')
    time.sleep(0.6)
    expect_equal(stage.kernels(), [stage.kernel.release], 'kernels')
    expect_equal((os.listdir(empty), os.listdir(sources)), ([], ['build']), 'what is in it')


@test
def a_kernel_that_is_removed_at_once_is_gone(stage):
    other = stage.root.kernel('1.2.3')
    stage.some_modules(other)
    stage.start_with_modules()
    for _ in range(5):
        stage.settle()
        other.remove()
        expect_equal(stage.kernels(), [stage.kernel.release], 'kernels')
        time.sleep(0.4)
        expect(not other.directory.exists(), 'it was made again')
        other = stage.root.kernel('1.2.3')
        stage.some_modules(other)
        expect_equal(stage.kernels(), ['1.2.3', stage.kernel.release], 'kernels')
    stage.settle()
    stage.expect_right(other)


@test
def a_kernel_that_gets_another_name_is_another_kernel(stage):
    stage.start_with_modules()
    stage.settle()
    stage.kernel.directory.rename(stage.root.modules / '9.9.10')
    stage.kernel.directory, stage.kernel.release = stage.root.modules / '9.9.10', '9.9.10'
    expect_equal(stage.kernels(), ['9.9.10'], 'kernels')
    expect_equal(stage.module_names(), ['a', 'b', 'c'], 'modules')
    stage.kernel.module('kernel/d.ko')
    stage.expect_right_soon()


@test
def two_kernels_that_change_names_are_told_apart(stage):
    other = stage.root.kernel('1.2.3')
    other.module('kernel/z.ko')
    stage.start_with_modules()
    stage.settle()
    between = stage.root.modules / 'between'
    other.directory.rename(between)
    stage.kernel.directory.rename(other.directory)
    between.rename(stage.kernel.directory)
    expect_equal((stage.module_names(), stage.module_names(other)), (['z'], ['a', 'b', 'c']),
                 'modules')
    stage.settle()
    stage.expect_right()
    stage.expect_right(other)


@test
def the_directory_of_all_kernels_goes_and_comes_back(stage):
    stage.start_with_modules()
    for _ in range(3):
        shutil.rmtree(stage.root.modules)
        expect_equal(stage.kernels(), [], 'kernels')
        stage.root.modules.mkdir()
        stage.kernel = stage.root.kernel()
        stage.some_modules()
        expect_equal(stage.kernels(), [stage.kernel.release], 'kernels')
        stage.expect_right_soon()


@test
def the_directory_of_all_kernels_is_renamed_and_comes_back(stage):
    stage.start_with_modules()
    away = stage.root.path / 'away'
    stage.root.modules.rename(away)
    expect_equal(stage.kernels(), [], 'kernels')
    (away / stage.kernel.release / 'kernel/a.ko').unlink()
    away.rename(stage.root.modules)
    expect_equal(stage.module_names(), ['b', 'c'], 'modules')
    stage.expect_right_soon()


@test
def it_starts_before_there_are_kernels(stage):
    stage.kernel.remove()
    stage.root.modules.rmdir()
    stage.root.modules.parent.rmdir()
    stage.start()
    expect_equal(stage.kernels(), [], 'kernels')
    stage.root.modules.mkdir(parents=True)
    stage.kernel = stage.root.kernel()
    stage.some_modules()
    expect_equal(stage.kernels(), [stage.kernel.release], 'kernels')
    stage.expect_right_soon()


@test
def a_hundred_kernels_are_served(stage):
    kernels = [stage.root.kernel(f'5.{number}.0') for number in range(100)]
    for kernel in kernels:
        kernel.module('kernel/a.ko', ['a_symbol'])
        kernel.module('kernel/b.ko', [], ['a_symbol'])
    stage.start_with_modules()
    expect_equal(len(stage.kernels()), 101, 'kernels')
    stage.settle()
    for kernel in kernels[::20]:
        stage.expect_right(kernel)
        expect_equal(stage.module_names(kernel), ['a', 'b'], 'modules')


@test
def the_root_of_a_merged_usr_is_served(stage):
    """lib is a symlink, as on every distribution of today."""
    usr = stage.root.path / 'usr'
    usr.mkdir()
    stage.some_modules()
    stage.root.modules.parent.rename(usr / 'lib')
    (stage.root.path / 'lib').symlink_to('usr/lib')
    stage.start()
    expect_equal(stage.kernels(), [stage.kernel.release], 'kernels')
    stage.kernel.module('kernel/d.ko')
    stage.expect_right_soon()
    shutil.rmtree(usr / 'lib/modules')
    expect_equal(stage.kernels(), [], 'kernels')
    (usr / 'lib/modules').mkdir()
    stage.kernel = stage.root.kernel()
    stage.some_modules()
    expect_equal(stage.kernels(), [stage.kernel.release], 'kernels')


@test
def a_kernel_may_be_a_symlink_to_what_goes_and_comes(stage):
    stage.start_with_modules()
    place = stage.root.path / 'srv/kernel'
    place.parent.mkdir()
    shutil.copytree(stage.kernel.directory, place)
    (stage.root.modules / '1.2.3').symlink_to('../../srv/kernel')
    expect_equal(stage.kernels(), ['1.2.3', stage.kernel.release], 'kernels')
    place.rename(place.parent / 'away')
    expect_equal(stage.kernels(), [stage.kernel.release], 'kernels')
    (place.parent / 'away').rename(place)
    expect_equal(stage.kernels(), ['1.2.3', stage.kernel.release], 'kernels')


@test
def a_name_that_is_no_text_is_no_kernel(stage):
    """No message could tell of it, so it would keep those of all others from being told."""
    stage.start_with_modules()
    shutil.copytree(stage.kernel.directory, os.fsdecode(os.fsencode(stage.root.modules) + b'/1.2.\xff'))
    expect_equal(stage.kernels(), [stage.kernel.release], 'kernels')


@test
def modules_may_lie_elsewhere_below_the_root(stage):
    stage.root.modules.rename(stage.root.path / 'modules')
    stage.root.modules = stage.root.path / 'modules'
    stage.kernel = stage.root.kernel()
    stage.some_modules()
    stage.start('--module-dir=/modules')
    expect_equal(stage.kernels(), [stage.kernel.release], 'kernels')
    expect_equal(str(stage.client.get_manager('ModulesPath')).rstrip('/'), str(stage.root.modules),
                 'ModulesPath')
    stage.kernel.module('kernel/d.ko')
    stage.settle()
    expect(b'kernel/d.ko:' in stage.kernel.outputs()['modules.dep'], 'it is not indexed')
