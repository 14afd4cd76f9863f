# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is refused: flags that nobody knows, too much at once, and input that makes no sense."""

import os
import time

import dbus

import depmod1
from bus_client import error_name
from stage import (Tests, eventually, expect, expect_equal, expect_error, kernel_call, manager_call,
                   strings)

TESTS = test = Tests()

OUTSTANDING_MAX = 128
WAITERS_OF_ONE = 8
STALE = depmod1.ALLOW_STALE


@test
def unknown_flags_are_refused_by_each_method(stage):
    stage.start_with_modules()
    stage.settle()
    one = dbus.Array(['a'], 's')
    kernel_calls = {'ListModules': ['*'], 'GetModule': ['a'], 'GetDependencies': ['a'],
                    'GetReverseDependencies': ['a'], 'GetLoadOrder': [one], 'GetGraph': [one],
                    'Resolve': [one], 'GetPullers': ['a'], 'GetChain': ['a', 'a'],
                    'GetWays': ['a'], 'ResolveAlias': ['a'], 'ResolveAliases': [one],
                    'GetModuleStates': [one], 'ListDevices': [], 'FindSymbol': ['a'],
                    'FindSymbols': [one], 'GetUsersOfSymbol': ['a'], 'ListProblems': [],
                    'ListShadowed': [], 'ListConflicts': [], 'Diff': [], 'GetHistory': [],
                    'GetIndex': ['modules.dep'], 'Verify': []}
    expect_equal(set(kernel_calls), set(depmod1.signatures(depmod1.KERNEL)), 'methods')
    for bit in (depmod1.UNKNOWN_FLAG, 1 << 20):
        for method, arguments in kernel_calls.items():
            expect_equal(error_name(kernel_call(stage, method), *arguments, bit), 'InvalidArgs', method)
        for method, arguments in (('ListKernels', []), ('GetKernel', ['']), ('Refresh', [strings()]),
                                  ('Reload', []), ('ResolveAliasesFor', [strings(), one]),
                                  ('DiffKernels', ['', '']),
                                  ('Inhibit', ['who', 'why'])):
            expect_equal(error_name(manager_call(stage, method), *arguments, bit), 'InvalidArgs',
                         method)
        expect_error('InvalidArgs', stage.client.manager, 'Settle', strings(), bit, 0)


@test
def a_flag_of_another_method_is_refused(stage):
    stage.start_with_modules()
    expect_error('InvalidArgs', stage.ask, 'ResolveAlias', 'x', depmod1.TRANSITIVE)
    expect_error('InvalidArgs', stage.ask, 'GetDependencies', 'a', 1 << 4)
    expect_error('InvalidArgs', stage.ask, 'GetLoadOrder', dbus.Array(['a'], 's'), 1 << 3)
    expect_error('InvalidArgs', stage.client.manager, 'Reload', depmod1.REPARSE)


@test
def stale_answers_are_given_when_they_are_allowed(stage):
    stage.start_with_modules()
    for method, arguments in (('ListModules', ['*']), ('GetModule', ['a']), ('ResolveAlias', ['a']),
                              ('GetDependencies', ['b']), ('FindSymbol', ['a_symbol']),
                              ('ListProblems', [])):
        stage.ask(method, *arguments, STALE)
    stage.client.manager('ListKernels', STALE)


@test
def nonsense_is_no_failure(stage):
    """Names that cannot be names are names of nothing."""
    stage.start_with_modules()
    for name in ('', '/', '..', 'x' * 10000, 'a\nb', 'ä', '*', '[', 'a]', '\\', '[[', '[z-a]'):
        expect_equal(error_name(stage.ask, 'GetModule', name, 0), 'NoSuchModule', repr(name)[:20])
        for method in ('ResolveAlias', 'FindSymbol', 'GetUsersOfSymbol', 'ListModules'):
            error = error_name(stage.ask, method, name, 0)
            expect(error in (None, 'InvalidArgs'), f'{method} of {name[:20]!r}: {error}')
    expect_equal(stage.module_names(), ['a', 'b', 'c'], 'modules')


@test
def a_reply_that_would_be_too_large_is_an_error(stage):
    """Nobody is thrown off the bus for it."""
    count, beginning = 300, 'pci:' + 'x' * 60
    stage.kernel.put_in_place('kernel/a.ko', stage.kernel.content(
        aliases=[f'{beginning}{number:04d}*' for number in range(count)]))
    stage.start()
    wanted = 5000 if stage.programs.is_slow else 150000
    aliases = dbus.Array([f'{beginning}{number % count:04d}z' for number in range(wanted)], 's')
    error = error_name(stage.ask, 'ResolveAliases', aliases, 0)
    expect(error in ('TooLarge', 'LimitsExceeded') or stage.programs.is_slow, f'the error: {error}')
    expect_equal(stage.module_names(), ['a'], 'modules')


@test
def many_calls_at_once_are_all_answered(stage):
    stage.start_with_modules()
    path = depmod1.kernel_path(stage.kernel.release)
    calls = [stage.client.start_call(path, depmod1.KERNEL, 'ResolveAlias', 'st', 'usb:c', 0)
             for _ in range(OUTSTANDING_MAX)]
    for call in calls:
        call.block()
    expect_equal(stage.module_names(), ['a', 'b', 'c'], 'modules')


@test
def waiters_are_limited_and_do_not_keep_others_away(stage):
    """Nobody may keep more than a few calls waiting. What waits here is a Settle of a kernel that is
    inhibited."""
    stage.start_with_modules()
    stage.kernel.module('kernel/d.ko')
    stopped = [stage.client.start_call(depmod1.PATH, depmod1.MANAGER, 'Settle', 'astt', strings(), 0,
                                       20000000) for _ in range(3 * WAITERS_OF_ONE)]
    begin = time.monotonic()
    expect_equal(stage.module_names(), ['a', 'b', 'c', 'd'], 'modules')
    expect(time.monotonic() - begin < 5, 'a question had to wait')
    for call in stopped:
        call.block()


@test
def a_client_that_goes_away_while_it_waits_is_forgotten(stage):
    stage.start_with_modules()
    descriptors = stage.daemon.descriptors()
    for number in range(20):
        client = type(stage.client)(stage.bus.address)
        stage.kernel.module(f'kernel/x{number}.ko')
        for _ in range(4):
            client.start_call(depmod1.PATH, depmod1.MANAGER, 'Settle', 'astt', strings(), 0, 20000000)
        client.connection.flush()
        client.close()
    stage.settle(stage.kernel.release)
    stage.expect_right()
    eventually(lambda: stage.daemon.descriptors() <= descriptors + 2, 'descriptors are closed')


@test
def a_client_that_is_killed_while_it_waits_is_forgotten(stage):
    stage.start_with_modules()
    for number in range(5):
        stage.kernel.module(f'kernel/y{number}.ko')
        child = os.fork()
        if child == 0:
            client = type(stage.client)(stage.bus.address)
            client.start_call(depmod1.PATH, depmod1.MANAGER, 'Settle', 'astt', strings(), 0, 20000000)
            client.connection.flush()
            os.kill(os.getpid(), 9)
        os.waitpid(child, 0)
    stage.settle(stage.kernel.release)
    stage.expect_right()


@test
def a_settle_that_takes_too_long_times_out(stage):
    """It has a millionth of a second for some hundred new modules."""
    stage.start_with_modules()
    content = (stage.kernel / 'kernel/a.ko').read_bytes()
    for number in range(300):
        stage.kernel.put_in_place(f'kernel/z{number}.ko', content)
    error = error_name(stage.client.manager, 'Settle', strings(stage.kernel.release), 0, 1)
    expect(error in ('Timeout', 'NotSettled', None), f'the error: {error}')
    stage.settle(stage.kernel.release)
    stage.expect_right()
