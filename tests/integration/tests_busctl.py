# SPDX-License-Identifier: LGPL-2.1-or-later
"""The same interface, asked by busctl."""

import json

import depmod1
from stage import Tests, expect, expect_equal

TESTS = test = Tests()


@test
def busctl_lists_the_objects(stage):
    stage.start_with_modules()
    tree = stage.busctl().run('tree', '--list', depmod1.NAME)
    paths = set(tree.stdout.split())
    wanted = {depmod1.PATH, depmod1.kernel_path(stage.kernel.release)}
    expect(wanted <= paths, f'only {paths}: {tree.stderr}')


@test
def busctl_understands_the_introspection(stage):
    stage.start_with_modules()
    for path, interface in ((depmod1.PATH, depmod1.MANAGER),
                            (depmod1.kernel_path(stage.kernel.release), depmod1.KERNEL)):
        shown = stage.busctl().run('introspect', depmod1.NAME, path, interface).stdout
        words = [line.split() for line in shown.splitlines()[1:]]
        found = {(entry[1], entry[0].lstrip('.')): entry[2] for entry in words}
        for name, signature in depmod1.signatures(interface).items():
            expect(('method', name) in found, f'no method {name} in {sorted(found)}')
            expect_equal(found['method', name], signature or '-', name)


@test
def busctl_calls_the_methods_of_the_manager(stage):
    stage.start_with_modules()
    busctl = stage.busctl()
    release = stage.kernel.release
    expect_equal(busctl.manager('GetKernel', release, 0), [depmod1.kernel_path(release)], 'the object')
    for method, arguments in (('ListKernels', [0]), ('Settle', [1, release, 0, 10000000]),
                              ('Settle', [0, 0, 0]), ('Refresh', [1, release, 0]), ('Reload', [0]),
                              ('ResolveAliasesFor', [1, release, 1, 'usb:c', 0]),
                              ('ListInhibitors', []), ('GetStatistics', []), ('Describe', [])):
        reply = busctl.manager(method, *arguments)
        expect(isinstance(reply, list), f'{method}: {reply}')


@test
def busctl_calls_the_methods_of_a_kernel(stage):
    stage.start_with_modules()
    busctl, path = stage.busctl(), depmod1.kernel_path(stage.kernel.release)
    signatures = depmod1.signatures(depmod1.KERNEL)
    calls = {'ListModules': ['*', 0], 'GetModule': ['a', 0], 'GetDependencies': ['b', 0],
             'GetReverseDependencies': ['a', 0], 'GetLoadOrder': [1, 'c', 0],
             'ResolveAlias': ['usb:c', 0], 'ResolveAliases': [2, 'usb:c', 'x', 0],
             'FindSymbol': ['a_symbol', 0], 'FindSymbols': [1, 'a_symbol', 0],
             'GetUsersOfSymbol': ['a_symbol', 0], 'ListProblems': [0], 'Diff': [0], 'Verify': [0],
             'Resolve': [2, 'c', 'usb:c', 0], 'GetPullers': ['a', 0], 'GetChain': ['c', 'a', 0],
             'GetWays': ['a', 0], 'GetGraph': [1, 'a', 0], 'GetModuleStates': [2, 'a', 'x', 0],
             'ListDevices': [0], 'ListShadowed': [0], 'ListConflicts': [0], 'GetHistory': [0]}
    expect_equal(set(calls) | {'GetIndex'}, set(signatures), 'methods')
    for method, arguments in calls.items():
        reply = busctl.call(path, depmod1.KERNEL, method, signatures[method], *arguments)
        expect(isinstance(reply, list), f'{method}: {reply}')
    (modules, generation) = busctl.call(path, depmod1.KERNEL, 'ResolveAlias', 'st', 'usb:c', 0)
    expect_equal(modules, [['c', 'kernel/sub/c.ko', 'usb:c']], 'modules')
    expect(generation > 0, 'no generation')


@test
def busctl_gets_properties(stage):
    stage.start_with_modules()
    shown = stage.busctl().run('get-property', depmod1.NAME, depmod1.PATH, depmod1.MANAGER, 'NKernels',
                               'Watching')
    values = [json.loads(line) for line in shown.stdout.splitlines()]
    expect_equal([value['data'] for value in values], [1, 'inotify'], 'values')


@test
def errors_have_words(stage):
    stage.start_with_modules()
    reply = stage.busctl().manager('GetKernel', '1.1.1', 0)
    expect('1.1.1' in str(reply), f'the release is not named: {reply}')
    path = depmod1.kernel_path(stage.kernel.release)
    reply = stage.busctl().call(path, depmod1.KERNEL, 'GetModule', 'st', 'nothing_like_it', 0)
    expect('nothing_like_it' in str(reply), f'the module is not named: {reply}')
