# SPDX-License-Identifier: LGPL-2.1-or-later
"""Files that others hide, and what exists twice."""

import schema
from machine import CLEAN, FAILED, NO, Tests, expect_same

TESTS = test = Tests()

SHADOWED = {'shadowed': [{'name': str, 'path': str, 'winner': str, 'rule': str}], 'generation': int}
CONFLICTS = {'conflicts': [{'kind': {'duplicate-export', 'also-builtin'}, 'name': str, 'path': str,
                            'winner': str}], 'generation': int}


@test
def nothing_is_shadowed_where_each_name_is_there_once(machine):
    expect_same('said', b'', machine.run('shadowed').expect(CLEAN).stdout)
    schema.check(SHADOWED, machine.ask('shadowed'))
    machine.run('shadowed', 'x').expect(
        FAILED, "shadowed takes no argument 'x', see depmodctl shadowed --help")


@test
def shadowed_files_are_told_with_who_wins_by_which_rule(machine):
    machine.module('updates/base.ko', ['base_call'], [], 'license=GPL')
    machine.module('extra/driver.ko')
    machine.module('kernel/a/driver.ko')
    (machine.root / 'etc/depmod.d').mkdir(parents=True)
    (machine.root / 'etc/depmod.d/x.conf').write_text('override driver * extra\n')
    answer = machine.ask('shadowed', status=NO)
    schema.check(SHADOWED, answer)
    expect_same('rows', [
        ('driver', 'kernel/a/driver.ko', 'extra/driver.ko', 'override extra/driver'),
        ('base', 'kernel/base.ko', 'updates/base.ko', 'search updates'),
        ('driver', 'kernel/driver.ko', 'extra/driver.ko', 'override extra/driver'),
    ], [tuple(row[key] for key in ('name', 'path', 'winner', 'rule'))
        for row in answer['shadowed']])
    lines = machine.run('shadowed').expect(NO).lines()
    expect_same('header', ['MODULE', 'SHADOWED', 'WINS', 'BY'], lines[0].split())
    expect_same('row', ['base', 'kernel/base.ko', 'updates/base.ko', 'search', 'updates'],
                lines[2].split())
    expect_same('quiet', b'', machine.run('-q', 'shadowed').expect(NO).stdout)


@test
def the_daemon_tells_the_same_of_what_is_shadowed(machine):
    machine.start_daemon()
    machine.run_plain('shadowed').expect(CLEAN)
    machine.module('updates/base.ko', ['base_call'], [], 'license=GPL')
    expect_same('rows', [['base', 'kernel/base.ko', 'updates/base.ko', 'search', 'updates']],
                machine.run_plain('shadowed').expect(NO).rows())
    (machine.directory() / 'updates/base.ko').unlink()
    machine.run_plain('shadowed').expect(CLEAN)


@test
def conflicts_are_symbols_and_modules_that_exist_twice(machine):
    schema.check(CONFLICTS, machine.ask('conflicts'))
    expect_same('none', b'', machine.run('conflicts').expect(CLEAN).stdout)
    machine.module('kernel/other.ko', ['base_call', 'other_call'])
    machine.module('extra/root-fs.ko')
    answer = machine.ask('conflicts', status=NO)
    schema.check(CONFLICTS, answer)
    loser, = (row for row in answer['conflicts'] if row['kind'] == 'duplicate-export')
    expect_same('symbol', 'base_call', loser['name'])
    expect_same('files', {'kernel/base.ko', 'kernel/other.ko'}, {loser['path'], loser['winner']})
    provider = machine.ask('provides', 'base_call')['results'][0]['providers'][0]
    expect_same('who provides', provider['path'], loser['winner'])
    rows = machine.run('conflicts').expect(NO).rows()
    expect_same('builtin', ['also-builtin', 'root_fs', 'extra/root-fs.ko', '-'], rows[-1])


@test
def what_the_kernel_itself_exports_is_a_conflict(machine):
    machine.file('Module.symvers', b'0x00000001\tbase_call\tvmlinux\tEXPORT_SYMBOL\t\n'
                 b'0x00000002\tbase_other\tkernel/base\tEXPORT_SYMBOL\t\n')
    expect_same('rows', [['duplicate-export', 'base_call', 'kernel/base.ko', '-']],
                machine.run('conflicts').expect(NO).rows())


@test
def the_daemon_tells_the_same_of_conflicts(machine):
    machine.start_daemon()
    machine.run_plain('conflicts').expect(CLEAN)
    machine.module('extra/root-fs.ko')
    expect_same('rows', [['also-builtin', 'root_fs', 'extra/root-fs.ko', '-']],
                machine.run_plain('conflicts').expect(NO).rows())
