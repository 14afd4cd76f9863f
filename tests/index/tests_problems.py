# SPDX-License-Identifier: LGPL-2.1-or-later
"""What can be wrong with modules: each problem is one line, and one bad module never stops the
others."""

import os
import random

import messages
from kernel import CLEAN, PROBLEMS, VERMAGIC, Tests, expect, module
from messages import (conflict, cycle, disagreement, left_out, missing, not_unpacked, shadowed,
                      unknown_kernel, unreadable, wrong_machine, wrong_version)
from module_flaws import FLAWS
from module_writer import ModuleImage, compress

TESTS = test = Tests()

X86, ARM64 = 'x86-64 (64 bit, little-endian)', 'arm64 (64 bit, little-endian)'
DAMAGED, NO_ELF = 'damaged or cut short', 'not an ELF file'


def expect_problems(kernel, *told, options=()):
    """The same on a run that prints nothing, by its status."""
    kernel.run(*options).expect(PROBLEMS, *told)
    kernel.run('-q', *options).expect(PROBLEMS)


# Missing dependencies.

@test
def a_symbol_that_nobody_exports_is_missing(kernel):
    kernel.symvers('printk')
    kernel.module('kernel/a.ko', [], ['printk', 'nowhere', 'shared', 'gone'])
    kernel.module('kernel/b.ko', ['shared'])
    expect_problems(kernel, missing('kernel/a.ko', 'nowhere'), missing('kernel/a.ko', 'gone'))
    kernel.expect_indexed('kernel/a.ko: kernel/b.ko', 'kernel/b.ko:')


@test
def what_is_only_in_versions_is_needed_too(kernel):
    kernel.symvers('printk')
    kernel.module('kernel/a.ko', versions=[(1, b'nowhere')])
    expect_problems(kernel, missing('kernel/a.ko', 'nowhere'))


@test
def a_weak_symbol_may_be_missing(kernel):
    kernel.symvers('printk')
    kernel.module('kernel/a.ko', [], ['printk'], weak=['nowhere'])
    kernel.run().expect(CLEAN)
    for option in ('-e', '--weak'):
        expect_problems(kernel, missing('kernel/a.ko', 'nowhere'), options=[option])


@test
def a_weak_symbol_is_a_dependency_in_any_case(kernel):
    kernel.symvers('printk')
    kernel.module('kernel/a.ko', weak=['shared'])
    kernel.module('kernel/b.ko', ['shared'])
    for options in ((), ('-e',)):
        kernel.run(*options).expect(CLEAN)
        kernel.expect_indexed('kernel/a.ko: kernel/b.ko', 'kernel/b.ko:')


@test
def a_provider_that_cannot_be_read_is_missing_too(kernel):
    kernel.symvers('printk')
    kernel.module('kernel/a.ko', [], ['shared'])
    kernel.file('kernel/b.ko', b'')
    expect_problems(kernel, missing('kernel/a.ko', 'shared'), unreadable('kernel/b.ko', DAMAGED))


# Symbol conflicts.

@test
def two_modules_that_export_one_symbol_are_in_conflict(kernel):
    kernel.module('kernel/a.ko', ['shared', 'own'])
    kernel.module('kernel/b.ko', ['shared'])
    kernel.module('kernel/c.ko', ['shared'])
    kernel.file('modules.order', b'kernel/a.ko\nkernel/b.ko\nkernel/c.ko\n')
    expect_problems(kernel, conflict('kernel/a.ko', 'shared', 'kernel/c.ko'),
                    conflict('kernel/b.ko', 'shared', 'kernel/c.ko'))


@test
def one_module_that_exports_a_symbol_twice_is_not(kernel):
    kernel.module('kernel/a.ko', ['shared', 'shared'])
    kernel.run().expect(CLEAN)


# CRC disagreements.

@test
def a_crc_that_is_not_the_other_modules_is_told(kernel):
    kernel.module('kernel/a.ko', [], ['shared'], versions=[(0xbad, b'shared')])
    kernel.module('kernel/b.ko', ['shared'])
    expect_problems(kernel, disagreement('kernel/a.ko', 'shared', 0xbad, 'kernel/b.ko', 0x1000))


@test
def a_crc_that_is_not_the_kernels_is_told(kernel):
    kernel.symvers('printk', crc=0x77)
    kernel.module('kernel/a.ko', [], ['printk'], versions=[(0x78, b'printk')])
    kernel.module('kernel/b.ko', [], ['printk'], versions=[(0x77, b'printk')])
    expect_problems(kernel, disagreement('kernel/a.ko', 'printk', 0x78, 'the kernel', 0x77))


@test
def crcs_that_nobody_knows_do_not_disagree(kernel):
    kernel.symvers('printk', crc=0)
    kernel.module('kernel/a.ko', [], ['printk', 'shared'], versions=[(0x78, b'printk')])
    kernel.module('kernel/b.ko', ['shared'])
    kernel.run().expect(CLEAN)


@test
def a_weak_crc_may_disagree(kernel):
    kernel.symvers('printk', crc=0x77)
    kernel.module('kernel/a.ko', weak=['printk', 'shared'],
                  versions=[(0x78, b'printk'), (0xbad, b'shared')])
    kernel.module('kernel/b.ko', ['shared'])
    kernel.run().expect(CLEAN)
    expect_problems(kernel, disagreement('kernel/a.ko', 'printk', 0x78, 'the kernel', 0x77),
                    disagreement('kernel/a.ko', 'shared', 0xbad, 'kernel/b.ko', 0x1000),
                    options=['-e'])


# Machine and version.

@test
def a_module_for_another_machine_is_told(kernel):
    for number in range(19):
        kernel.module(f'kernel/m{number}.ko')
    kernel.module('kernel/odd.ko', machine=183)
    expect_problems(kernel, wrong_machine('kernel/odd.ko', ARM64, X86))
    expect(len(kernel.dep()) == 20, 'not all are indexed')


@test
def class_and_byte_order_are_part_of_the_machine(kernel):
    for number in range(18):
        kernel.module(f'kernel/m{number}.ko', machine=8, order='>')
    kernel.module('kernel/little.ko', machine=8)
    kernel.module('kernel/small.ko', machine=8, bits=32, order='>')
    mips = 'mips (64 bit, big-endian)'
    expect_problems(kernel, wrong_machine('kernel/little.ko', 'mips (64 bit, little-endian)', mips),
                    wrong_machine('kernel/small.ko', 'mips (32 bit, big-endian)', mips))


@test
def whole_trees_of_other_machines_are_in_order(kernel):
    for bits, order, machine in ((64, '<', 183), (64, '>', 22), (32, '<', 40), (32, '>', 20)):
        for number in range(3):
            kernel.module(f'kernel/m{number}.ko', [f's{number}'], [f's{number + 1}'], bits=bits,
                          order=order, machine=machine)
        kernel.run().expect(CLEAN, unknown_kernel(1))


@test
def without_a_majority_no_machine_is_the_odd_one(kernel):
    """Neither half can be said to be wrong."""
    for number in range(10):
        kernel.module(f'kernel/a{number}.ko')
        kernel.module(f'kernel/b{number}.ko', machine=183)
    kernel.run().expect(CLEAN)


@test
def a_module_for_another_version_is_told(kernel):
    for number in range(19):
        kernel.module(f'kernel/m{number}.ko')
    old = '9.9.8 SMP mod_unload '
    kernel.module('kernel/odd.ko', vermagic=old)
    expect_problems(kernel, wrong_version('kernel/odd.ko', old, VERMAGIC))


@test
def a_version_that_begins_alike_is_another_one(kernel):
    told = []
    for number, version in enumerate(('9.9', '9.9.99', '9.9.9-1')):
        vermagic = f'{version} SMP mod_unload '
        kernel.module(f'kernel/v{number}.ko', vermagic=vermagic)
        told.append(wrong_version(f'kernel/v{number}.ko', vermagic, VERMAGIC))
    kernel.module('kernel/m.ko')
    expect_problems(kernel, *told)


@test
def a_module_that_is_configured_otherwise_is_told(kernel):
    for number in range(19):
        kernel.module(f'kernel/m{number}.ko')
    other = '9.9.9 preempt '
    kernel.module('kernel/odd.ko', vermagic=other)
    expect_problems(kernel, wrong_version('kernel/odd.ko', other, VERMAGIC))


@test
def many_old_modules_do_not_make_the_new_ones_wrong(kernel):
    told = []
    for number in range(5):
        kernel.module(f'kernel/old{number}.ko', vermagic='9.9.8 preempt ')
        told.append(wrong_version(f'kernel/old{number}.ko', '9.9.8 preempt ', VERMAGIC))
    kernel.module('kernel/new.ko')
    expect_problems(kernel, *told)


@test
def a_module_without_vermagic_is_not_known_to_be_wrong(kernel):
    kernel.module('kernel/a.ko')
    kernel.module('kernel/b.ko', vermagic='')
    kernel.run().expect(CLEAN)


# Files that cannot be read.

@test
def files_that_are_no_modules_are_told(kernel):
    good = module(['shared'])
    kernel.file('kernel/cut.ko', good[:len(good) // 2])
    kernel.file('kernel/empty.ko')
    kernel.file('kernel/text.ko', b'this is not a module\n')
    kernel.file('kernel/short.ko', b'\x7fELF')
    kernel.module('kernel/good.ko', ['shared'])
    kernel.module('kernel/user.ko', [], ['shared'])
    expect_problems(kernel, unreadable('kernel/cut.ko', DAMAGED),
                    unreadable('kernel/empty.ko', DAMAGED), unreadable('kernel/text.ko', NO_ELF),
                    unreadable('kernel/short.ko', DAMAGED))
    kernel.expect_indexed('kernel/cut.ko:', 'kernel/empty.ko:', 'kernel/text.ko:',
                          'kernel/short.ko:', 'kernel/good.ko:', 'kernel/user.ko: kernel/good.ko')


@test
def compressed_files_that_cannot_be_unpacked_are_told(kernel):
    good = module(['shared'])
    told = []
    for kind in ('gz', 'xz', 'zst'):
        packed = compress(good, f'.{kind}')
        kernel.file(f'kernel/cut_{kind}.ko.{kind}', packed[:len(packed) // 2])
        kernel.file(f'kernel/garbage_{kind}.ko.{kind}', packed[:16] + bytes(100))
    kernel.module('kernel/user.ko', [], ['shared'])
    kernel.module('kernel/good.ko', ['shared'])
    result = kernel.run()
    expect(result.status == PROBLEMS, f'exit status {result.status}')
    for name in ('cut_gz.ko.gz', 'cut_xz.ko.xz', 'cut_zst.ko.zst', 'garbage_gz.ko.gz',
                 'garbage_xz.ko.xz', 'garbage_zst.ko.zst'):
        told = [line for line in result.messages() if f'{name}: ' in line]
        expect(len(told) == 1 and 'cannot be unpacked (' in told[0], f'{name}: {told}')
    expect(len(result.messages()) == 6, *result.messages())
    expect('kernel/user.ko: kernel/good.ko' in kernel.dep(), 'the rest is not indexed')


@test
def what_is_packed_may_be_no_module(kernel):
    kernel.file('kernel/text.ko.xz', compress(b'this is not a module\n', '.xz'))
    expect_problems(kernel, unreadable('kernel/text.ko.xz', NO_ELF))
    kernel.file('kernel/text.ko.xz', compress(module(), '.xz')[:100])
    expect_problems(kernel, not_unpacked('kernel/text.ko.xz', 'xz: Unexpected end of input'))


@test
def a_module_that_one_may_not_read_is_told(kernel):
    kernel.module('kernel/a.ko', [], ['shared'])
    kernel.module('kernel/b.ko', ['shared'])
    (kernel / 'kernel/b.ko').chmod(0)
    kernel.run().expect(PROBLEMS, unreadable('kernel/b.ko', 'Permission denied'),
                                    unknown_kernel(1))
    kernel.expect_indexed('kernel/a.ko:', 'kernel/b.ko:')


@test
def a_folder_that_one_may_not_read_is_told(kernel):
    kernel.module('kernel/a.ko')
    kernel.module('kernel/secret/b.ko')
    (kernel / 'kernel/secret').chmod(0)
    kernel.run().expect(
        PROBLEMS, '@/kernel/secret: Permission denied; the modules in it are not indexed, make it '
        'readable')
    kernel.expect_indexed('kernel/a.ko:')
    (kernel / 'kernel/secret').chmod(0o755)


@test
def links_that_lead_nowhere_or_up_are_told(kernel):
    kernel.module('kernel/a.ko')
    (kernel / 'kernel/b.ko').symlink_to('gone.ko')
    (kernel / 'kernel/up').symlink_to('..')
    os.mkfifo(kernel / 'kernel/c.ko')
    expect_problems(kernel, '@/kernel/b.ko: No such file or directory; remove it or mend the link',
                    '@/kernel/up: leads back to a directory above it and is not followed; remove '
                    'the link', '@/kernel/c.ko: neither a file nor a directory; remove it')
    kernel.expect_indexed('kernel/a.ko:')


@test
def no_flaw_of_a_module_stops_the_others(kernel):
    rng = random.Random(1)
    for number, flaw in enumerate(FLAWS.values()):
        image = ModuleImage(imports=[], modinfo=[b'alias=x'])
        kernel.file(f'kernel/flaw{number}.ko', flaw(rng, image))
    kernel.module('extra/user.ko', [], ['shared_by_good'])
    kernel.module('extra/good.ko', ['shared_by_good'])
    result = kernel.run()
    expect(result.status == PROBLEMS, f'exit status {result.status}')
    lines = kernel.dep()
    expect(len(lines) == len(FLAWS) + 2, f'{len(lines)} lines')
    expect('extra/user.ko: extra/good.ko' in lines, 'the others are not indexed')


# Cycles.

@test
def members_of_a_cycle_are_left_out_and_the_rest_is_indexed(kernel):
    kernel.module('kernel/a.ko', ['of_a'], ['of_b'])
    kernel.module('kernel/b.ko', ['of_b'], ['of_a', 'base'])
    kernel.module('kernel/base.ko', ['base'])
    kernel.module('kernel/user.ko', [], ['of_a', 'base'])
    kernel.module('kernel/alone.ko')
    kernel.file('modules.order', b'kernel/a.ko\nkernel/b.ko\n')
    kernel.symvers('printk')
    expect_problems(kernel, cycle('a -> b -> a'), left_out('kernel/a.ko'), left_out('kernel/b.ko'))
    kernel.expect_indexed('kernel/base.ko:', 'kernel/user.ko: kernel/base.ko', 'kernel/alone.ko:')
    symbols = (kernel / 'modules.symbols').read_text()
    expect('of_a' not in symbols and 'symbol:base base' in symbols, symbols)


@test
def a_module_that_needs_itself_is_a_cycle(kernel):
    kernel.module('kernel/a.ko', ['of_a'], ['of_a'])
    kernel.module('kernel/b.ko')
    expect_problems(kernel, cycle('a -> a'), left_out('kernel/a.ko'))
    kernel.expect_indexed('kernel/b.ko:')


@test
def each_cycle_is_told(kernel):
    told = []
    for number in range(3):
        first, second = f'c{number}_first', f'c{number}_second'
        kernel.module(f'kernel/{first}.ko', [first], [second])
        kernel.module(f'kernel/{second}.ko', [second], [first])
        told += [left_out(f'kernel/{first}.ko'), left_out(f'kernel/{second}.ko')]
    kernel.file('modules.order', b''.join(f'kernel/c{n}_first.ko\nkernel/c{n}_second.ko\n'.encode()
                                          for n in range(3)))
    told += [cycle(f'c{n}_first -> c{n}_second -> c{n}_first') for n in range(3)]
    expect_problems(kernel, *told)
    kernel.expect_indexed()


@test
def other_problems_of_a_cycle_are_told_too(kernel):
    kernel.symvers('printk')
    kernel.module('kernel/a.ko', ['of_a'], ['of_b', 'nowhere'])
    kernel.module('kernel/b.ko', ['of_b'], ['of_a'])
    kernel.file('kernel/broken.ko', b'')
    kernel.file('modules.order', b'kernel/a.ko\nkernel/b.ko\n')
    expect_problems(kernel, cycle('a -> b -> a'), left_out('kernel/a.ko'), left_out('kernel/b.ko'),
                    missing('kernel/a.ko', 'nowhere'), unreadable('kernel/broken.ko', DAMAGED))


# Modules of one name.

@test
def a_module_that_another_one_hides_is_told(kernel):
    kernel.module('kernel/drivers/net-x.ko', ['old'])
    kernel.module('updates/net_x.ko', ['new'])
    expect_problems(kernel, shadowed('kernel/drivers/net-x.ko', 'updates/net_x.ko', 'search updates'))
    kernel.expect_indexed('updates/net_x.ko:')


@test
def two_compressions_of_one_module_are_told(kernel):
    kernel.module('kernel/a.ko', ['plain'])
    kernel.file('kernel/a.ko.xz', compress(module(['packed']), '.xz'))
    expect_problems(kernel, shadowed('kernel/a.ko.xz', 'kernel/a.ko', 'path order'))
    kernel.expect_indexed('kernel/a.ko:')


# The form of what is said.

@test
def a_name_with_strange_bytes_is_still_one_line(kernel):
    kernel.file('kernel/a\nb\x1b[31m.ko')
    kernel.run().expect(PROBLEMS, unreadable(r'kernel/a\x0ab\x1b[31m.ko', DAMAGED))


@test
def everything_at_once_is_told_line_by_line(kernel):
    kernel.symvers('printk', crc=5)
    for number in range(10):
        kernel.module(f'kernel/m{number}.ko')
    kernel.module('kernel/odd.ko', machine=183, vermagic='9.9.8 SMP mod_unload ')
    kernel.module('kernel/a.ko', [], ['nowhere', 'printk'], versions=[(6, b'printk')])
    kernel.module('kernel/one.ko', ['shared'])
    kernel.module('kernel/two.ko', ['shared'])
    kernel.module('kernel/self.ko', ['self'], ['self'])
    kernel.module('updates/m0.ko')
    kernel.file('kernel/empty.ko')
    kernel.file('modules.order', b'kernel/one.ko\nkernel/two.ko\n')
    told = [wrong_machine('kernel/odd.ko', ARM64, X86),
            wrong_version('kernel/odd.ko', '9.9.8 SMP mod_unload ', VERMAGIC),
            missing('kernel/a.ko', 'nowhere'),
            disagreement('kernel/a.ko', 'printk', 6, 'the kernel', 5),
            conflict('kernel/one.ko', 'shared', 'kernel/two.ko'),
            cycle('self -> self'), left_out('kernel/self.ko'),
            shadowed('kernel/m0.ko', 'updates/m0.ko', 'search updates'),
            unreadable('kernel/empty.ko', DAMAGED)]
    expect_problems(kernel, *told)
    kernel.run('-v').expect(PROBLEMS, *told, stdout=(kernel / 'modules.dep').read_bytes())
    expect(all('; ' in line for line in told), 'a line does not say what to do')


@test
def bad_values_of_modules_are_told(kernel):
    kernel.module('kernel/a.ko', modinfo=['alias=un[balanced', 'alias=devname:x',
                                          'alias=char-\u00e9'])
    expect_problems(kernel, "alias 'un[balanced': brackets are not balanced, left out of "
                    'modules.alias.bin; correct the module',
                    'module a: names device node x but no numbers for it; correct the module',
                    "'char_\u00e9': byte 0xc3 is not ASCII, left out of the binary index; rename or "
                    'correct the module')


@test
def lists_that_are_damaged_are_told(kernel):
    kernel.module('kernel/a.ko')
    kernel.file('modules.order', b'kernel/a.ko')
    kernel.file('modules.builtin', b'1nonsense\n')
    expect_problems(kernel, '@/modules.order:1: the line has no end, so the whole file counts for '
                    "nothing; install the kernel's package again",
                    "modules.builtin: '1nonsense' is no module's path; remove the line")
    kernel.file('modules.order')
    (kernel / 'modules.builtin').unlink()
    kernel.run().expect(CLEAN, messages.missing_input('modules.builtin'))
