# SPDX-License-Identifier: LGPL-2.1-or-later
"""The verbs that write index files or compare with them."""

import os

from depmod_run import OUTPUTS
from machine import CLEAN, FAILED, NO, VERSION, Tests, expect, expect_same
from references import Unavailable

TESTS = test = Tests()


@test
def refresh_writes_the_index(machine):
    rows = machine.run('refresh').expect(CLEAN).rows()
    expect_same('kernel', VERSION, rows[0][0])
    missing = set(OUTPUTS) - set(os.listdir(machine.directory()))
    expect(not missing, f'not written: {missing}')
    expect('kernel/driver.ko: kernel/base.ko' in
           (machine.directory() / 'modules.dep').read_text(), 'modules.dep is wrong')


@test
def settle_publishes_all_kernels_or_those_named(machine):
    machine.kernel('9.9.8')
    reply = machine.ask('settle')
    expect_same('kernels', ['9.9.8', VERSION],
                sorted(kernel['release'] for kernel in reply['kernels']))
    for kernel in reply['kernels']:
        expect_same('published', kernel['generation'], kernel['published'])
    machine.module('kernel/new.ko', version='9.9.8')
    for arguments in (['9.9.8'], ['-k', '9.9.8']):
        expect_same('kernels', ['9.9.8'],
                    [kernel['release'] for kernel in machine.ask('settle', *arguments)['kernels']])
    expect('new.ko' in (machine.directory('9.9.8') / 'modules.dep').read_text(), 'not published')


@test
def settle_may_leave_the_files_alone(machine):
    machine.run('settle', '--no-publish').expect(CLEAN)
    expect(not (machine.directory() / 'modules.dep').exists(), 'modules.dep is there')


@test
def differences_are_the_answer_no(machine):
    result = machine.run('diff').expect(NO)
    expect(any(row[:2] == ['modules.dep', 'missing'] for row in result.rows()), *result.lines())
    machine.index()
    expect_same('differences', b'', machine.run('diff').expect(CLEAN).stdout)
    expect({'same'} == {row[1] for row in machine.run('diff', '--all').expect(CLEAN).rows()},
           'not all are the same')
    machine.module('kernel/new.ko')
    expect(any(row[:2] == ['modules.dep', 'changed'] for row in machine.run('diff').expect(NO).rows()),
           'nothing has changed')


@test
def damage_is_found_by_verify(machine):
    machine.index()
    expect_same('findings', [], machine.ask('verify')['findings'])
    (machine.directory() / 'modules.dep.bin').write_bytes(b'nonsense')
    reply = machine.ask('verify', status=NO)
    expect_same('intact', False, reply['intact'])
    expect(any(finding['file'] == 'modules.dep.bin' for finding in reply['findings']), reply)


@test
def files_are_printed_as_they_should_be(machine):
    machine.index()
    for name in OUTPUTS:
        path = machine.directory() / name
        content = path.read_bytes()
        path.unlink()
        expect_same(name, content, machine.run('cat', name).expect(CLEAN).stdout)


@test
def only_index_files_are_printed(machine):
    result = machine.run('cat', 'modules.order')
    expect_same('exit status', FAILED, result.status)
    expect('modules.order' in result.stderr, result.stderr)


@test
def what_cannot_be_written_is_an_error(machine):
    if os.geteuid() == 0:
        raise Unavailable('root may write everywhere')
    machine.directory().chmod(0o555)
    result = machine.run('refresh')
    machine.directory().chmod(0o755)
    expect_same('exit status', FAILED, result.status)
