# SPDX-License-Identifier: LGPL-2.1-or-later
"""Which kernel is meant: its directory, its version, and what it exports."""

import os
from pathlib import Path

from kernel import CLEAN, FAILED, INPUTS, PROBLEMS, VERMAGIC, Tests, expect
from messages import disagreement, missing, missing_input, unknown_kernel, wrong_version

TESTS = test = Tests()

RUNNING = os.uname().release


def needing(kernel, *symbols):
    kernel.module('kernel/a.ko', imports=symbols)


# The directory.

@test
def a_kernel_directory_is_taken_as_it_is(kernel):
    needing(kernel)
    for option in (('-b', kernel.directory), (f'--kernel-dir={kernel.directory}',),
                   ('-b', f'{kernel.directory}///')):
        kernel.run_plain(*option, kernel.version).expect(CLEAN)
        kernel.expect_indexed('kernel/a.ko:')
        kernel.take_outputs()


@test
def a_root_that_holds_it_is_taken_too(kernel):
    needing(kernel)
    for root in (kernel.root, f'{kernel.root}/'):
        kernel.run_plain('-b', root, kernel.version).expect(CLEAN)
        kernel.expect_indexed('kernel/a.ko:')
        kernel.take_outputs()


@test
def relative_paths_are_those_of_the_caller(kernel):
    needing(kernel)
    for cwd, path in ((kernel.root, '.'), (kernel.directory, '.'), (kernel.directory, '../../..'),
                      (kernel.root / 'lib', 'modules/9.9.9')):
        kernel.run_plain('-b', path, kernel.version, cwd=cwd).expect(CLEAN)
        kernel.expect_indexed('kernel/a.ko:')
        kernel.take_outputs()


@test
def modules_anywhere_make_a_kernel_directory(kernel):
    for path in ('a.ko', 'extra/deep/a.ko.gz', 'kernel/a.ko'):
        directory = kernel.root / Path(path).parts[0].split('.')[0] / 'm'
        (directory / path).parent.mkdir(parents=True)
        (directory / path).write_bytes(b'')
        result = kernel.run_plain('-b', directory)
        expect(result.status == PROBLEMS, f'{path}: exit status {result.status}')
        expect((directory / 'modules.dep').read_text() == f'{path}:\n', f'{path} is not indexed')


@test
def a_directory_of_nothing_is_no_kernel_directory(kernel):
    empty = kernel.root / 'empty'
    empty.mkdir()
    kernel.run_plain('-b', empty, '9.9.9').expect(
        FAILED, f'Cannot index {empty}, which holds no modules and no lib/modules/9.9.9: '
        'No such file or directory')
    expect(not list(empty.iterdir()), 'something was written')


@test
def below_lib_modules_it_is_one_even_then(kernel):
    for name in INPUTS:
        (kernel / name).unlink()
    kernel.run_plain('-b', kernel.root, kernel.version).expect(CLEAN, *map(missing_input, INPUTS))
    kernel.expect_indexed()


@test
def a_kernel_directory_may_have_lost_all_modules(kernel):
    needing(kernel)
    kernel.run().expect(CLEAN)
    (kernel / 'kernel/a.ko').unlink()
    kernel.run().expect(CLEAN)
    kernel.expect_indexed()


@test
def a_missing_directory_is_a_failure(kernel):
    kernel.run_plain('-b', '/no/such/place', '9.9.9').expect(
        FAILED, 'Cannot index /no/such/place: No such file or directory')
    kernel.run_plain('9.9.9-none').expect(
        FAILED, 'Cannot index /lib/modules/9.9.9-none: No such file or directory')


@test
def a_root_without_the_version_is_not_indexed_itself(kernel):
    needing(kernel)
    for options in ((), ('-n',)):
        kernel.run_plain('-b', kernel.root, *options, '1.1.1').expect(
            FAILED, f'Cannot index {kernel.root}/lib/modules/1.1.1: No such file or directory')
    kernel.run_plain('-b', kernel.root).expect(
        FAILED, f'Cannot index {kernel.root}/lib/modules/{RUNNING}, where the running kernel\'s '
        'modules would be: No such file or directory')
    expect(not (kernel.root / 'modules.dep').exists(), 'the root was indexed')


@test
def a_file_is_no_directory(kernel):
    path = kernel.module('kernel/a.ko')
    kernel.run_plain('-b', path, '9.9.9').expect(FAILED, f'Cannot index {path}: Not a directory')


@test
def the_default_is_the_running_kernel(kernel):
    """Without writing: it may be there."""
    directory = f'/lib/modules/{RUNNING}'
    result = kernel.run_plain('-n')
    if Path(directory).is_dir():
        expect(f'==> {directory}/modules.dep, ' in result.stdout.decode(), 'not the running one')
    else:
        result.expect(FAILED, f'Cannot index {directory}, where the running kernel\'s modules '
                      'would be: No such file or directory')


@test
def a_directory_that_may_not_be_read_is_a_failure(kernel):
    needing(kernel)
    kernel.directory.chmod(0o300)
    kernel.run().expect(FAILED, 'Cannot open @: Permission denied')
    kernel.run('-n').expect(FAILED, 'Cannot index @: Permission denied')
    kernel.directory.chmod(0o755)


# The version.

@test
def a_kernel_directory_without_a_version_has_that_of_its_name(kernel):
    kernel.module('kernel/a.ko')
    kernel.module('kernel/old.ko', vermagic='9.9.8 SMP mod_unload ')
    link = kernel.root / 'current'
    link.symlink_to(kernel.directory)
    for path in (kernel.directory, f'{kernel.directory}/', link):
        result = kernel.run_plain('-b', path)
        expect(result.status == PROBLEMS, f'{path}: exit status {result.status}')
        message, = result.messages()
        expect(message.endswith("old.ko: built for '9.9.8 SMP mod_unload ', not "
                                f"'{VERMAGIC}'; build it for this kernel or remove it"), message)


@test
def a_directory_that_is_called_otherwise_has_that_of_most_modules(kernel):
    directory = kernel.root / 'my-modules'
    for name in ('a', 'b'):
        kernel.module(f'../../../my-modules/{name}.ko', vermagic='7.7.7 SMP ')
    kernel.file('../../../my-modules/modules.order')
    result = kernel.run_plain('-b', directory)
    expect(result.status == CLEAN, f'exit status {result.status}: {result.messages()}')
    kernel.module('../../../my-modules/c.ko', vermagic='7.7.8 SMP ')
    result = kernel.run_plain('-b', directory)
    expect(result.status == PROBLEMS and "not '7.7.7 SMP '" in result.stderr.decode(),
           str(result.messages()))


@test
def a_version_that_is_named_counts(kernel):
    needing(kernel)
    kernel.run_plain('-b', kernel.directory, '1.2.3').expect(
        PROBLEMS, wrong_version('kernel/a.ko', VERMAGIC, '1.2.3'))


# What the kernel exports.

@test
def without_a_list_the_kernel_is_assumed_to_export_the_rest(kernel):
    needing(kernel, 'printk', 'kmalloc', 'shared')
    kernel.module('kernel/b.ko', imports=['printk', 'kfree'])
    kernel.module('kernel/c.ko', exports=['shared'], weak=['weakling'])
    kernel.run().expect(CLEAN, unknown_kernel(3))
    kernel.run('-e').expect(CLEAN, unknown_kernel(4))
    kernel.expect_indexed('kernel/a.ko: kernel/c.ko', 'kernel/b.ko:', 'kernel/c.ko:')


@test
def without_a_list_nothing_is_said_if_nothing_is_assumed(kernel):
    needing(kernel, 'shared')
    kernel.module('kernel/c.ko', exports=['shared'])
    kernel.run().expect(CLEAN)


@test
def symvers_tells(kernel):
    needing(kernel, 'printk', 'unheard_of')
    symvers = kernel.symvers('printk', path='../../../symvers')
    kernel.run(f'--symvers={symvers}').expect(PROBLEMS, missing('kernel/a.ko', 'unheard_of'))
    kernel.run('--symvers=symvers', cwd=kernel.root).expect(
        PROBLEMS, missing('kernel/a.ko', 'unheard_of'))


@test
def symvers_of_modules_are_not_those_of_the_kernel(kernel):
    needing(kernel, 'printk', 'unheard_of')
    path = kernel.file('../../../symvers', b'0x1\tprintk\tvmlinux\tEXPORT_SYMBOL\t\n'
                       b'0x1\tunheard_of\tdrivers/gone\tEXPORT_SYMBOL\t\n')
    kernel.run(f'--symvers={path}').expect(PROBLEMS, missing('kernel/a.ko', 'unheard_of'))


@test
def system_map_tells(kernel):
    needing(kernel, 'printk', 'unheard_of', 'internal')
    path = kernel.file('../../../map', b'ffffffff81000000 T internal\n'
                       b'ffffffff82000000 r __ksymtab_printk\n')
    kernel.run(f'--system-map={path}').expect(PROBLEMS, missing('kernel/a.ko', 'unheard_of'),
                                             missing('kernel/a.ko', 'internal'))


@test
def system_map_has_no_crcs(kernel):
    kernel.module('kernel/a.ko', imports=['printk'], versions=[(7, b'printk')])
    path = kernel.file('../../../map', b'ffffffff82000000 r __ksymtab_printk\n')
    symvers = kernel.symvers('printk', path='../../../symvers', crc=8)
    kernel.run(f'--system-map={path}').expect(CLEAN)
    told = disagreement('kernel/a.ko', 'printk', 7, 'the kernel', 8)
    kernel.run(f'--symvers={symvers}').expect(PROBLEMS, told)
    kernel.run(f'--system-map={path}', f'--symvers={symvers}').expect(PROBLEMS, told)


@test
def symvers_beside_the_modules_is_found(kernel):
    needing(kernel, 'printk', 'unheard_of')
    kernel.symvers('printk')
    told = missing('kernel/a.ko', 'unheard_of')
    kernel.run().expect(PROBLEMS, told)
    kernel.run_plain('-b', kernel.root, kernel.version).expect(PROBLEMS, told)


@test
def what_is_named_counts_more_than_what_is_found(kernel):
    needing(kernel, 'printk')
    kernel.symvers('other', 'third', 'fourth')
    symvers = kernel.symvers('printk', path='../../../symvers')
    path = kernel.file('../../../map', b'ffffffff82000000 r __ksymtab_printk\n')
    kernel.run().expect(PROBLEMS, missing('kernel/a.ko', 'printk'))
    kernel.run(f'--symvers={symvers}').expect(CLEAN)
    kernel.run(f'--system-map={path}').expect(CLEAN)


@test
def build_is_a_link_as_distributions_have_it(kernel):
    needing(kernel, 'printk', 'unheard_of')
    kernel.symvers('printk', path='../../../usr/src/headers/Module.symvers')
    told = missing('kernel/a.ko', 'unheard_of')
    for target in (kernel.root / 'usr/src/headers', '../../../usr/src/headers'):
        (kernel / 'build').symlink_to(target)
        kernel.run().expect(PROBLEMS, told)
        kernel.run_plain('-b', kernel.root, kernel.version).expect(PROBLEMS, told)
        (kernel / 'build').unlink()


@test
def a_link_within_a_root_stays_within_it(kernel):
    """/usr/src/headers is that of the root, whatever this machine has."""
    needing(kernel, 'printk', 'unheard_of')
    outside = kernel.root / 'outside'
    kernel.symvers('printk', path=f'../../../{outside}/Module.symvers')
    kernel.symvers('unheard_of', path='../../../outside/Module.symvers')
    (kernel / 'build').symlink_to(outside)
    kernel.run_plain('-b', kernel.root, kernel.version).expect(
        PROBLEMS, missing('kernel/a.ko', 'unheard_of'))
    kernel.run().expect(PROBLEMS, missing('kernel/a.ko', 'printk'))


@test
def a_link_that_leads_nowhere_is_no_list(kernel):
    needing(kernel, 'printk')
    (kernel / 'build').symlink_to('/no/such/headers')
    kernel.run().expect(CLEAN, unknown_kernel(1))
    kernel.run_plain('-b', kernel.root, kernel.version).expect(CLEAN, unknown_kernel(1))


@test
def a_list_that_was_found_but_is_none_counts_for_nothing(kernel):
    needing(kernel, 'printk')
    for content in (b'', b'0x1\tx\tdrivers/x\tEXPORT_SYMBOL\t\n', b'\0' * 100):
        kernel.file('build/Module.symvers', content)
        kernel.run().expect(CLEAN, unknown_kernel(1))
    (kernel / 'build/Module.symvers').unlink()
    (kernel / 'build/Module.symvers').mkdir()
    kernel.run().expect(CLEAN, unknown_kernel(1))


@test
def a_list_that_may_not_be_read_is_not_there(kernel):
    needing(kernel, 'printk')
    kernel.symvers('printk').chmod(0)
    kernel.run().expect(CLEAN, unknown_kernel(1))


@test
def an_empty_list_says_that_the_kernel_exports_nothing(kernel):
    needing(kernel, 'printk')
    empty = kernel.file('../../../empty')
    for option in ('--symvers', '--system-map'):
        for path in (empty, '/dev/null'):
            kernel.run(f'{option}={path}').expect(PROBLEMS, missing('kernel/a.ko', 'printk'))


@test
def a_list_without_exports_of_the_kernel_counts_for_nothing(kernel):
    """Debian's /boot/System.map is such a one, and so is one that was mistaken for another."""
    needing(kernel, 'printk')
    system_map = kernel.file('../../../map', b'ffffffffffffffff B The real System.map is in the '
                             b'linux-image-<version>-dbg package\n')
    other_map = kernel.file('../../../other-map', b'ffffffff82000000 r __ksymtab_printk\n')
    for option in (f'--system-map={system_map}', f'--symvers={other_map}'):
        path = option.split('=')[1]
        kernel.run(option).expect(
            CLEAN, unknown_kernel(1), f'note: {path} names no symbol that the kernel exports and '
            'counts for nothing; is it the right file?')
        kernel.run('-q', option).expect(CLEAN)


@test
def a_list_that_was_named_must_be_there(kernel):
    needing(kernel)
    for option in ('--symvers', '--system-map'):
        kernel.run(f'{option}=/no/such/list').expect(
            FAILED, 'Cannot read /no/such/list: No such file or directory')
        kernel.run(f'{option}={kernel.root}').expect(
            FAILED, f'Cannot read {kernel.root}: Is a directory')
    kernel.expect_nothing_written()


@test
def bad_lines_of_a_list_are_told(kernel):
    needing(kernel, 'printk')
    symvers = kernel.symvers('printk', path='../../../symvers')
    symvers.write_bytes(symvers.read_bytes() + b'zz\tx\tvmlinux\tEXPORT_SYMBOL\t\nnonsense\n')
    kernel.run(f'--symvers={symvers}').expect(
        PROBLEMS, f"{symvers}:2: 'zz' is no CRC; make the file anew")
    path = kernel.file('../../../map', b'ff r __ksymtab_printk\nnonsense\n')
    kernel.run(f'--system-map={path}').expect(
        PROBLEMS, f'{path}:2: no line of a System.map; make the file anew')
