# SPDX-License-Identifier: LGPL-2.1-or-later
"""A tree with nothing wrong in it."""

import shutil

from depmod_run import OUTPUTS, compare_files
from kernel import CLEAN, FAILED, INPUTS, PROBLEMS, Tests, expect, expect_same, module
from messages import missing_input, shadowed
from module_writer import compress
from references import Unavailable

TESTS = test = Tests()

OLDEST = tuple(name for name in OUTPUTS if name != 'modules.weakdep')
LINES = ('kernel/user.ko: kernel/middle.ko kernel/deep/owner.ko',
         'kernel/middle.ko: kernel/deep/owner.ko', 'kernel/deep/owner.ko:', 'extra/alone.ko:')


def fill(kernel):
    kernel.module('kernel/deep/owner.ko', exports=['shared'], modinfo=['alias=pci:v*'])
    kernel.module('kernel/middle.ko', ['middling'], ['shared'], modinfo=['softdep=pre: x'])
    kernel.module('kernel/user.ko', [], ['middling', 'shared', 'printk'], modinfo=['weakdep=y'])
    kernel.module('extra/alone.ko', modinfo=['alias=devname:net/tun', 'alias=char-major-10-200'])
    kernel.file('modules.order', b'kernel/middle.ko\nkernel/user.ko\n')
    kernel.file('modules.builtin', b'kernel/inside.ko\n')
    kernel.file('modules.builtin.modinfo', b'inside.alias=pci:inside\0')
    kernel.symvers('printk')


def expect_as_depmod(kernel, *options, names=OUTPUTS):
    expected = kernel.run_depmod(*options)
    kernel.run(*options).expect(CLEAN)
    files = kernel.outputs()
    expect(sorted(files) == sorted(names), f'written: {sorted(files)}')
    differences = compare_files({name: (0, content) for name, content in expected.items()},
                                {name: (0, content) for name, content in files.items()})
    expect(not differences, *differences)


@test
def all_files_are_those_of_depmod_and_nothing_is_said(kernel):
    fill(kernel)
    expect_as_depmod(kernel)
    kernel.expect_indexed(*LINES)
    modes = {name: (kernel / name).stat().st_mode & 0o7777 for name in OUTPUTS}
    expect(set(modes.values()) == {0o644}, str(modes))


@test
def a_second_run_writes_the_same(kernel):
    fill(kernel)
    kernel.run().expect(CLEAN)
    before = kernel.outputs()
    kernel.run().expect(CLEAN)
    expect(kernel.outputs() == before, 'the files have changed')


@test
def as_an_older_release_of_kmod_writes_them(kernel):
    fill(kernel)
    expect_as_depmod(kernel, '--kmod=30', names=OLDEST)
    kernel.take_outputs()
    expect_as_depmod(kernel, '--kmod=33')


@test
def with_any_number_of_threads(kernel):
    fill(kernel)
    for number in range(30):
        kernel.module(f'kernel/many/{number}.ko', [f'symbol{number}'], ['shared'])
    for jobs in ('1', '2', '64', '1024'):
        expect_as_depmod(kernel, f'--jobs={jobs}')
        kernel.take_outputs()


@test
def without_waiting_for_the_disk(kernel):
    fill(kernel)
    expect_as_depmod(kernel, '--no-sync')
    if not shutil.which('strace'):
        raise Unavailable('there is no strace')
    trace = kernel.root / 'trace'
    wrapper = ['strace', '-f', '-o', trace, '-e', 'trace=fsync,fdatasync']
    for options, is_synced in (((), True), (('--no-sync',), False)):
        kernel.run(*options, wrapper=wrapper).expect(CLEAN)
        expect(('sync(' in trace.read_text()) == is_synced, f'{options}: {trace.read_text()[:200]}')


@test
def modules_of_each_compression(kernel):
    for kind in ('', '.gz', '.xz', '.zst'):
        name = kind.strip('.') or 'plain'
        kernel.file(f'kernel/{name}.ko{kind}', compress(module([name], ['base']), kind))
    kernel.module('kernel/base.ko', ['base'])
    expect_as_depmod(kernel)


@test
def the_configuration_chooses_between_modules_of_one_name(kernel):
    kernel.module('first/x.ko', ['one'])
    kernel.module('second/x.ko', ['two'])
    kernel.configure('search second first\n')
    kernel.run().expect(PROBLEMS, shadowed('first/x.ko', 'second/x.ko', 'search second'))
    kernel.expect_indexed('second/x.ko:')
    kernel.configure('exclude second\n')
    kernel.run().expect(CLEAN)
    kernel.expect_indexed('first/x.ko:')


@test
def several_configurations_count_together(kernel):
    kernel.module('out/a.ko')
    kernel.module('gone/b.ko')
    kernel.module('kernel/c.ko')
    paths = [kernel.root / name for name in ('one.conf', 'two.conf')]
    for path, name in zip(paths, ('out', 'gone')):
        path.write_text(f'exclude {name}\n')
    kernel.run(f'--config={paths[0]}', '-C', paths[1]).expect(CLEAN)
    kernel.expect_indexed('kernel/c.ko:')


@test
def a_configuration_that_is_not_there_is_noted(kernel):
    fill(kernel)
    kernel.run('-C', '/no/such/configuration').expect(
        CLEAN, 'note: /no/such/configuration: No such file or directory; indexed without it')


@test
def a_bad_line_of_the_configuration_is_told(kernel):
    fill(kernel)
    kernel.configure('search updates\nsurprise me\n')
    kernel.run().expect(PROBLEMS, f'{kernel.config}/test.conf:2: \'surprise\' begins no line of '
                        'depmod.d(5) or lacks arguments; correct or remove the line')


@test
def verbose_lists_every_module_with_its_dependencies(kernel):
    fill(kernel)
    for option in ('-v', '--verbose'):
        result = kernel.run(option).expect(CLEAN, stdout=None)
        expect_same('the list', (kernel / 'modules.dep').read_bytes(), result.stdout)
        expect(sorted(result.stdout.decode().splitlines()) == sorted(LINES), str(result.stdout))


@test
def a_kernel_without_modules_has_nothing_to_list(kernel):
    kernel.run('-v').expect(CLEAN)
    kernel.expect_indexed()
    kernel.run('-n').expect(CLEAN, stdout=None)


@test
def an_output_that_nobody_takes_is_a_failure(kernel):
    fill(kernel)
    with open('/dev/full', 'wb') as full:
        for option in ('-n', '-v'):
            kernel.run(option, stdout=full).expect(
                FAILED, 'Cannot write to standard output: No space left on device')


@test
def help_says_what_can_be_said(kernel):
    result = kernel.run_plain('--help', config=False).expect(CLEAN, stdout=None)
    text = result.stdout.decode()
    for option in ('-a, --append', '-b, --kernel-dir=DIR', '-E, --dep-file=FILE', '-e, --weak',
                   '-F, --dep-bin-file=FILE', '-n, --dry-run', '-q, --quiet', '-v, --verbose',
                   '--symvers=FILE', '--system-map=FILE'):
        expect(option in text, f'no {option} in the help')


@test
def a_tree_without_lists_is_noted_and_clean(kernel):
    kernel.module('kernel/a.ko')
    for name in INPUTS:
        (kernel / name).unlink()
    kernel.run().expect(CLEAN, *map(missing_input, INPUTS))
    kernel.expect_indexed('kernel/a.ko:')
    (kernel / 'modules.order').mkdir()
    kernel.run().expect(PROBLEMS, missing_input('modules.order', 'Is a directory'),
                        *map(missing_input, INPUTS[1:]))
