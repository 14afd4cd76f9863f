# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the methods behind the verbs for installers and administrators answer on the bus."""

import dbus

from stage import Tests, eventually, expect, expect_equal, expect_error, names

TESTS = test = Tests()


def rows(array):
    return [tuple(map(str, row)) for row in array]


@test
def shadowed_files_are_listed_with_winner_and_rule(stage):
    stage.start_with_modules()
    expect_equal(rows(stage.ask('ListShadowed', 0)[0]), [], 'shadowed')
    stage.kernel.module('updates/a.ko', ['a_symbol'])
    expect_equal(rows(stage.ask('ListShadowed', 0)[0]),
                 [('a', 'kernel/a.ko', 'updates/a.ko', 'search updates')], 'shadowed')


@test
def conflicts_are_listed_by_kind(stage):
    stage.start_with_modules()
    expect_equal(rows(stage.ask('ListConflicts', 0)[0]), [], 'conflicts')
    stage.kernel.module('kernel/zz.ko', ['a_symbol'])
    winner = str(stage.ask('FindSymbol', 'a_symbol', 0)[0][0][1])
    loser, = {'kernel/a.ko', 'kernel/zz.ko'} - {winner}
    expect_equal(rows(stage.ask('ListConflicts', 0)[0]),
                 [('duplicate-export', 'a_symbol', loser, winner)], 'conflicts')


@test
def two_kernels_are_compared_as_they_are_now(stage):
    other = stage.root.kernel('1.2.3')
    stage.some_modules(other)
    sysfs = stage.folder / 'sys'
    (sysfs / 'devices/one').mkdir(parents=True)
    (sysfs / 'devices/one/modalias').write_text('usb:c\n')
    stage.some_modules()
    stage.start(f'--sysfs={sysfs}')
    compare = lambda: stage.client.manager(  # noqa: E731
        'DiffKernels', stage.kernel.release, '1.2.3', 0)
    expect_equal([len(part) for part in compare()[:5]], [0] * 5, 'differences')
    (other.directory / 'kernel/sub/c.ko').unlink()
    modules, symbols, aliases, devices, carried = compare()[:5]
    expect_equal(rows(modules), [('gone', 'c', 'kernel/sub/c.ko', '')], 'modules')
    expect_equal(len(symbols) + len(carried), 0, 'symbols and carried')
    expect_equal(rows(aliases), [('gone', 'usb:c', 'c')], 'aliases')
    (change, device, modalias, old, new), = devices
    expect_equal((str(change), str(device), str(modalias), list(map(str, old)), list(new)),
                 ('lost', '/devices/one', 'usb:c', ['c'], []), 'device')
    expect_error('NoSuchKernel', stage.client.manager, 'DiffKernels', '1.2.3', '1.2.4', 0)


@test
def devices_and_states_are_those_of_the_given_sysfs(stage):
    sysfs = stage.folder / 'sys'
    for folder, name, text in (('devices/one', 'modalias', 'usb:c'),
                               ('module/c', 'initstate', 'live')):
        (sysfs / folder).mkdir(parents=True)
        (sysfs / folder / name).write_text(text + '\n')
    stage.some_modules()
    stage.start(f'--sysfs={sysfs}')
    (device, modalias, modules, driver), = stage.ask('ListDevices', 0)[0]
    expect_equal((str(device), str(modalias), rows(modules), str(driver)),
                 ('/devices/one', 'usb:c', [('c', 'kernel/sub/c.ko', 'loaded')], ''), 'device')
    expect_equal(rows(stage.ask('GetModuleStates', dbus.Array(['c', 'a', 'x'], 's'), 0)[0]),
                 [('c', 'c', 'kernel/sub/c.ko', 'loaded'), ('a', 'a', 'kernel/a.ko', 'on-disk'),
                  ('x', '', '', 'absent')], 'states')


@test
def devices_that_get_other_modules_are_announced_and_asked_for(stage):
    sysfs, state = stage.folder / 'sys', stage.root.path / 'var/lib/depmodd'
    for name, modalias in (('one', 'pci:b7'), ('two', 'pci:a'), ('three', 'scsi:x')):
        (sysfs / 'devices' / name).mkdir(parents=True)
        (sysfs / 'devices' / name / 'modalias').write_text(modalias + '\n')
    state.mkdir(parents=True)
    stage.daemon.configure('TriggerUdev=yes')
    stage.some_modules()
    stage.start(f'--sysfs={sysfs}')
    stage.settle()
    listener = stage.listen()
    stage.kernel.module('kernel/scsi.ko', aliases=['scsi:*'])
    (stage.kernel.directory / 'kernel/a.ko').unlink()
    stage.settle()
    seen = listener.wait_for('DevicesChanged')
    expect(seen, 'no signal')
    _, devices, truncated = seen[1]
    expect_equal([(str(path), str(modalias), names(modules)) for path, modalias, modules in devices],
                 [('/devices/three', 'scsi:x', ['scsi']), ('/devices/two', 'pci:a', [])], 'devices')
    expect_equal(bool(truncated), False, 'truncated')
    requests = list((state / 'udev').iterdir())
    expect_equal([request.read_text() for request in requests], ['/devices/three\n'], 'requests')


@test
def devices_that_keep_their_modules_are_not_announced(stage):
    sysfs = stage.folder / 'sys'
    (sysfs / 'devices/one').mkdir(parents=True)
    (sysfs / 'devices/one/modalias').write_text('pci:b7\n')
    stage.some_modules()
    stage.start(f'--sysfs={sysfs}')
    stage.settle()
    listener = stage.listen()
    stage.kernel.module('kernel/scsi.ko', aliases=['scsi:*'])
    stage.settle()
    stage.kernel.module('updates/b.ko', ['b_symbol'], ['a_symbol'], aliases=['pci:b*'])
    stage.settle()
    stage.kernel.module('kernel/late.ko', aliases=['pci:b7'])
    stage.settle()
    expect(listener.wait_for('DevicesChanged'), 'no signal')
    expect_equal(len(listener.named('DevicesChanged')), 1, 'signals')


@test
def publications_are_remembered(stage):
    (stage.root.path / 'var/lib/depmodd').mkdir(parents=True)
    stage.start_with_modules()
    stage.settle()
    (stage.kernel.directory / 'kernel/a.ko').unlink()
    stage.settle()
    eventually(lambda: len(stage.ask('GetHistory', 0)[0]) >= 2, 'two publications')
    generation, _, added, removed, changed, files, truncated = stage.ask('GetHistory', 0)[0][0]
    expect_equal((names(added), names(removed), names(changed), bool(truncated)),
                 ([], ['a'], [], False), 'changes')
    expect('modules.dep' in names(files), files)
    expect_equal(generation, stage.property('PublishedGeneration'), 'generation')
