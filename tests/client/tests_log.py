# SPDX-License-Identifier: LGPL-2.1-or-later
"""What was published when."""

import shutil

import schema
from machine import CLEAN, VERSION, Tests, expect, expect_same, wait_for

TESTS = test = Tests()

HISTORY = {'history': [{'generation': int, 'time_usec': int, 'added': [str], 'removed': [str],
                        'changed': [str], 'files': [str], 'truncated': bool}], 'generation': int}


def start(machine):
    state = machine.root / 'var/lib/depmodd'
    state.mkdir(parents=True)
    machine.start_daemon()
    machine.run_plain('-q', 'settle').expect(CLEAN)
    return state / f'{VERSION}.history'


def history(machine):
    """The entries, the newest first, also as a private instance reads them."""
    answer = machine.ask('log')
    schema.check(HISTORY, answer)
    return answer['history']


@test
def without_a_place_for_it_there_is_no_history(machine):
    expect_same('entries', [], history(machine))
    expect_same('printed', b'', machine.run('log').expect(CLEAN).stdout)


@test
def publications_are_told_with_what_changed_and_which_files(machine):
    start(machine)
    machine.module('kernel/new.ko', [], ['base_call'])
    machine.module('kernel/spare.ko', ['spare_call'])
    (machine.directory() / 'kernel/driver.ko').unlink()
    machine.run_plain('-q', 'settle').expect(CLEAN)
    wait_for(lambda: history(machine)[0]['added'], 'nothing is told')
    newest = history(machine)[0]
    expect_same('modules', (['new'], ['driver'], ['spare']),
                tuple(newest[key] for key in ('added', 'removed', 'changed')))
    expect('modules.dep' in newest['files'] and not newest['truncated'], newest)
    generations = [entry['generation'] for entry in history(machine)]
    expect_same('order', sorted(generations, reverse=True), generations)
    row = machine.run('log').expect(CLEAN).lines()[1].split()
    expect_same('row', [str(len(newest['files'])), '+new', '-driver', '*spare'], row[-4:])


@test
def long_lists_are_cut_unless_the_full_ones_are_wanted(machine):
    start(machine)
    for number in range(10):
        machine.module(f'kernel/new{number}.ko')
    machine.run_plain('-q', 'settle').expect(CLEAN)
    wait_for(lambda: history(machine)[0]['added'], 'nothing is told')
    expect_same('cut', 'and 4 more', machine.run('log').lines()[1][-10:])
    expect_same('full', 10, machine.run('log', '--full').lines()[1].count('+new'))


@test
def a_history_that_is_damaged_is_begun_anew(machine):
    file = start(machine)
    machine.module('kernel/one.ko')
    machine.run_plain('-q', 'settle').expect(CLEAN)
    wait_for(lambda: history(machine), 'there is none')
    file.write_bytes(b'nonsense')
    expect_same('entries', [], history(machine))
    machine.module('kernel/two.ko')
    machine.run_plain('-q', 'settle').expect(CLEAN)
    wait_for(lambda: history(machine), 'there is none')
    expect_same('entries', [['two']], [entry['added'] for entry in history(machine)])
    log = (machine.root / 'daemon.log').read_text()
    expect_same('lines of log', 1, log.count('is damaged, beginning a new one'))


@test
def the_daemon_tells_its_history_after_a_restart_too(machine):
    start(machine)
    machine.module('kernel/one.ko')
    machine.run_plain('-q', 'settle').expect(CLEAN)
    wait_for(lambda: history(machine), 'there is none')
    machine.restart_daemon()
    machine.module('kernel/two.ko')
    machine.run_plain('-q', 'settle').expect(CLEAN)
    wait_for(lambda: [entry['added'] for entry in history(machine)][:2] == [['two'], ['one']],
             'not both are there')
    rows = machine.run_plain('log').expect(CLEAN).lines()
    expect(rows[1].endswith('+two') and rows[2].endswith('+one'), *rows)


@test
def the_history_goes_with_its_kernel(machine):
    file = start(machine)
    machine.kernel('9.9.8')
    machine.run_plain('-q', 'settle').expect(CLEAN)
    wait_for(file.exists, 'there is none')
    shutil.rmtree(machine.directory())
    wait_for(lambda: not file.exists(), 'it is still there')
