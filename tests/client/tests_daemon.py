# SPDX-License-Identifier: LGPL-2.1-or-later
"""What takes a daemon that watches, on a bus of its own."""

import json
import signal
import subprocess

from machine import (CLEAN, FAILED, UNREACHABLE, VERSION, Tests, expect, expect_same, wait_for)

TESTS = test = Tests()


@test
def the_daemon_is_asked_when_it_runs(machine):
    machine.start_daemon()
    status = json.loads(machine.run_plain('-j', 'status').expect(CLEAN).stdout)
    expect_same('private', False, status['private'])
    machine.module('kernel/new.ko')
    rows = machine.run_plain('list', 'new').expect(CLEAN).rows()
    expect_same('the new module', [['new', 'module', 'kernel/new.ko']], rows)


@test
def the_daemon_is_left_alone_when_that_is_wanted(machine):
    machine.start_daemon()
    for arguments, environment in ((['--offline'], {}), ([], {'DEPMOD_NO_DAEMON': '1'}),
                                   ([f'--root={machine.root}'], {})):
        status = json.loads(machine.run_plain('-j', 'status', *arguments,
                                              **environment).expect(CLEAN).stdout)
        expect_same(f'private with {arguments} {environment}', True, status['private'])


@test
def what_happens_is_monitored(machine):
    machine.start_daemon()
    machine.run_plain('-q', 'settle').expect(CLEAN)
    log = machine.root / 'monitor.log'
    with log.open('w') as output:
        process = machine.start(machine.programs.depmodctl, 'monitor', '--json=short', stdout=output)

    def signals():
        return [json.loads(line) for line in log.read_text().splitlines()]

    def happens(number):
        machine.module(f'kernel/new{number}.ko')
        machine.run_plain('-q', 'settle').expect(CLEAN)
        return {'Changed', 'Published'} <= {event['signal'] for event in signals()}

    numbers = iter(range(1000))
    wait_for(lambda: happens(next(numbers)), 'nothing is told')
    changed = next(event for event in signals() if event['signal'] == 'Changed')
    expect_same('kernel', VERSION, changed['release'])
    expect('added' in changed['arguments'], changed)
    process.terminate()  # SIGINT is ignored by whoever is started in the background of a script
    expect_same('exit status', -signal.SIGTERM, process.wait())


@test
def a_command_inhibits_and_gives_its_status(machine):
    machine.start_daemon()
    machine.run_plain('inhibit', 'sh', '-c', 'exit 7').expect(7)
    result = machine.run_plain('inhibit', '--who=me', '--why=because', machine.programs.depmodctl,
                               'inhibit', '--list').expect(CLEAN)
    expect(any(row[:2] == ['me', 'because'] for row in result.rows()), *result.lines())
    expect_same('afterwards', b'', machine.run_plain('inhibit', '--list').expect(CLEAN).stdout)
    result = machine.run_plain('inhibit', '/no/such/command')
    expect_same('exit status', 127, result.status)
    machine.run_plain('inhibit').expect(FAILED, 'inhibit takes a command, see depmodctl inhibit '
                                                '--help')


@test
def the_configuration_is_read_again(machine):
    machine.start_daemon()
    machine.run_plain('reload').expect(CLEAN)


@test
def an_end_of_the_bus_ends_the_monitor(machine):
    daemon = machine.start_daemon()
    process = machine.start(machine.programs.depmodctl, 'monitor', stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL)
    daemon.terminate()
    daemon.wait()
    machine.run_plain('reload').expect(UNREACHABLE, 'depmodd does not run')
    machine.processes[0].terminate()  # the bus
    expect_same('exit status', UNREACHABLE, process.wait())
