# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the index depends on: modules however they come, lists, configuration, files elsewhere."""

import os
import shutil
import subprocess

from module_writer import compress
from stage import Tests, eventually, expect, expect_equal

TESTS = test = Tests()

GARBAGE = b'\x7fELF' + bytes(range(256))


# Modules.

@test
def modules_that_come_in_all_ways_are_found(stage):
    stage.start_with_modules()
    kernel = stage.kernel
    content = stage.kernel.content(['n_symbol'])
    kernel.put_in_place('kernel/new1.ko', content)
    kernel.rename_in('kernel/new2.ko', content)
    os.link(kernel / 'kernel/a.ko', kernel / 'kernel/new3.ko')
    kernel.put_in_place('extra/deep/er/new4.ko', content)
    (kernel / 'kernel/new5.ko').symlink_to('a.ko')
    for number, ending in enumerate(('.gz', '.xz', '.zst'), 6):
        kernel.put_in_place(f'kernel/new{number}.ko{ending}', compress(content, ending))
    expect_equal(stage.module_names(), ['a', 'b', 'c', *(f'new{number}' for number in range(1, 9))],
                 'modules')
    stage.expect_right_soon()


@test
def files_that_are_no_modules_are_not_asked_about(stage):
    stage.start_with_modules()
    stage.settle()
    refreshes = stage.statistics()['Refreshes']
    for name in ('a.ko.dpkg-new', 'b.ko.dpkg-tmp', 'c.ko;5f3a2b1c', '.d.ko.Xa12Zz', 'e.txt', 'ko'):
        (stage.kernel / 'kernel' / name).write_bytes(GARBAGE)
    expect_equal(stage.module_names(), ['a', 'b', 'c'], 'modules')
    eventually(lambda: str(stage.property('State')) == 'settled', 'it is settled')
    expect(stage.statistics()['Refreshes'] - refreshes <= 1, 'it was refreshed more than once')


@test
def a_module_that_is_overwritten_is_read_again(stage):
    stage.start_with_modules()
    for number in range(20):
        stage.kernel.module('kernel/a.ko', ['a_symbol', f'symbol_{number:02d}'], aliases=['pci:a*'])
        providers, _ = stage.ask('FindSymbol', f'symbol_{number:02d}', 0)
        expect_equal([str(entry[0]) for entry in providers], ['a'], f'providers in round {number}')
    stage.settle()
    stage.expect_right()


@test
def times_are_not_believed(stage):
    """An older file of the same size and time, as tar and rsync leave them."""
    stage.start_with_modules()
    stage.settle()
    path = stage.kernel / 'kernel/a.ko'
    status = path.stat()
    content = path.read_bytes().replace(b'a_symbol', b'q_symbol')
    path.write_bytes(content)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    expect_equal(len(stage.ask('FindSymbol', 'q_symbol', 0)[0]), 1, 'providers')
    other = content.replace(b'q_symbol', b'w_symbol')
    path.unlink()
    path.write_bytes(other)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    expect_equal(len(stage.ask('FindSymbol', 'w_symbol', 0)[0]), 1, 'providers')
    stage.expect_right_soon()


@test
def a_directory_of_modules_comes_and_goes_at_once(stage):
    stage.start_with_modules()
    away = stage.folder / 'away'
    (away / 'inner').mkdir(parents=True)
    for name in ('x', 'inner/y'):
        (away / f'{name}.ko').write_bytes(stage.kernel.content())
    for _ in range(5):
        away.rename(stage.kernel / 'kernel/came')
        expect_equal(stage.module_names(), ['a', 'b', 'c', 'x', 'y'], 'modules')
        (stage.kernel / 'kernel/came').rename(away)
        expect_equal(stage.module_names(), ['a', 'b', 'c'], 'modules')
    stage.expect_right_soon()


@test
def a_changing_directory_number_confuses_nobody(stage):
    """The same inode number at once for another directory."""
    stage.start_with_modules()
    folder = stage.kernel / 'kernel/again'
    for number in range(50):
        folder.mkdir()
        (folder / f'x{number}.ko').write_bytes(stage.kernel.content())
        expect(f'x{number}' in stage.module_names(), f'x{number} is not there')
        shutil.rmtree(folder)
    expect_equal(stage.module_names(), ['a', 'b', 'c'], 'modules')


@test
def symlinked_modules_outside_of_the_tree_are_followed(stage):
    outside = stage.folder / 'outside'
    (outside / 'folder').mkdir(parents=True)
    (outside / 'x.ko').write_bytes(stage.kernel.content(['old_symbol']))
    (outside / 'folder/y.ko').write_bytes(stage.kernel.content())
    (stage.kernel / 'weak-updates').mkdir()
    (stage.kernel / 'weak-updates/x.ko').symlink_to(outside / 'x.ko')
    (stage.kernel / 'weak-updates/folder').symlink_to(outside / 'folder')
    stage.start_with_modules()
    expect_equal(stage.module_names(), ['a', 'b', 'c', 'x', 'y'], 'modules')
    stage.expect_right()
    (outside / 'x.ko').write_bytes(stage.kernel.content(['new_symbol']))
    expect_equal(len(stage.ask('FindSymbol', 'new_symbol', 0)[0]), 1, 'providers')
    stage.expect_right_soon()
    (outside / 'folder/z.ko').write_bytes(stage.kernel.content())
    expect_equal(stage.module_names(), ['a', 'b', 'c', 'x', 'y', 'z'], 'modules')
    (outside / 'x.ko').unlink()
    expect_equal(stage.module_names(), ['a', 'b', 'c', 'y', 'z'], 'modules')
    (outside / 'x.ko').write_bytes(stage.kernel.content())
    expect_equal(stage.module_names(), ['a', 'b', 'c', 'x', 'y', 'z'], 'modules')
    stage.expect_right_soon()


@test
def a_symlink_on_the_way_is_followed_when_it_changes(stage):
    outside = stage.folder / 'outside'
    for name in ('one', 'two'):
        (outside / name).mkdir(parents=True)
        (outside / name / f'{name}.ko').write_bytes(stage.kernel.content())
    (outside / 'current').symlink_to('one')
    (stage.kernel / 'extra').symlink_to(outside / 'current')
    stage.start_with_modules()
    expect_equal(stage.module_names(), ['a', 'b', 'c', 'one'], 'modules')
    (outside / 'next').symlink_to('two')
    (outside / 'next').rename(outside / 'current')
    expect_equal(stage.module_names(), ['a', 'b', 'c', 'two'], 'modules')


# Lists.

@test
def the_lists_of_a_kernel_count(stage):
    stage.start_with_modules()
    (stage.kernel / 'modules.builtin').write_text('kernel/built.ko\n')
    expect_equal(stage.module_names(), ['a', 'b', 'built', 'c'], 'modules')
    stage.expect_right_soon()
    (stage.kernel / 'modules.builtin.modinfo').write_bytes(b'built.alias=of:built\0')
    modules, _ = stage.ask('ResolveAlias', 'of:built', 0)
    expect_equal([str(module[0]) for module in modules], ['built'], 'modules')
    stage.expect_right_soon()
    (stage.kernel / 'modules.order').write_text('kernel/b.ko\nkernel/a.ko\n')
    stage.expect_right_soon()
    for name in ('modules.builtin', 'modules.builtin.modinfo', 'modules.order'):
        (stage.kernel / name).unlink()
    expect_equal(stage.module_names(), ['a', 'b', 'c'], 'modules')
    stage.settle()
    stage.expect_right()


# Configuration.

@test
def edits_of_the_configuration_count(stage):
    stage.some_modules()
    stage.kernel.module('updates/a.ko', ['updated_symbol'])
    stage.start()

    def path_of_a():
        return str(stage.ask('GetModule', 'a', 0)[0]['Path'])

    expect_equal(path_of_a(), 'updates/a.ko', 'the path without a file')
    stage.root.configure('search built-in updates\n')
    expect_equal(path_of_a(), 'kernel/a.ko', 'the path with a file')
    stage.expect_right_soon()
    stage.root.configure('search updates built-in\n', 'zz.conf')
    stage.root.configure('', 'test.conf')
    expect_equal(path_of_a(), 'updates/a.ko', 'the path with another file')
    (stage.root.config / 'zz.conf').unlink()
    stage.root.configure('exclude updates\n')
    expect_equal(path_of_a(), 'kernel/a.ko', 'the path with an exclusion')
    shutil.rmtree(stage.root.config)
    expect_equal(path_of_a(), 'updates/a.ko', 'the path without a folder')
    stage.root.config.mkdir()
    stage.root.configure('exclude updates\n')
    expect_equal(path_of_a(), 'kernel/a.ko', 'the path with a new folder')
    stage.expect_right_soon()


@test
def a_configuration_file_may_be_a_symlink(stage):
    stage.kernel.module('kernel/a.ko')
    stage.kernel.module('extra/a.ko')
    folder, target = stage.root.path / 'etc/depmod.d', stage.root.path / 'opt/order.conf'
    folder.mkdir(parents=True, exist_ok=True)
    target.parent.mkdir()
    target.write_text('search kernel extra\n')
    (folder / 'order.conf').symlink_to('../../opt/order.conf')
    stage.start()
    expect_equal(stage.ask('GetModule', 'a', 0)[0]['Path'], 'kernel/a.ko', 'path')
    target.write_text('search extra kernel\n')
    expect_equal(stage.ask('GetModule', 'a', 0)[0]['Path'], 'extra/a.ko', 'path')


@test
def a_folder_of_configuration_may_come_later(stage):
    shutil.rmtree(stage.root.path / 'etc')
    stage.some_modules()
    stage.start()
    for place in ('run/depmod.d', 'etc/depmod.d', 'usr/lib/depmod.d'):
        folder = stage.root.path / place
        folder.mkdir(parents=True)
        (folder / 'test.conf').write_text('exclude a.ko\n')
        expect_equal(stage.module_names(), ['b', 'c'], f'modules with {place}')
        shutil.rmtree(folder)
        expect_equal(stage.module_names(), ['a', 'b', 'c'], f'modules without {place}')


@test
def external_directories_are_watched(stage):
    external = stage.root.path / 'external'
    external.mkdir()
    stage.some_modules()
    stage.root.configure(f'external * {external}\nsearch external updates built-in\n')
    stage.start()
    (external / 'x.ko').write_bytes(stage.kernel.content())
    expect_equal(stage.module_names(), ['a', 'b', 'c', 'x'], 'modules')
    stage.settle()
    stage.expect_right()
    (external / 'x.ko').unlink()
    expect_equal(stage.module_names(), ['a', 'b', 'c'], 'modules')


# What is wrong with modules.

@test
def a_garbage_file_harms_only_itself(stage):
    stage.start_with_modules()
    for name, content in (('empty', b''), ('text', b'text'), ('garbage', GARBAGE),
                          ('cut', (stage.kernel / 'kernel/b.ko').read_bytes()[:200])):
        stage.kernel.put_in_place(f'kernel/{name}.ko', content)
    stage.kernel.put_in_place('kernel/gz.ko.gz', b'\x1f\x8bgarbage')
    expect(set(stage.module_names()) >= {'a', 'b', 'c'}, f'only {stage.module_names()}')
    paths = {path for _, path in stage.problems()}
    for name in ('empty.ko', 'text.ko', 'garbage.ko', 'cut.ko', 'gz.ko.gz'):
        expect(f'kernel/{name}' in paths, f'no problem with {name}: {stage.problems()}')
    stage.settle()
    stage.expect_right()
    expect_equal(int(stage.property('NProblems')), len(stage.problems()), 'NProblems')
    for name in ('empty.ko', 'text.ko', 'garbage.ko', 'cut.ko', 'gz.ko.gz'):
        (stage.kernel / 'kernel' / name).unlink()
    expect_equal(stage.problems(), [], 'problems')
    stage.expect_right_soon()


@test
def a_cycle_harms_only_itself(stage):
    stage.start_with_modules()
    stage.kernel.module('kernel/x.ko', ['x_symbol'], ['y_symbol'])
    stage.kernel.module('kernel/y.ko', ['y_symbol'], ['x_symbol'])
    stage.kernel.module('kernel/d.ko', [], ['b_symbol'])
    expect('dependency-cycle' in {code for code, _ in stage.problems()}, str(stage.problems()))
    order, _, _ = stage.ask('GetLoadOrder', ['d'], 0)
    expect_equal([str(entry[0]) for entry in order], ['a', 'b', 'd'], 'the order')
    stage.settle()
    dep = stage.kernel.outputs()['modules.dep'].decode()
    expect('kernel/d.ko: kernel/b.ko kernel/a.ko\n' in dep, dep)
    (stage.kernel / 'kernel/y.ko').unlink()
    expect('dependency-cycle' not in {code for code, _ in stage.problems()}, 'it is still told')
    stage.expect_right_soon()


@test
def a_problem_is_told_with_its_module(stage):
    stage.start_with_modules()
    stage.kernel.module('kernel/x.ko', ['a_symbol'])
    problems = stage.ask('ListProblems', 0)[0]
    told = [problem for problem in problems if str(problem[1]) == 'duplicate-export']
    expect_equal(len(told), 1, f'problems of the kind in {problems}')
    severity, _, module, path, message, _ = told[0]
    expect(str(severity) in ('error', 'warning', 'info'), f'severity {severity}')
    expect(str(module) in ('a', 'x') and str(path).endswith(f'kernel/{module}.ko'), str(told))
    expect('a_symbol' in str(message), str(message))


@test
def a_module_that_cannot_be_read_harms_only_itself(stage):
    stage.start_with_modules()
    (stage.kernel / 'kernel/loop.ko').symlink_to('loop.ko')
    (stage.kernel / 'kernel/nowhere.ko').symlink_to('none')
    os.mkfifo(stage.kernel / 'kernel/pipe.ko')
    (stage.kernel / 'kernel/folder.ko').mkdir()
    expect_equal(stage.module_names(), ['a', 'b', 'c'], 'modules')
    stage.settle()
    stage.expect_right()


@test
def shadowed_modules_come_back(stage):
    stage.start_with_modules()
    stage.kernel.module('updates/a.ko', ['a_symbol'], aliases=['new:a'])
    expect_equal(str(stage.ask('GetModule', 'a', 0)[0]['Path']), 'updates/a.ko', 'the path')
    stage.expect_right_soon()
    (stage.kernel / 'updates/a.ko').unlink()
    expect_equal(str(stage.ask('GetModule', 'a', 0)[0]['Path']), 'kernel/a.ko', 'the path')
    stage.expect_right_soon()


@test
def modules_are_copied_by_other_programs(stage):
    stage.start_with_modules()
    away = stage.folder / 'away'
    away.mkdir()
    for name in ('x', 'y'):
        (away / f'{name}.ko').write_bytes(stage.kernel.content([f'{name}_symbol']))
    target = stage.kernel / 'kernel'
    for command in (['cp', away / 'x.ko', target], ['install', '-m', '644', away / 'y.ko', target],
                    ['cp', '-f', '--remove-destination', away / 'y.ko', target / 'z.ko'],
                    ['gzip', target / 'x.ko'], ['sed', '-i', 's/y_symbol/w_symbol/g', target / 'y.ko'],
                    ['mv', target / 'z.ko', target / 'u.ko']):
        subprocess.run(command, check=True)
    expect_equal(stage.module_names(), ['a', 'b', 'c', 'u', 'x', 'y'], 'modules')
    expect_equal(len(stage.ask('FindSymbol', 'w_symbol', 0)[0]), 1, 'providers')
    stage.expect_right_soon()
