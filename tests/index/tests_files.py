# SPDX-License-Identifier: LGPL-2.1-or-later
"""-E, -F and -n: which files are written, and where."""

import os
import stat

from depmod_run import OUTPUTS
from kernel import CLEAN, FAILED, INPUTS, PROBLEMS, Tests, expect, expect_same
from messages import unreadable

TESTS = test = Tests()

TEXTS = tuple(name for name in OUTPUTS if not name.endswith('.bin'))


def fill(kernel):
    """What is written for it."""
    kernel.module('kernel/a.ko', [], ['shared'], modinfo=['alias=x', 'softdep=pre: y'])
    kernel.module('kernel/b.ko', ['shared'])
    kernel.run().expect(CLEAN)
    return kernel.take_outputs()


def expect_files(kernel, expected, **moved):
    """moved: what is beside the others, or elsewhere, by the name of the file it replaces."""
    files = kernel.outputs()
    for name in expected:
        place = moved.get(name.replace('.', '_'))
        if place:
            expect_same(name, expected[name], place.read_bytes())
            expect(stat.S_IMODE(place.stat().st_mode) == 0o644, f'the mode of {place}')
            expect(name not in files, f'{name} was written, too')
        else:
            expect(name in files, f'{name} was not written')
            expect_same(name, expected[name], files[name])


# -E and -F.

@test
def the_dependency_file_gets_another_name(kernel):
    expected = fill(kernel)
    for option in (('-E', kernel / 'deps'), (f'--dep-file={kernel / "deps"}',)):
        kernel.run(*option).expect(CLEAN)
        expect_files(kernel, expected, modules_dep=kernel / 'deps')
        kernel.take_outputs()


@test
def the_binary_file_gets_another_name(kernel):
    expected = fill(kernel)
    for option in (('-F', kernel / 'deps.bin'), (f'--dep-bin-file={kernel / "deps.bin"}',)):
        kernel.run(*option).expect(CLEAN)
        expect_files(kernel, expected, modules_dep_bin=kernel / 'deps.bin')
        kernel.take_outputs()


@test
def both_may_lie_in_other_directories(kernel):
    expected = fill(kernel)
    places = [kernel.root / 'one/deps', kernel.root / 'two/deps']
    for place in places:
        place.parent.mkdir()
    kernel.run('-E', places[0], '-F', places[1]).expect(CLEAN)
    expect_files(kernel, expected, modules_dep=places[0], modules_dep_bin=places[1])
    for place in places:
        expect(os.listdir(place.parent) == ['deps'], f'leftovers: {os.listdir(place.parent)}')


@test
def relative_names_are_those_of_the_caller(kernel):
    expected = fill(kernel)
    folder = kernel.root / 'here/below'
    folder.mkdir(parents=True)
    kernel.run('-E', 'deps', '-F', '../deps.bin', cwd=folder).expect(CLEAN)
    expect_files(kernel, expected, modules_dep=folder / 'deps',
                 modules_dep_bin=kernel.root / 'here/deps.bin')


@test
def the_usual_names_may_be_given(kernel):
    expected = fill(kernel)
    kernel.run('-E', kernel / 'modules.dep', '-F', 'modules.dep.bin',
               cwd=kernel.directory).expect(CLEAN)
    expect_files(kernel, expected)


@test
def the_usual_names_may_be_exchanged(kernel):
    expected = fill(kernel)
    kernel.run('-E', 'modules.dep.bin', '-F', 'modules.dep', cwd=kernel.directory).expect(CLEAN)
    expect_same('modules.dep.bin as text', expected['modules.dep'],
                (kernel / 'modules.dep.bin').read_bytes())
    expect_same('modules.dep as index', expected['modules.dep.bin'],
                (kernel / 'modules.dep').read_bytes())


@test
def an_older_file_is_replaced(kernel):
    expected = fill(kernel)
    kernel.file('deps', b'old and longer than what comes\n' * 100)
    kernel.run('-E', kernel / 'deps').expect(CLEAN)
    expect_files(kernel, expected, modules_dep=kernel / 'deps')


@test
def a_link_stays_a_link(kernel):
    expected = fill(kernel)
    (kernel.root / 'other').mkdir()
    target = kernel.root / 'other/target'
    target.write_bytes(b'old\n')
    (kernel / 'deps').symlink_to(target)
    kernel.run('-E', kernel / 'deps').expect(CLEAN)
    expect((kernel / 'deps').is_symlink(), 'the link was replaced')
    expect_files(kernel, expected, modules_dep=target)


@test
def one_file_cannot_be_two(kernel):
    fill(kernel)
    (kernel.root / 'link').symlink_to(kernel.directory)
    pairs = [(kernel.root / 'deps', kernel.root / 'deps'),
             (kernel.root / 'deps', f'{kernel.root}/lib/../deps'),
             (kernel / 'deps', kernel.root / 'link/deps')]
    for text, binary in pairs:
        for options in ((), ('-n',)):
            kernel.run('-E', text, '-F', binary, *options).expect(
                FAILED, 'Cannot write two things to one file: deps: File exists')
        expect(not text.exists(), f'{text} was written')
    kernel.expect_nothing_written()


@test
def names_of_other_files_of_the_kernel_are_taken(kernel):
    fill(kernel)
    for option, names in (('-E', set(OUTPUTS) - {'modules.dep'}),
                          ('-F', set(OUTPUTS) - {'modules.dep.bin'})):
        for name in sorted(names) + list(INPUTS):
            kernel.run(option, kernel / name).expect(
                FAILED, f'Cannot write two things to one file: {name}: File exists')
    kernel.expect_nothing_written()
    for name in INPUTS:
        expect((kernel / name).read_bytes() == b'', f'{name} was written')


@test
def the_same_names_elsewhere_are_free(kernel):
    expected = fill(kernel)
    place = kernel.root / 'modules.alias'
    kernel.run('-E', place).expect(CLEAN)
    expect_files(kernel, expected, modules_dep=place)


@test
def a_directory_is_no_file(kernel):
    fill(kernel)
    for option in ('-E', '-F'):
        for path in (kernel.root, f'{kernel.root}/', '/', '.', f'{kernel.root}/none/'):
            kernel.run(option, path).expect(FAILED, f'Cannot write {path}: Is a directory')
    kernel.expect_nothing_written()


@test
def what_is_no_file_is_not_replaced(kernel):
    fill(kernel)
    os.mkfifo(kernel.root / 'fifo')
    (kernel.root / 'null').symlink_to('/dev/null')
    for option in ('-E', '-F'):
        for path in ('/dev/null', kernel.root / 'fifo', kernel.root / 'null'):
            kernel.run(option, path).expect(
                FAILED, f'Cannot write {path}, which is no regular file: Operation not supported')
    expect(stat.S_ISCHR(os.stat('/dev/null').st_mode), '/dev/null is gone')
    kernel.expect_nothing_written()


@test
def a_directory_for_the_file_must_be_there(kernel):
    fill(kernel)
    (kernel.root / 'nowhere').symlink_to('/no/such/file')
    for option in ('-E', '-F'):
        for path in ('/no/such/folder/deps', kernel.root / 'nowhere'):
            kernel.run(option, path).expect(
                FAILED, f'Cannot write {path}: No such file or directory')
        kernel.run(option, kernel / 'modules.order/deps').expect(
            FAILED, 'Cannot write @/modules.order/deps: Not a directory')
    kernel.expect_nothing_written()


@test
def where_one_may_not_write_nothing_changes(kernel):
    fill(kernel)
    place = kernel.root / 'locked'
    place.mkdir(0o555)
    for option in ('-E', '-F'):
        kernel.run(option, place / 'deps').expect(
            FAILED, f'Cannot write {place}/deps, all files are as they were: Permission denied')
    place.chmod(0)
    for option in ('-E', '-F'):
        kernel.run(option, place / 'deps').expect(
            FAILED, f'Cannot write {place}/deps: Permission denied')
    kernel.expect_nothing_written()
    place.chmod(0o755)


@test
def in_a_read_only_directory_nothing_changes(kernel):
    expected = fill(kernel)
    kernel.file('modules.dep', b'old\n')
    kernel.directory.chmod(0o555)
    kernel.run().expect(
        FAILED, 'Cannot write @/modules.dep, all files are as they were: Permission denied')
    expect(kernel.outputs() == {'modules.dep': b'old\n'}, 'something was written')
    kernel.run('-n').expect(CLEAN, stdout=None)
    kernel.directory.chmod(0o755)
    kernel.run().expect(CLEAN)
    expect_files(kernel, expected)


@test
def a_long_name_is_a_failure(kernel):
    fill(kernel)
    name = 'x' * 250
    kernel.run('-E', kernel / name).expect(
        FAILED, f'Cannot write @/{name}, all files are as they were: File name too long')
    kernel.expect_nothing_written()


# -n.

def sections(stdout):
    """The files that a dry run shows: {path: (size, text)}"""
    files, path = {}, None
    for line in stdout.splitlines(keepends=True):
        if line.startswith(b'==> '):
            path, size = line[4:].decode().rsplit(', ', 1)
            files[path] = [int(size.split()[0]), b'']
        else:
            files[path][1] += line
    return files


def expect_shown(kernel, expected, stdout, **moved):
    shown = sections(stdout)
    expect(len(shown) == len(expected), f'shown: {sorted(shown)}')
    for name, content in expected.items():
        place = str(moved.get(name.replace('.', '_'), kernel / name))
        expect(place in shown, f'{place} is not shown')
        size, text = shown[place]
        expect(size == len(content), f'{place} has {size} bytes instead of {len(content)}')
        expect_same(place, content if name in TEXTS else b'', text)


@test
def a_dry_run_writes_nothing_and_prints_what_would_be_written(kernel):
    expected = fill(kernel)
    before = sorted(os.listdir(kernel.directory))
    for option in ('-n', '--dry-run'):
        result = kernel.run(option).expect(CLEAN, stdout=None)
        expect_shown(kernel, expected, result.stdout)
    expect(sorted(os.listdir(kernel.directory)) == before, 'something was written')


@test
def a_dry_run_leaves_old_files_alone(kernel):
    fill(kernel)
    for name in OUTPUTS:
        kernel.file(name, b'old\n')
    kernel.run('-n').expect(CLEAN, stdout=None)
    expect(set(kernel.outputs().values()) == {b'old\n'}, 'something was written')


@test
def a_dry_run_tells_problems_too(kernel):
    fill(kernel)
    kernel.file('kernel/empty.ko')
    told = unreadable('kernel/empty.ko', 'damaged or cut short')
    for options in (('-n',), ('-n', '-v')):
        kernel.run(*options).expect(PROBLEMS, told, stdout=None)
    kernel.expect_nothing_written()


@test
def a_dry_run_shows_the_files_by_their_other_names(kernel):
    """Text is text and an index is an index, whatever they are called."""
    expected = fill(kernel)
    place = kernel.root / 'text.bin'
    result = kernel.run('-n', '-E', place, '-F', 'index', cwd=kernel.root).expect(CLEAN, stdout=None)
    expect_shown(kernel, expected, result.stdout, modules_dep=place, modules_dep_bin='index')
    expect(not place.exists(), 'something was written')


@test
def a_quiet_dry_run_only_tells_by_its_status(kernel):
    fill(kernel)
    for options in (('-n', '-q'), ('-qn',), ('-q', '-n', '-v')):
        kernel.run(*options).expect(CLEAN)
        kernel.file('kernel/empty.ko')
        kernel.run(*options).expect(PROBLEMS)
        (kernel / 'kernel/empty.ko').unlink()
    kernel.run('-n', '-q', '--symvers=/no/such/list').expect(FAILED)
    kernel.expect_nothing_written()


@test
def a_verbose_dry_run_lists_the_modules_once(kernel):
    expected = fill(kernel)
    result = kernel.run('-n', '-v').expect(CLEAN, stdout=None)
    expect_shown(kernel, expected, result.stdout)
