# SPDX-License-Identifier: LGPL-2.1-or-later
"""Two kernels compared."""

import schema
from machine import CLEAN, FAILED, NO, VERSION, Tests, expect, expect_same
from module_writer import simple_module
from sysfs import Sysfs

TESTS = test = Tests()

CHANGES = {'gone', 'new', 'moved', 'builtin', 'module'}
DIFFERENCE = {
    'modules': [{'change': CHANGES, 'module': str, 'old': str, 'new': str}],
    'symbols': [{'change': {'gone', 'new', 'crc'}, 'symbol': str, 'old': str, 'new': str,
                 'old_crc': int, 'new_crc': int}],
    'aliases': [{'change': {'gone', 'new'}, 'alias': str, 'module': str}],
    'devices': [{'change': {'lost', 'gained', 'changed'}, 'device': str, 'modalias': str,
                 'old': [str], 'new': [str]}],
    'carried': [{'verdict': {'loads', 'present', 'unknown', 'fails'}, 'module': str, 'path': str,
                 'reasons': [{'severity': {'info', 'warning', 'error'}, 'code': str, 'message': str}],
                 'link': schema.Optional(str)}],
    'old_generation': int, 'new_generation': int}
NEW = '9.9.10'
FIRST_CRC = 0x1000  # of the first symbol that a module exports


def make_new(machine):
    """base has moved, driver is gone with its alias, root_fs is a module, spare is builtin."""
    machine.module('kernel/lib/base.ko', ['base_call', 'base_new'], [], version=NEW)
    machine.module('kernel/fs/root_fs.ko', [], ['base_call'], 'alias=fs-root', version=NEW)
    machine.module('kernel/more.ko', [], [], 'alias=usb:v1*', version=NEW)
    machine.file('modules.builtin', b'kernel/spare.ko\n', NEW)
    sysfs = Sysfs(machine.root / 'sys')
    sysfs.device('pci0/1', 'pci:v00001234d00000001')
    sysfs.device('pci0/1/usb1', 'usb:v1p2')
    sysfs.device('virtual/none', 'none:x')
    return sysfs


def carried(machine, path, symbol, crc=None):
    """A module of somebody else, with a CRC or without."""
    machine.file(path, simple_module([], [symbol], versions=[(crc, symbol.encode())] if crc else [],
                                     vermagic=f'{VERSION} {machine.flags}'.encode()))


@test
def all_differences_are_told(machine):
    sysfs = make_new(machine)
    answer = machine.ask('diff-kernels', VERSION, NEW, sysfs.option, status=NO)
    schema.check(DIFFERENCE, answer)
    expect_same('modules', {('driver', 'gone', 'kernel/driver.ko', ''),
                            ('base', 'moved', 'kernel/base.ko', 'kernel/lib/base.ko'),
                            ('spare', 'builtin', 'kernel/spare.ko', ''),
                            ('root_fs', 'module', '', 'kernel/fs/root_fs.ko'),
                            ('more', 'new', '', 'kernel/more.ko')},
                {(row['module'], row['change'], row['old'], row['new'])
                 for row in answer['modules']})
    expect_same('symbols', {('base_other', 'gone'), ('base_new', 'new')},
                {(row['symbol'], row['change']) for row in answer['symbols']})
    expect_same('aliases', {('pci:v00001234d*', 'gone', 'driver'), ('usb:v1*', 'new', 'more')},
                {(row['alias'], row['change'], row['module']) for row in answer['aliases']})
    expect_same('devices', [
        {'change': 'lost', 'device': '/devices/pci0/1', 'modalias': 'pci:v00001234d00000001',
         'old': ['driver'], 'new': []},
        {'change': 'gained', 'device': '/devices/pci0/1/usb1', 'modalias': 'usb:v1p2',
         'old': [], 'new': ['more']}], answer['devices'])


@test
def the_table_has_a_part_for_each_kind_of_difference(machine):
    sysfs = make_new(machine)
    lines = machine.run('diff-kernels', VERSION, NEW, sysfs.option).expect(NO).lines()
    for line in ('Devices of this machine: 2', 'Modules: 5', 'Symbols: 2', 'Aliases: 2'):
        expect(line in lines, f'not there: {line}', *lines)
    expect(['lost', '/devices/pci0/1', 'driver', '-'] in [line.split() for line in lines], *lines)
    expect_same('quiet', b'', machine.run('-q', 'diff-kernels', VERSION, NEW,
                                          sysfs.option).expect(NO).stdout)


@test
def long_lists_are_cut_unless_all_is_wanted(machine):
    sysfs = make_new(machine)
    for number in range(20):
        machine.module(f'kernel/new{number}.ko', version=NEW)
    lines = machine.run('diff-kernels', VERSION, NEW, sysfs.option).expect(NO).lines()
    expect('and 15 more, see --all' in lines, *lines)
    rows = machine.run('diff-kernels', '-a', VERSION, NEW, sysfs.option).expect(NO).lines()
    expect(not any('more, see' in line for line in rows), *rows)
    expect_same('all rows', 20, sum(line.split()[1:2] != [] and line.split()[1].startswith('new')
                                    for line in rows))


@test
def a_kernel_does_not_differ_from_itself(machine):
    answer = machine.ask('diff-kernels', VERSION, VERSION, Sysfs(machine.root / 'sys').option)
    schema.check(DIFFERENCE, answer)
    expect_same('what differs', [], [key for key, value in answer.items() if value == []
                                     and key not in DIFFERENCE])
    expect(not any(answer[key] for key in ('modules', 'symbols', 'aliases', 'devices')), answer)


@test
def the_plan_says_which_modules_can_be_linked(machine):
    sysfs = Sysfs(machine.root / 'sys')
    machine.flags = 'SMP mod_unload modversions '
    machine.kernel(NEW)
    carried(machine, 'updates/good.ko', 'base_call', FIRST_CRC)
    carried(machine, 'extra/bad.ko', 'base_call', FIRST_CRC + 1)
    carried(machine, 'extra/odd.ko', 'nowhere', FIRST_CRC)
    carried(machine, 'extra/plain.ko', 'base_call')
    carried(machine, 'extra/spare.ko', 'base_call', FIRST_CRC)
    (machine.directory() / 'kernel/spare.ko').unlink()
    answer = machine.ask('diff-kernels', VERSION, NEW, sysfs.option, status=NO)
    schema.check(DIFFERENCE, answer)
    plan = {module['module']: module for module in answer['carried']}
    expect_same('verdicts', {'good': 'loads', 'bad': 'fails', 'odd': 'unknown', 'plain': 'fails',
                             'spare': 'present'},
                {name: module['verdict'] for name, module in plan.items()})
    expect_same('links', {'good': 'weak-updates/good.ko'},
                {name: module['link'] for name, module in plan.items() if 'link' in module})
    for name, code in (('bad', 'crc-mismatch'), ('plain', 'vermagic-mismatch')):
        expect_same(f'reasons of {name}', [('error', code)],
                    [(reason['severity'], reason['code']) for reason in plan[name]['reasons']
                     if reason['severity'] == 'error'])
    lines = machine.run('diff-kernels', VERSION, NEW, sysfs.option).expect(NO).lines()
    expect(any(line.split()[:2] == ['fails', 'bad'] and 'crc-mismatch' in line
               for line in lines), *lines)


@test
def nothing_lost_is_the_answer_yes(machine):
    make_new(machine)
    machine.run('diff-kernels', VERSION, NEW, f'--sysfs={machine.root}/nowhere').expect(CLEAN)


@test
def the_daemon_compares_kernels_too(machine):
    make_new(machine)
    machine.start_daemon(f'--sysfs={machine.root}/sys')
    answer = machine.run_plain('--json=short', 'diff-kernels', VERSION, NEW).expect(NO)
    expect(b'"lost"' in answer.stdout, answer.stdout)
    machine.module('kernel/driver.ko', [], [], 'alias=pci:v00001234d*', version=NEW)
    machine.run_plain('diff-kernels', VERSION, NEW).expect(CLEAN)


@test
def kernels_that_are_not_there_are_told(machine):
    result = machine.run('diff-kernels', VERSION, '1.2.3')
    expect_same('exit status', FAILED, result.status)
    expect('There is no kernel 1.2.3' in result.stderr, result.stderr)
    machine.run('diff-kernels', VERSION).expect(
        FAILED, 'diff-kernels takes 2 arguments: [OPTIONS] OLD NEW, see depmodctl diff-kernels --help')
