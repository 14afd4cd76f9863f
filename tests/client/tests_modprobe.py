# SPDX-License-Identifier: LGPL-2.1-or-later
"""The verbs that depend on modprobe's configuration: order, resolve, why, blocked."""

import subprocess

from machine import CLEAN, FAILED, NO, Tests, expect, expect_same

TESTS = test = Tests()

OPEN = 'driver is not blocked: an alias loads it.'
BLOCKED = 'driver is blocked: modprobe does not load it in any way.'


def configure(machine, text):
    path = machine.root / 'etc/modprobe.d/test.conf'
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@test
def the_order_is_that_of_the_configuration(machine):
    directory = machine.directory()
    machine.module('kernel/other.ko')
    configure(machine, 'options base x=1\nsoftdep driver post: other root_fs\n'
              'install other /bin/run it\nalias it driver\n')
    expect_same('lines', [f'insmod {directory}/kernel/base.ko x=1',
                          f'insmod {directory}/kernel/driver.ko', '/bin/run it', '# root_fs is builtin'],
                machine.run('order', 'it').expect(CLEAN).lines())
    expect_same('paths', [f'{directory}/kernel/{name}.ko' for name in ('base', 'driver')],
                machine.run('order', '--paths', 'it').expect(CLEAN).lines())
    machine.run('order', '--no-config', 'it').expect(NO, "No module has the name or alias 'it'")
    expect_same('without', 2, len(machine.run('order', '--no-config', 'driver').lines()))


@test
def blacklisted_aliases_are_told(machine):
    path = configure(machine, 'blacklist driver\n')
    result = machine.run('order', 'pci:v00001234d1')
    result.expect(CLEAN, "'pci:v00001234d1' does not load driver: 'blacklist driver', "
                  f'{path}:1')
    expect_same('lines', [], result.lines())
    expect_same('by name', 2, len(machine.run('order', 'driver').expect(CLEAN).lines()))


@test
def names_are_resolved_from_arguments_and_from_standard_input(machine):
    rows = machine.run('resolve', 'spare', 'fs-root').expect(CLEAN).rows()
    expect_same('rows', [['base', 'symbol', 'kernel/base.ko', '-'],
                         ['driver', 'softpre', 'kernel/driver.ko', '-'],
                         ['spare', 'wanted', 'kernel/spare.ko', '-'],
                         ['root_fs', 'wanted,builtin', '-', '-']], rows)
    process = subprocess.run([machine.programs.depmodctl, f'--root={machine.root}', 'resolve'],
                             input=b'spare\n\nfs-root\nnone', capture_output=True, check=False,
                             env=machine.environment, timeout=60)
    expect_same('status', NO, process.returncode)
    expect_same('said', b"depmodctl: No module has the name or alias 'none'\n", process.stderr)
    expect_same('rows', rows, [line.split() for line in process.stdout.decode().splitlines()[1:]])
    expect_same('nothing', [], machine.run('resolve').expect(CLEAN).rows())


@test
def files_are_those_of_an_image(machine):
    directory, firmware = machine.directory(), machine.root / 'lib/firmware'
    machine.module('kernel/fw.ko', [], [], 'firmware=here.bin', 'firmware=there.bin', 'weakdep=base')
    firmware.mkdir()
    (firmware / 'here.bin.zst').write_bytes(b'')
    configure(machine, 'install fw /bin/false\n')
    expect_same('files', [f'{directory}/kernel/fw.ko', f'{directory}/kernel/base.ko'],
                machine.run('resolve', '--files', 'fw', 'root_fs').expect(CLEAN).lines())
    expect_same('with firmware', [f'{directory}/kernel/fw.ko', f'{firmware}/here.bin.zst'],
                machine.run('resolve', '--files', '--firmware', '--no-weak', 'fw').lines())
    rows = machine.run('resolve', '--firmware', 'fw').expect(CLEAN).rows()
    expect_same('rows', [['fw', 'wanted', 'kernel/fw.ko', '/bin/false'],
                         ['-', '-', f'{firmware}/here.bin.zst', 'firmware'],
                         ['-', '-', 'there.bin', 'missing', 'firmware'],
                         ['base', 'weak', 'kernel/base.ko', '-']], rows)


@test
def the_options_of_resolve_leave_things_out(machine):
    def found(*arguments):
        return [row[0] for row in machine.run('resolve', *arguments, 'spare', 'root_fs').rows()]
    configure(machine, 'softdep driver pre: root_fs\n')
    expect_same('all', ['base', 'root_fs', 'driver', 'spare'], found())
    expect_same('no softdeps', ['spare', 'root_fs'], found('--no-soft'))
    expect_same('no builtin', ['base', 'driver', 'spare'], found('--no-builtin'))
    expect_same('no configuration', ['base', 'driver', 'spare', 'root_fs'], found('--no-config'))


@test
def why_tells_who_pulls_in_a_module(machine):
    lines = machine.run('why', 'driver').expect(CLEAN).lines()
    expect_same('aliases', ['alias pci:v00001234d*', ''], lines[:2])
    expect_same('row', ['spare', 'softpre', 'driver', '1', '0'], lines[3].split())
    expect_same('steps', [['driver', 'symbol', 'base', '1', '1'],
                          ['spare', 'softpre', 'driver', '2', '0']],
                machine.run('why', 'base').expect(CLEAN).rows())
    expect_same('without softdeps', 1, len(machine.run('why', '--no-soft', 'base').rows()))
    machine.run('why', 'spare').expect(NO, "Nothing pulls in 'spare'")
    machine.run('why', 'none').expect(FAILED, "9.9.9 has no module 'none'")


@test
def why_tells_the_way_from_one_to_the_other(machine):
    expect_same('rows', [['spare', 'driver', 'softpre', '-'],
                         ['driver', 'base', 'symbol', 'base_call']],
                machine.run('why', 'spare', 'base').expect(CLEAN).rows())
    machine.run('why', 'base', 'spare').expect(NO, "'base' does not pull in 'spare'")
    machine.run('why', '--no-soft', 'spare', 'base').expect(NO, "'spare' does not pull in 'base'")
    expect_same('usage', FAILED, machine.run('why').status)


@test
def blocked_says_so_and_by_what(machine):
    expect_same('open', OPEN, machine.run('blocked', 'driver').expect(NO).lines()[0])
    path = configure(machine, 'blacklist driver\n')
    lines = machine.run('blocked', 'driver').expect(NO).lines()
    expect('only: who asks by name' in lines[0], lines[0])
    expect_same('the alias', ['driver', 'pci:v00001234d*', 'stopped', 'driver', 'blacklist',
                              'driver', f'{path}:1'], lines[4].split())
    configure(machine, 'install driver /bin/false\nblaklist driver\n')
    lines = machine.run('blocked', 'driver').expect(CLEAN).lines()
    expect_same('blocked', BLOCKED, lines[0])
    expect("test.conf:2: 'blaklist' begins no line of modprobe.d(5)" in lines[1], lines[1])
    configure(machine, 'install driver /bin/run\n')
    expect_same('unknown', 'driver may be blocked: that depends on what a command does.',
                machine.run('blocked', 'driver').expect(NO).lines()[0])
    expect_same('builtin', 'root_fs is part of the kernel and cannot be blocked.',
                machine.run('blocked', 'root_fs').expect(NO).lines()[0])
    expect_same('quiet', [], machine.run('-q', 'blocked', 'root_fs').expect(NO).lines())


def keys(value):
    """The keys of all records, each list by its first member."""
    if isinstance(value, dict):
        return {key: keys(member) for key, member in value.items()}
    if isinstance(value, list):
        return [keys(value[0])] if value else []
    return type(value).__name__


@test
def json_has_the_keys_of_the_interface(machine):
    machine.module('kernel/fw.ko', [], [], 'firmware=there.bin', 'alias=fw')
    configure(machine, 'install fw /bin/false\noptions fw x=1\nblacklist driver\n')
    step = {'name': 'str', 'path': 'str', 'edges': 'int',
            'details': {'Command': 'str', 'CommandSource': 'str', 'Options': 'str'}}
    refusal = {'asked': 'str', 'name': 'str', 'rule': 'str', 'source': 'str'}
    rest = {'unresolved': ['str'], 'blacklisted': [refusal], 'generation': 'int'}
    asked = ('fw', 'pci:v00001234d1', 'none')
    expect_same('order', {'order': [step], **rest}, keys(machine.ask('order', *asked, status=NO)))
    step = {**step, 'details': {**step['details'], 'MissingFirmware': ['str']}}
    expect_same('resolve', {'modules': [step], **rest},
                keys(machine.ask('resolve', '--firmware', *asked, status=NO)))
    puller = {'name': 'str', 'path': 'str', 'pulls': 'str', 'edges': 'int', 'distance': 'int',
              'n_aliases': 'int'}
    expect_same('why', {'aliases': ['str'], 'pullers': [puller], 'generation': 'int'},
                keys(machine.ask('why', 'driver')))
    link = {'name': 'str', 'needs': 'str', 'edges': 'int', 'symbols': ['str']}
    expect_same('chain', {'chain': [link], 'generation': 'int'},
                keys(machine.ask('why', 'driver', 'base')))
    way = {key: 'str' for key in ('name', 'alias', 'result', 'obstacle', 'rule', 'source')}
    expect_same('blocked', {'verdict': 'str', 'ways': [way], 'notes': [], 'generation': 'int'},
                keys(machine.ask('blocked', 'fw')))


@test
def the_daemon_answers_the_same(machine):
    configure(machine, 'install driver /bin/false\n')
    questions = (['order', 'spare'], ['resolve', 'spare'], ['why', 'base'], ['why', 'spare', 'base'],
                 ['blocked', 'driver'])
    alone = [machine.run(*question) for question in questions]
    machine.start_daemon()
    for question, expected in zip(questions, alone):
        result = machine.run_plain(*question)
        expect_same(' '.join(question), (expected.status, expected.stdout),
                    (result.status, result.stdout))
