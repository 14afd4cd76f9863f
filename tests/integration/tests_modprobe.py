# SPDX-License-Identifier: LGPL-2.1-or-later
"""What depends on modprobe's configuration: it is read anew for each question."""

import threading

import dbus

import depmod1
from stage import Tests, expect, expect_equal, expect_error, names

TESTS = test = Tests()

RESOLVE_WEAK, RESOLVE_FIRMWARE, RESOLVE_NO_CONFIG, RESOLVE_BLACKLIST = (1 << bit
                                                                        for bit in range(3, 7))


def configure(stage, text, name='test.conf', directory='etc/modprobe.d'):
    path = stage.root.path / directory / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def resolve(stage, *asked, flags=0):
    """(steps as name and edges, unresolved, blacklisted)"""
    modules, unresolved, blacklisted, _ = stage.ask('Resolve', dbus.Array(asked, 's'), flags)
    return ([(str(step[0]), int(step[2])) for step in modules], names(unresolved),
            [names(entry) for entry in blacklisted])


def verdict(stage, name):
    return str(stage.ask('GetWays', name, 0)[0])


@test
def names_and_aliases_become_one_list(stage):
    stage.start_with_modules()
    steps, unresolved, blacklisted = resolve(stage, 'usb:c', 'none', 'a', 'b')
    expect_equal(steps, [('a', depmod1.HARD | depmod1.WANTED), ('b', depmod1.HARD | depmod1.WANTED),
                         ('c', depmod1.WANTED)], 'steps')
    expect_equal((unresolved, blacklisted), (['none'], []), 'unresolved and blacklisted')
    expect_equal(resolve(stage), ([], [], []), 'the answer to nothing')


@test
def the_configuration_tells_what_modprobe_does(stage):
    stage.start_with_modules()
    configure(stage, 'alias foo c\nsoftdep c pre: extra\nalias extra a\n'
              'options a x=1\ninstall b /bin/false\nblacklist c\n')
    modules, unresolved, blacklisted, _ = stage.ask('Resolve', dbus.Array(['c', 'foo'], 's'), 0)
    expect_equal([(str(step[0]), str(step[1])) for step in modules],
                 [('a', 'kernel/a.ko'), ('b', 'kernel/b.ko'), ('c', 'kernel/sub/c.ko')], 'steps')
    source = f'{stage.root.path}/etc/modprobe.d/test.conf'
    expect_equal([dict(step[3]) for step in modules],
                 [{'Options': 'x=1'}, {'Command': '/bin/false', 'CommandSource': f'{source}:5'}, {}],
                 'details')
    expect_equal(names(unresolved), [], 'unresolved')
    expect_equal([names(entry) for entry in blacklisted],
                 [['foo', 'c', 'blacklist c', f'{source}:6']], 'blacklisted')
    expect_equal(resolve(stage, 'foo', flags=RESOLVE_NO_CONFIG), ([], ['foo'], []), 'without')
    expect_equal(resolve(stage, 'c', flags=RESOLVE_BLACKLIST)[0], [], 'with blacklists for names')


@test
def no_answer_is_older_than_the_configuration(stage):
    stage.start_with_modules()
    for number in range(30):
        configure(stage, 'blacklist a\n' if number % 2 else 'install a /bin/false\n')
        expect_equal(verdict(stage, 'a'), 'open' if number % 2 else 'blocked', f'round {number}')
        (stage.root.path / 'etc/modprobe.d/test.conf').unlink()
        expect_equal(verdict(stage, 'a'), 'open', f'round {number} without it')
    for directory in ('lib', 'usr/lib', 'usr/local/lib', 'run', 'etc'):
        configure(stage, f'blacklist {directory}\nalias here c\n', directory=f'{directory}/modprobe.d')
        expect_equal(resolve(stage, 'here')[0][-1][0], 'c', directory)


@test
def the_ways_are_told_with_what_stops_them(stage):
    stage.start_with_modules()
    configure(stage, 'blacklist b\ninstall a /bin/false\nbogus line\n')
    found, ways, notes, generation = stage.ask('GetWays', 'a', 0)
    source = f'{stage.root.path}/etc/modprobe.d/test.conf:2'
    expect_equal(str(found), 'blocked', 'verdict')
    expect_equal([names(way) for way in ways][:2],
                 [['a', '', 'stopped', 'a', 'install a /bin/false', source],
                  ['a', 'pci:a*', 'stopped', 'a', 'install a /bin/false', source]], 'ways')
    expect_equal(sorted({str(way[0]) for way in ways}), ['a', 'b', 'c'], 'who is asked for')
    expect(len(notes) == 1 and "'bogus' begins no line" in notes[0], *notes)
    expect(generation > 0, 'no generation')
    expect_error('NoSuchModule', stage.ask, 'GetWays', 'none', 0)


@test
def pullers_and_chains_are_found(stage):
    stage.start_with_modules()
    stage.kernel.module('kernel/s.ko', modinfo=['softdep=pre: c', 'weakdep=a'])
    aliases, pullers, _ = stage.ask('GetPullers', 'a', depmod1.SOFT)
    expect_equal(names(aliases), ['pci:a*', 'net-pf-1'], 'aliases')
    expect_equal([(*names(puller[:3]), *map(int, puller[3:])) for puller in pullers],
                 [('b', 'kernel/b.ko', 'a', depmod1.HARD, 1, 1),
                  ('c', 'kernel/sub/c.ko', 'b', depmod1.HARD, 2, 2),
                  ('s', 'kernel/s.ko', 'c', depmod1.SOFT_PRE, 3, 0)], 'pullers')
    chain, _ = stage.ask('GetChain', 's', 'b', depmod1.SOFT)
    expect_equal([(*names(link[:2]), int(link[2]), names(link[3])) for link in chain],
                 [('s', 'c', depmod1.SOFT_PRE, []), ('c', 'b', depmod1.HARD, ['b_symbol'])], 'chain')
    expect_equal(len(stage.ask('GetChain', 'a', 'b', depmod1.SOFT)[0]), 0, 'links of no chain')
    chain, _ = stage.ask('GetChain', 's', 'a', depmod1.SOFT | depmod1.WEAK)
    expect_equal([(*names(link[:2]), int(link[2])) for link in chain],
                 [('s', 'a', depmod1.WEAK_EDGE)], 'the shortest way')
    configure(stage, 'softdep a pre: s\n')
    chain, _ = stage.ask('GetChain', 'a', 's', depmod1.SOFT)
    expect_equal(len(chain), 1, 'links with the configuration')
    expect_error('NoSuchModule', stage.ask, 'GetChain', 'a', 'none', 0)


@test
def firmware_is_present_or_missing(stage):
    stage.kernel.module('kernel/f.ko', modinfo=['firmware=f/one.bin', 'firmware=f/two.bin',
                                                'firmware=f/pattern-*.bin', 'firmware=f/old.bin'])
    (stage.kernel / 'modules.builtin').write_text('kernel/built.ko\n')
    (stage.kernel / 'modules.builtin.modinfo').write_bytes(b'built.firmware=b.bin\0')
    firmware = stage.root.path / 'lib/firmware'
    for path in ('f/one.bin', 'updates/f/one.bin.xz', 'f/pattern-1.bin', f'{stage.kernel.release}/b.bin'):
        (firmware / path).parent.mkdir(parents=True, exist_ok=True)
        (firmware / path).write_bytes(b'')
    stage.start()
    modules, _, _, _ = stage.ask('Resolve', dbus.Array(['f', 'built'], 's'), RESOLVE_FIRMWARE)
    f, built = ({key: names(value) for key, value in step[3].items()} for step in modules)
    expect_equal(f, {'Firmware': [f'{firmware}/updates/f/one.bin.xz', f'{firmware}/f/pattern-1.bin'],
                     'MissingFirmware': ['f/two.bin', 'f/old.bin']}, 'of a module')
    expect_equal(built, {'Firmware': [f'{firmware}/{stage.kernel.release}/b.bin']}, 'of a builtin one')
    modules, _, _, _ = stage.ask('Resolve', dbus.Array(['f'], 's'), 0)
    expect_equal(dict(modules[0][3]), {}, 'details without being asked')


@test
def many_ask_while_the_configuration_changes(stage):
    stage.start_with_modules()
    answers, is_over = [], threading.Event()

    def change():
        number = 0
        while not is_over.is_set():
            number += 1
            configure(stage, f'options a x={number}\nalias foo a\nalias foo b\n')

    thread = threading.Thread(target=change)
    configure(stage, 'alias foo a\nalias foo b\n')
    thread.start()
    try:
        for _ in range(200):
            answers.append(resolve(stage, 'foo', 'c')[0][-1][0])
    finally:
        is_over.set()
        thread.join()
    expect_equal(set(answers), {'c'}, 'the last module')


@test
def weakdeps_come_when_they_are_asked_for(stage):
    stage.some_modules()
    stage.kernel.module('kernel/w.ko', modinfo=['weakdep=b'])
    stage.start()
    expect_equal(resolve(stage, 'w'), ([('w', depmod1.WANTED)], [], []), 'without')
    expect_equal(resolve(stage, 'w', flags=RESOLVE_WEAK)[0],
                 [('w', depmod1.WANTED), ('a', depmod1.HARD), ('b', depmod1.WEAK_EDGE)], 'with')
