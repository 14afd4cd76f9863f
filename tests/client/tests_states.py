# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is loaded, on disk or builtin, and which modules serve the devices of a machine."""

import json
import struct

import schema
from machine import CLEAN, FAILED, NO, Tests, expect, expect_same, wait_for
from module_writer import simple_module
from sysfs import Sysfs

TESTS = test = Tests()

MODULE_STATES = {'absent', 'on-disk', 'builtin', 'loaded', 'blocked', 'different'}
STATES = {'states': [{'name': str, 'module': str, 'path': str, 'state': MODULE_STATES}],
          'generation': int}
DEVICES = {'devices': [{'device': str, 'modalias': str, 'driver': str,
                        'modules': [{'name': str, 'path': str, 'state': MODULE_STATES}]}],
           'generation': int}
ONE, OTHER = bytes(range(20)), bytes(range(20, 40))


def add_build_id(writer):
    writer.add(b'.note.gnu.build-id', struct.pack('<3I', 4, len(ONE), 3) + b'GNU\0' + ONE, kind=7,
               flags=2)


def states(machine, *arguments):
    return {row['name']: row['state'] for row in machine.ask('state', *arguments)['states']}


@test
def each_module_has_one_state(machine):
    sysfs = Sysfs(machine.root / 'sys')
    sysfs.module('base')
    sysfs.module('root_fs', state=None)
    sysfs.module('gone')
    answer = machine.ask('state', sysfs.option, 'base', 'driver', 'root-fs', 'gone', 'never')
    schema.check(STATES, answer)
    expect_same('states', {'base': 'loaded', 'driver': 'on-disk', 'root-fs': 'builtin',
                           'gone': 'different', 'never': 'absent'},
                {row['name']: row['state'] for row in answer['states']})
    rows = machine.run('state', sysfs.option, 'base', 'never', 'pci:v00001234d1').expect(CLEAN).rows()
    expect_same('rows', [['base', 'loaded', 'base', 'kernel/base.ko'],
                         ['never', 'absent', '-', '-'],
                         ['pci:v00001234d1', 'on-disk', 'driver', 'kernel/driver.ko']], rows)


@test
def another_build_on_disk_is_told_by_its_build_id(machine):
    sysfs = Sysfs(machine.root / 'sys')
    for name, build_id in (('same', ONE), ('other', OTHER), ('untold', None)):
        machine.file(f'kernel/{name}.ko', simple_module(
            modinfo=['srcversion=AAAA'], damage=add_build_id))
        sysfs.module(name, build_id, 'BBBB')
    expect_same('states', {'same': 'loaded', 'other': 'different', 'untold': 'different'},
                states(machine, sysfs.option, 'same', 'other', 'untold'))


@test
def without_build_ids_the_srcversion_tells(machine):
    sysfs = Sysfs(machine.root / 'sys')
    for name, srcversion in (('same', 'AAAA'), ('other', 'BBBB'), ('untold', None)):
        machine.module(f'kernel/{name}.ko', [], [], 'srcversion=AAAA')
        sysfs.module(name, None, srcversion)
    expect_same('states', {'same': 'loaded', 'other': 'different', 'untold': 'loaded'},
                states(machine, sysfs.option, 'same', 'other', 'untold'))


@test
def of_a_kernel_that_does_not_run_nothing_is_loaded(machine):
    names = ('base', 'driver', 'root_fs')
    expect_same('states', {'base': 'on-disk', 'driver': 'on-disk', 'root_fs': 'builtin'},
                states(machine, *names))


@test
def what_modprobe_would_not_load_is_blocked(machine):
    sysfs = Sysfs(machine.root / 'sys')
    folder = machine.root / 'etc/modprobe.d'
    folder.mkdir(parents=True)
    (folder / 'x.conf').write_text('install driver /bin/false\ninstall base /bin/false\n'
                                   'blacklist spare\n')
    sysfs.module('base')
    expect_same('states', {'base': 'loaded', 'driver': 'blocked', 'spare': 'on-disk'},
                states(machine, sysfs.option, 'base', 'driver', 'spare'))
    machine.run('state', sysfs.option, '--is=blocked', 'driver').expect(CLEAN)
    machine.run('state', sysfs.option, '--is=loadable', 'driver').expect(NO)
    machine.run('state', sysfs.option, '--is=loadable', 'base', 'spare').expect(CLEAN)


@test
def a_script_asks_with_is(machine):
    sysfs = Sysfs(machine.root / 'sys')
    sysfs.module('base')
    for word, names, status in (('loaded', ['base'], CLEAN), ('loaded', ['base', 'driver'], NO),
                                ('loadable', ['base', 'driver', 'root_fs'], CLEAN),
                                ('loadable', ['base', 'never'], NO),
                                ('available', ['base', 'root_fs'], CLEAN),
                                ('available', ['driver'], NO), ('on-disk', ['driver'], CLEAN),
                                ('builtin', ['root_fs'], CLEAN), ('absent', ['never'], CLEAN),
                                ('different', ['base'], NO)):
        result = machine.run('state', sysfs.option, f'--is={word}', *names).expect(status)
        expect_same('printed', b'', result.stdout)
    schema.check(STATES, machine.ask('state', sysfs.option, '--is=absent', 'base', status=NO))
    machine.run('state', '--is=there', 'base').expect(
        FAILED, '--is takes absent, on-disk, builtin, loaded, blocked, different, available or '
        "loadable, not 'there'")
    machine.run('state').expect(
        FAILED, 'state takes an argument: [OPTIONS] MODULE..., see depmodctl state --help')


@test
def the_daemon_tells_states_and_devices_as_they_are_now(machine):
    sysfs = Sysfs(machine.root / 'sys')
    sysfs.device('pci0/1', 'pci:v00001234d1')
    machine.start_daemon(sysfs.option)
    machine.run_plain('state', '--is=loaded', 'driver').expect(NO)
    sysfs.module('driver')
    machine.run_plain('state', '--is=loaded', 'driver').expect(CLEAN)
    expect_same('devices', [['/devices/pci0/1', 'driver', 'loaded', '-']],
                machine.run_plain('devices').expect(CLEAN).rows())
    (machine.directory() / 'kernel/driver.ko').unlink()
    machine.run_plain('state', '--is=different', 'driver').expect(CLEAN)
    expect_same('devices', [], machine.run_plain('devices').expect(CLEAN).rows())


@test
def devices_are_listed_with_the_modules_that_serve_them(machine):
    sysfs = Sysfs(machine.root / 'sys')
    sysfs.device('pci0/1', 'pci:v00001234d1', 'driver')
    sysfs.device('pci0/2', 'fs-root')
    sysfs.device('pci0/3', 'usb:v1')
    sysfs.device('pci0/4', 'odd[')
    sysfs.module('driver')
    answer = machine.ask('devices', sysfs.option)
    schema.check(DEVICES, answer)
    expect_same('devices', [
        ('/devices/pci0/1', 'pci:v00001234d1', [('driver', 'kernel/driver.ko', 'loaded')], 'driver'),
        ('/devices/pci0/2', 'fs-root', [('root_fs', '', 'builtin')], ''),
        ('/devices/pci0/3', 'usb:v1', [], ''), ('/devices/pci0/4', 'odd[', [], '')],
        [(row['device'], row['modalias'],
          [(module['name'], module['path'], module['state']) for module in row['modules']],
          row['driver']) for row in answer['devices']])
    rows = machine.run('devices', sysfs.option).expect(CLEAN).rows()
    expect_same('rows', [['/devices/pci0/1', 'driver', 'loaded', 'driver'],
                         ['/devices/pci0/2', 'root_fs', 'builtin', '-']], rows)
    rows = machine.run('devices', '--all', sysfs.option).expect(CLEAN).rows()
    expect_same('row', ['/devices/pci0/3', '-', 'none', '-'], rows[2])


@test
def a_machine_without_sysfs_has_no_devices_to_tell(machine):
    result = machine.run('devices', f'--sysfs={machine.root}/nowhere')
    expect_same('exit status', FAILED, result.status)
    expect('Cannot look for devices in' in result.stderr, result.stderr)
    machine.run('devices', '--sysfs=/sys', '--host=example').expect(
        FAILED, '--root, --module-dir, --sysfs and --offline are for this machine, and not for '
        '--host and --machine')


@test
def the_monitor_names_devices_that_other_modules_serve(machine):
    sysfs = Sysfs(machine.root / 'sys')
    sysfs.device('pci0/1', 'usb:v1')
    machine.start_daemon(sysfs.option)
    machine.run_plain('-q', 'settle').expect(CLEAN)
    log = machine.root / 'monitor.log'
    with log.open('w') as output:
        machine.start(machine.programs.depmodctl, 'monitor', '--json=short', stdout=output)
    changes = iter(range(1000))

    def events():
        if next(changes) % 2:
            (machine.directory() / 'kernel/new.ko').unlink()
        else:
            machine.module('kernel/new.ko', [], [], 'alias=usb:v*')
        machine.run_plain('-q', 'settle').expect(CLEAN)
        return [event for event in map(json.loads, log.read_text().splitlines())
                if event['signal'] == 'DevicesChanged']

    wait_for(events, 'nothing is told')
    schema.check({'generation': int, 'truncated': bool,
                  'devices': [{'device': str, 'modalias': str, 'modules': [str]}]},
                 events()[0]['arguments'])
    expect_same('device', ('/devices/pci0/1', 'usb:v1'),
                tuple(events()[0]['arguments']['devices'][0][key] for key in ('device', 'modalias')))
