# SPDX-License-Identifier: LGPL-2.1-or-later
"""-a: the old dependency file is added to."""

from depmod_run import OUTPUTS
from kernel import CLEAN, FAILED, PROBLEMS, Tests, expect, expect_same, module
from messages import (cycle, damaged_line, gone, left_out, no_module_line, not_indexed, shadowed)
from module_writer import compress

TESTS = test = Tests()

# Lines that no run would write like this: what stays as it is can be told from what is written anew.
OLD = b'kernel/b.ko: kernel/other.ko\nkernel/a.ko:   kernel/b.ko\n'


def fill(kernel, old=OLD, path='modules.dep'):
    for name in ('a', 'b', 'c'):
        kernel.module(f'kernel/{name}.ko', [f'of_{name}'], [f'of_{chr(ord(name) + 1)}'])
    kernel.module('kernel/d.ko', ['of_d'])
    if old is not None:
        kernel.file(path, old)


def expect_lines(kernel, kept, added, path='modules.dep'):
    """Those that were kept in their order, at the beginning, and then the others in any order."""
    content = (kernel / path).read_bytes()
    expect(content.startswith(kept), f'{path} begins {content[:200]}, expected {kept}')
    rest = content[len(kept):]
    expect(rest.endswith(b'\n') or not rest, f'the last line has no end: {rest}')
    actual = rest.decode().splitlines()
    expect(sorted(actual) == sorted(added), f'added: {actual}, expected {added}')


NEW = ['kernel/c.ko: kernel/d.ko', 'kernel/d.ko:']
ALL = ['kernel/a.ko: kernel/b.ko kernel/c.ko kernel/d.ko', 'kernel/b.ko: kernel/c.ko kernel/d.ko',
       *NEW]


@test
def lines_of_modules_that_exist_stay_and_new_ones_are_added(kernel):
    for option in ('-a', '--append'):
        fill(kernel)
        kernel.run(option).expect(CLEAN)
        expect_lines(kernel, OLD, NEW)


@test
def without_it_the_old_file_is_overwritten(kernel):
    fill(kernel)
    kernel.run().expect(CLEAN)
    expect_lines(kernel, b'', ALL)


@test
def modprobe_finds_the_same_in_the_binary_file(kernel):
    fill(kernel)
    kernel.run('-a').expect(CLEAN)
    index = (kernel / 'modules.dep.bin').read_bytes()
    for line in (kernel / 'modules.dep').read_bytes().splitlines():
        expect(line + b'\0' in index, f'not in modules.dep.bin: {line}')


@test
def the_other_files_tell_of_all_modules(kernel):
    fill(kernel, old=None)
    kernel.run().expect(CLEAN)
    expected = kernel.take_outputs()
    kernel.file('modules.dep', OLD)
    kernel.run('-a').expect(CLEAN)
    files = kernel.outputs()
    for name in OUTPUTS[2:]:
        expect_same(name, expected[name], files[name])


@test
def a_second_time_nothing_is_added(kernel):
    fill(kernel)
    kernel.run('-a').expect(CLEAN)
    before = kernel.outputs()
    kernel.run('-a').expect(CLEAN)
    expect(kernel.outputs() == before, 'the files have changed')


@test
def without_an_old_file_there_is_nothing_to_keep(kernel):
    fill(kernel, old=None)
    kernel.run('-a').expect(CLEAN)
    expect_lines(kernel, b'', ALL)
    expected = kernel.take_outputs()
    kernel.run().expect(CLEAN)
    expect(kernel.outputs() == expected, 'not what is written without -a')


@test
def an_empty_old_file_is_one_without_lines(kernel):
    fill(kernel, old=b'')
    kernel.run('-a').expect(CLEAN)
    expect_lines(kernel, b'', ALL)


@test
def lines_whose_file_is_gone_are_dropped_and_reported(kernel):
    fill(kernel, old=b'kernel/gone.ko: kernel/a.ko\n' + OLD + b'kernel/x.ko.xz:\n')
    kernel.run('-n', '-q', '-a').expect(PROBLEMS)
    kernel.run('-a').expect(PROBLEMS, gone('kernel/gone.ko'), gone('kernel/x.ko.xz'))
    expect_lines(kernel, OLD, NEW)
    kernel.run('-a').expect(CLEAN)


@test
def a_module_that_was_packed_since_gets_a_new_line(kernel):
    kernel.file('modules.dep', b'kernel/a.ko:\n')
    kernel.file('kernel/a.ko.xz', compress(module(), '.xz'))
    kernel.run('-a').expect(PROBLEMS, gone('kernel/a.ko'))
    expect_lines(kernel, b'', ['kernel/a.ko.xz:'])


@test
def a_module_that_is_hidden_now_loses_its_line(kernel):
    kernel.file('modules.dep', b'kernel/a.ko:\n')
    kernel.module('kernel/a.ko')
    kernel.module('updates/a.ko')
    kernel.run('-a').expect(PROBLEMS, not_indexed('kernel/a.ko'),
                            shadowed('kernel/a.ko', 'updates/a.ko', 'search updates'))
    expect_lines(kernel, b'', ['updates/a.ko:'])


@test
def a_member_of_a_cycle_loses_its_line(kernel):
    fill(kernel)
    kernel.module('kernel/b.ko', ['of_b'], ['of_b'])
    kernel.run('-a').expect(PROBLEMS, not_indexed('kernel/b.ko'), left_out('kernel/b.ko'),
                            cycle('b -> b'))
    expect_lines(kernel, b'kernel/a.ko:   kernel/b.ko\n', NEW)


@test
def a_last_line_without_an_end_gets_one(kernel):
    fill(kernel, old=OLD[:-1])
    kernel.run('-a').expect(CLEAN)
    expect_lines(kernel, OLD, NEW)


@test
def a_last_line_that_was_cut_short_is_a_line_of_its_own(kernel):
    fill(kernel, old=OLD + b'kernel/c.k')
    kernel.run('-a').expect(PROBLEMS, no_module_line('kernel/c.k'))
    expect_lines(kernel, OLD, NEW)


@test
def lines_without_a_colon_are_dropped_and_written_anew(kernel):
    fill(kernel, old=OLD + b'kernel/c.ko\nnonsense\n')
    kernel.run('-a').expect(PROBLEMS, damaged_line('kernel/c.ko'), no_module_line('nonsense'))
    expect_lines(kernel, OLD, NEW)


@test
def of_lines_for_one_module_the_first_stays(kernel):
    fill(kernel, old=OLD + b'kernel/a.ko: kernel/c.ko\n' + OLD)
    kernel.run('-a').expect(PROBLEMS, *[damaged_line(f'kernel/{name}.ko') for name in 'a'],
                            *map(damaged_line, ('kernel/a.ko', 'kernel/b.ko')))
    expect_lines(kernel, OLD, NEW)


@test
def empty_lines_are_dropped_in_silence(kernel):
    fill(kernel, old=b'\n\n' + OLD.replace(b'\n', b'\n\n'))
    kernel.run('-a').expect(CLEAN)
    expect_lines(kernel, OLD, NEW)


@test
def a_file_that_is_no_text_has_no_lines_to_keep(kernel):
    fill(kernel, old=bytes(range(256)) * 50 + b'\n' + OLD)
    result = kernel.run('-a')
    expect(result.status == PROBLEMS, f'exit status {result.status}')
    for message in result.messages():
        expect(message.startswith(f'{kernel.directory}/modules.dep: dropped the line of '), message)
        expect(len(message) < 6000, 'a message as long as the file')
    expect_lines(kernel, OLD, NEW)


@test
def a_line_for_what_is_no_module_is_dropped(kernel):
    fill(kernel, old=OLD + b': x\n.:\n../../../lib:\nkernel:\n')
    kernel.run('-a').expect(PROBLEMS, *map(no_module_line, ('', '.', '../../../lib', 'kernel')))
    expect_lines(kernel, OLD, NEW)


@test
def the_other_file_is_read_and_written_with_a_name(kernel):
    fill(kernel, path='elsewhere')
    kernel.file('modules.dep', b'kernel/d.ko: untouched\n')
    kernel.run('-a', '-E', kernel / 'elsewhere').expect(CLEAN)
    expect_lines(kernel, OLD, NEW, 'elsewhere')
    expect_lines(kernel, b'kernel/d.ko: untouched\n', [])


@test
def the_other_file_may_be_missing_or_in_another_directory(kernel):
    fill(kernel)
    other = kernel.root / 'other'
    other.mkdir()
    kernel.run('-a', '-E', other / 'deps').expect(CLEAN)
    expect_lines(kernel, b'', ALL, other / 'deps')
    (other / 'deps').write_bytes(OLD + b'kernel/gone.ko:\n')
    kernel.run('-a', '-E', 'deps', cwd=other).expect(PROBLEMS, gone('kernel/gone.ko', 'deps'))
    expect_lines(kernel, OLD, NEW, other / 'deps')
    expect_lines(kernel, OLD, [])


@test
def an_old_file_that_may_not_be_read_is_not_overwritten(kernel):
    fill(kernel)
    (kernel / 'modules.dep').chmod(0)
    kernel.run('-a').expect(FAILED, 'Cannot read @/modules.dep: Permission denied')
    (kernel / 'modules.dep').chmod(0o644)
    expect_lines(kernel, OLD, [])
    expect(sorted(kernel.outputs()) == ['modules.dep'], 'something was written')


@test
def an_old_file_that_is_a_directory_is_a_failure(kernel):
    fill(kernel, old=None)
    (kernel / 'modules.dep').mkdir()
    kernel.run('-a').expect(FAILED, 'Cannot read @/modules.dep: Is a directory')
    kernel.expect_nothing_written()


@test
def what_would_be_added_is_shown(kernel):
    fill(kernel)
    result = kernel.run('-a', '-n').expect(CLEAN, stdout=None)
    expect(OLD in result.stdout and b'kernel/c.ko: kernel/d.ko\n' in result.stdout,
           str(result.stdout))
    expect_lines(kernel, OLD, [])
