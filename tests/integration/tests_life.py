# SPDX-License-Identifier: LGPL-2.1-or-later
"""Starting, waiting, being told, ending, and doing nothing while nothing happens."""

import os
import signal
import subprocess
import time

import dbus

import depmod1
from stage import (SOON, Tests, eventually, expect, expect_equal, expect_error, manager_call,
                   strings)

TESTS = test = Tests()

STOP_SECONDS_MAX = 1.0


def get_log_level(stage):
    return str(stage.client.get(depmod1.LOG_CONTROL_PATH, depmod1.LOG_CONTROL, 'LogLevel'))


def set_log_level(stage, level):
    stage.client.call(depmod1.LOG_CONTROL_PATH, depmod1.PROPERTIES, 'Set', 'ssv',
                      depmod1.LOG_CONTROL, 'LogLevel', dbus.String(level, variant_level=1))


# Beginning and end.

@test
def when_it_is_ready_the_index_is_published(stage):
    stage.some_modules()
    stage.start()
    stage.expect_right()
    stage.expect_no_litter()
    expect_equal(stage.kernels(), [stage.kernel.release], 'kernels')


@test
def a_right_index_is_not_written_at_the_start(stage):
    stage.some_modules()
    stage.programs.engine.index_in_place(stage.root.path, stage.kernel.release)
    identities = stage.identities()
    stage.start()
    time.sleep(0.5)
    expect_equal(stage.identities(), identities, 'files')


@test
def it_tells_systemd_how_it_is(stage):
    stage.start_with_modules()
    stage.daemon.wait_for_message('STATUS=')


@test
def it_tells_the_watchdog_that_it_lives(stage):
    stage.some_modules()
    stage.start(WATCHDOG_USEC='400000')
    stage.daemon.wait_for_message('WATCHDOG=1', 5)


@test
def it_ends_within_a_second(stage):
    stage.start_with_modules()
    for number in (signal.SIGTERM, signal.SIGINT):
        expect_equal(stage.daemon.stop(number), 0, 'the exit status')
        limit = STOP_SECONDS_MAX * (5 if stage.programs.is_slow else 1)
        expect(stage.daemon.seconds_to_stop < limit, f'it took {stage.daemon.seconds_to_stop} s')
        stage.daemon.start()


@test
def it_ends_within_a_second_while_it_works(stage):
    stage.start_with_modules()
    content = (stage.kernel / 'kernel/b.ko').read_bytes()
    for number in range(2000):
        stage.kernel.put_in_place(f'kernel/many/{number}.ko', content)
    stage.client.start_call(depmod1.PATH, depmod1.MANAGER, 'Settle', 'astt', strings(), 0, 20000000)
    stage.client.connection.flush()
    expect_equal(stage.daemon.stop(), 0, 'the exit status')
    limit = STOP_SECONDS_MAX * (5 if stage.programs.is_slow else 1)
    expect(stage.daemon.seconds_to_stop < limit, f'it took {stage.daemon.seconds_to_stop} s')
    stage.expect_no_litter()


@test
def a_killed_one_leaves_nothing_that_hurts_the_next(stage):
    stage.start_with_modules()
    for number in range(5):
        stage.kernel.module(f'kernel/x{number}.ko', imports=['a_symbol'])
        stage.client.start_call(depmod1.PATH, depmod1.MANAGER, 'Settle', 'astt', strings(), 0,
                                20000000)
        stage.client.connection.flush()
        time.sleep(0.003 * number)
        stage.daemon.stop(signal.SIGKILL)
        stage.daemon.start()
        stage.expect_right()
        stage.expect_no_litter()


@test
def generations_grow_over_a_restart(stage):
    stage.start_with_modules()
    stage.kernel.module('kernel/d.ko')
    stage.settle()
    before = int(stage.property('Generation'))
    stage.daemon.stop()
    stage.daemon.start()
    expect(int(stage.property('Generation')) >= before, f'{stage.property("Generation")} < {before}')
    stage.kernel.module('kernel/e.ko')
    stage.settle()
    expect(int(stage.property('Generation')) > before, 'it did not grow')


@test
def a_wrong_command_line_is_refused(stage):
    for options in (['--no-such-option'], ['too', 'many'], ['--log-level=loud'],
                    ['--config=/no/such/file']):
        completed = subprocess.run([stage.programs.depmodd, *options], capture_output=True, text=True,
                                   stdin=subprocess.DEVNULL, timeout=20, check=False)
        expect(completed.returncode not in (0, -6, -11), f'{options}: {completed.returncode}')
        expect(completed.stderr.strip(), f'{options}: it says nothing')


# Time.

@test
def a_change_is_published_after_quiet_time(stage):
    stage.start_with_modules()
    stage.settle()
    before = stage.kernel.outputs()
    stage.kernel.module('kernel/d.ko')
    time.sleep(0.1)
    expect_equal(stage.kernel.outputs(), before, 'files')
    stage.expect_right_soon(seconds=3)


@test
def steady_changes_are_published_after_five_seconds(stage):
    stage.start_with_modules()
    stage.settle()
    before = stage.kernel.outputs()
    begin = time.monotonic()
    number = 0
    while time.monotonic() - begin < 7 and stage.kernel.outputs() == before:
        stage.kernel.module(f'kernel/x{number}.ko')
        number += 1
        time.sleep(0.05)
    seconds = time.monotonic() - begin
    expect(1 < seconds < 6.5, f'published after {seconds:.1f} s')
    stage.expect_right_soon()


@test
def the_times_can_be_configured(stage):
    stage.daemon.configure('QuietSec=30ms\nMaxDelaySec=300ms\n')
    stage.start_with_modules()
    stage.settle()
    expect_equal(int(stage.client.get_manager('QuietUSec')), 30000, 'QuietUSec')
    before = stage.kernel.outputs()
    begin = time.monotonic()
    while stage.kernel.outputs() == before and time.monotonic() - begin < 3:
        stage.kernel.module('kernel/x.ko')
        stage.kernel.module('kernel/y.ko')
        time.sleep(0.01)
    seconds = time.monotonic() - begin
    expect(seconds < 1.5, f'published after {seconds:.1f} s')


@test
def a_package_being_unpacked_is_published_once(stage):
    stage.start_with_modules()
    stage.settle()
    time.sleep(0.4)
    publications = stage.statistics()['Publications']
    content = (stage.kernel / 'kernel/a.ko').read_bytes()
    for number in range(400):
        stage.kernel.rename_in(f'kernel/package/p{number}.ko', content)
    stage.expect_right_soon()
    time.sleep(0.5)
    expect_equal(int(stage.statistics()['Publications'] - publications), 1, 'publications')


@test
def its_own_writes_wake_nobody(stage):
    stage.start_with_modules()
    stage.kernel.module('kernel/d.ko')
    stage.settle(stage.kernel.release)
    time.sleep(0.6)
    before = stage.statistics()
    time.sleep(1)
    after = stage.statistics()
    for name in ('Refreshes', 'Publications'):
        expect_equal(int(after[name]), int(before[name]), name)


@test
def a_question_costs_no_refresh_when_nothing_has_changed(stage):
    stage.start_with_modules()
    stage.settle()
    time.sleep(0.4)
    before = stage.statistics()
    for _ in range(50):
        stage.ask('ResolveAlias', 'usb:c', 0)
    after = stage.statistics()
    expect_equal(int(after['Refreshes']), int(before['Refreshes']), 'Refreshes')


@test
def an_identical_module_is_no_publication(stage):
    """Whoever reads the index need not read it again."""
    stage.start_with_modules()
    stage.settle()
    identities = stage.identities()
    content = (stage.kernel / 'kernel/a.ko').read_bytes()
    for _ in range(3):
        stage.kernel.rename_in('kernel/a.ko', content)
        stage.settle()
    expect_equal(stage.identities(), identities, 'files')


# Inhibitors.

@test
def an_inhibitor_holds_back_what_nobody_asked_for(stage):
    stage.start_with_modules()
    stage.settle()
    lock = stage.client.manager('Inhibit', 'tester', 'a reason', 0).take()
    (who, why, uid, since), = stage.client.manager('ListInhibitors')
    expect_equal((str(who), str(why), int(uid)), ('tester', 'a reason', os.getuid()), 'inhibitor')
    expect(since > 0, 'no time')
    expect_equal(int(stage.client.get_manager('NInhibitors')), 1, 'NInhibitors')
    before = stage.kernel.outputs()
    stage.kernel.module('kernel/d.ko')
    time.sleep(1)
    expect_equal(stage.kernel.outputs(), before, 'files')
    expect_equal(stage.module_names(), ['a', 'b', 'c', 'd'], 'modules')
    expect_equal(str(stage.property('State')), 'inhibited', 'State')
    os.close(lock)
    stage.expect_right_soon()
    eventually(lambda: not stage.client.get_manager('NInhibitors'), 'nobody inhibits')
    expect_equal(len(stage.client.manager('ListInhibitors')), 0, 'inhibitors')


@test
def who_may_can_settle_over_an_inhibitor(stage):
    stage.start_with_modules()
    stage.settle()
    lock = stage.client.manager('Inhibit', 'tester', 'a reason', 0).take()
    stage.kernel.module('kernel/d.ko')
    stage.client.manager('Settle', strings(stage.kernel.release), depmod1.IGNORE_INHIBITORS, 10000000)
    stage.expect_right()
    os.close(lock)


@test
def an_inhibitor_ends_with_its_process(stage):
    stage.start_with_modules()
    child = os.fork()
    if child == 0:
        client = type(stage.client)(stage.bus.address)
        client.manager('Inhibit', 'tester', 'a reason', 0).take()
        signal.pause()
    try:
        eventually(lambda: int(stage.client.get_manager('NInhibitors')) == 1, 'somebody inhibits')
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    eventually(lambda: int(stage.client.get_manager('NInhibitors')) == 0, 'nobody inhibits')


@test
def an_inhibitor_ends_when_it_takes_too_long(stage):
    stage.daemon.configure('InhibitMaxSec=1s\n')
    stage.start_with_modules()
    stage.settle()
    lock = stage.client.manager('Inhibit', 'tester', 'a reason', 0).take()
    stage.kernel.module('kernel/d.ko')
    stage.expect_right_soon(seconds=SOON)
    os.close(lock)


# Being told.

@test
def the_log_level_can_be_told(stage):
    stage.some_modules()
    stage.start('--log-level=warning')
    expect_equal(get_log_level(stage), 'warning', 'LogLevel')
    set_log_level(stage, 'debug')
    expect_equal(get_log_level(stage), 'debug', 'LogLevel')
    stage.kernel.module('kernel/d.ko')
    stage.settle()
    expect_error('InvalidArgs', set_log_level, stage, 'loud')
    get = stage.client.get
    for name in ('LogTarget', 'SyslogIdentifier'):
        expect(str(get(depmod1.LOG_CONTROL_PATH, depmod1.LOG_CONTROL, name)), f'no {name}')
    expect_equal(str(get(depmod1.LOG_CONTROL_PATH, depmod1.LOG_CONTROL, 'SyslogIdentifier')),
                 'depmodd', 'SyslogIdentifier')


@test
def only_root_may_tell_the_log_level(stage):
    stage.start_with_modules()
    nobody = stage.busctl(as_nobody=True)
    completed = nobody.run('set-property', depmod1.NAME, depmod1.LOG_CONTROL_PATH,
                           depmod1.LOG_CONTROL, 'LogLevel', 's', 'debug')
    expect(completed.returncode != 0, 'it was allowed')


@test
def a_reload_reads_depmodd_conf_again(stage):
    stage.start_with_modules()
    stage.settle()
    stage.daemon.configure('QuietSec=3s\n')
    manager_call(stage, 'Reload')(0)
    before = stage.kernel.outputs()
    stage.kernel.module('kernel/d.ko')
    time.sleep(1)
    expect_equal(stage.kernel.outputs(), before, 'files')
    stage.expect_right_soon()


@test
def an_edited_depmodd_conf_counts_without_a_reload(stage):
    stage.start_with_modules()
    stage.settle()
    for text, microseconds in (('QuietSec=3s\n', 3000000), ('QuietSec=20ms\n', 20000)):
        stage.daemon.configure(text)
        deadline = time.monotonic() + 5
        while (int(stage.client.get_manager('QuietUSec')) != microseconds
               and time.monotonic() < deadline):
            time.sleep(0.01)
        expect_equal(int(stage.client.get_manager('QuietUSec')), microseconds, 'QuietUSec')
