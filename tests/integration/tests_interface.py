# SPDX-License-Identifier: LGPL-2.1-or-later
"""Each object, property, method and signal, asked by python3-dbus."""

import fcntl
import json
import os
import re
import xml.etree.ElementTree as ElementTree

import dbus

import depmod1
from depmod_run import OUTPUTS
from stage import Tests, eventually, expect, expect_equal, expect_error, names

TESTS = test = Tests()

STATES = {'settled', 'dirty', 'busy', 'inhibited', 'failed', 'read-only', 'withdrawn'}
ALL_SEALS = 0x1 | 0x2 | 0x4 | 0x8
STANDARD_INTERFACES = ('org.freedesktop.DBus.Peer', 'org.freedesktop.DBus.Introspectable',
                       'org.freedesktop.DBus.Properties')


def introspect(stage, path):
    text = stage.client.call(path, 'org.freedesktop.DBus.Introspectable', 'Introspect', '')
    return ElementTree.fromstring(str(text))


def members(interface):
    """Everything that an interface is, whatever its order. Of arguments the order counts."""
    found = set()
    for member in interface:
        arguments = tuple((argument.get('type'), argument.get('name'),
                           argument.get('direction') or 'out')
                          for argument in member.iter('arg'))
        # That a property changes with a signal is what is so when nothing is said.
        annotations = frozenset((note.get('name'), note.get('value'))
                                for note in member.iter('annotation')
                                if (note.get('name').rsplit('.', 1)[-1], note.get('value')) !=
                                ('EmitsChangedSignal', 'true'))
        found.add((member.tag, member.get('name'), member.get('type'), member.get('access'),
                   arguments, annotations))
    return found


def interface_of(stage, path, name):
    return next((interface for interface in introspect(stage, path).iter('interface')
                 if interface.get('name') == name), None)


# The objects.

@test
def introspection_is_what_is_in_the_tree(stage):
    stage.start_with_modules()
    for path, name in ((depmod1.PATH, depmod1.MANAGER),
                       (depmod1.kernel_path(stage.kernel.release), depmod1.KERNEL)):
        interface = interface_of(stage, path, name)
        expect(interface is not None, f'{path} has no {name}')
        ours, theirs = members(interface), members(depmod1.interface_xml(name))
        expect(ours == theirs, *(f'only served: {member}' for member in ours - theirs),
               *(f'only in the tree: {member}' for member in theirs - ours))


@test
def objects_have_the_interfaces_of_all_objects(stage):
    stage.start_with_modules()
    for path in (depmod1.PATH, depmod1.kernel_path(stage.kernel.release)):
        served = {interface.get('name') for interface in introspect(stage, path).iter('interface')}
        expect(served >= set(STANDARD_INTERFACES), f'{path} has only {served}')
    stage.client.ping()


@test
def kernels_are_found_in_the_tree_of_objects(stage):
    stage.some_modules(stage.root.kernel('1.2.3'))
    stage.start_with_modules()
    nodes = introspect(stage, depmod1.PATH + '/kernel').findall('node')
    paths = {f'{depmod1.PATH}/kernel/{node.get("name")}' for node in nodes}
    expect_equal(paths, {depmod1.kernel_path(release)
                         for release in ('1.2.3', stage.kernel.release)}, 'nodes')


@test
def the_object_manager_gives_all_properties_of_all_kernels(stage):
    stage.start_with_modules()
    objects = stage.client.call(depmod1.PATH, 'org.freedesktop.DBus.ObjectManager',
                                'GetManagedObjects', '')
    kernel = objects[depmod1.kernel_path(stage.kernel.release)][depmod1.KERNEL]
    wanted = {member.get('name') for member in
              depmod1.interface_xml(depmod1.KERNEL).iter('property')}
    expect_equal(set(names(kernel)), wanted, 'properties')


@test
def what_does_not_exist_is_said_so(stage):
    stage.start_with_modules()
    call = stage.client.call
    path = depmod1.kernel_path('1.1.1')
    expect_error('UnknownObject', call, path, depmod1.KERNEL, 'ListModules', 'st', '*', 0)
    expect_error('UnknownObject', call, depmod1.PATH + '/kernels', depmod1.KERNEL, 'Verify', 't', 0)
    expect_error('UnknownMethod', call, depmod1.PATH, depmod1.MANAGER, 'NoSuchMethod', '')
    expect_error('UnknownProperty', stage.client.get_manager, 'NoSuchProperty')


@test
def arguments_of_other_types_are_refused(stage):
    stage.start_with_modules()
    expect_error('InvalidArgs', stage.client.call, depmod1.PATH, depmod1.MANAGER, 'ListKernels', 's',
                 'x')
    expect_error('InvalidArgs', stage.client.call, depmod1.PATH, depmod1.MANAGER, 'GetKernel', 's',
                 'x')


@test
def no_property_can_be_written(stage):
    stage.start_with_modules()
    for path, interface, name in ((depmod1.PATH, depmod1.MANAGER, 'State'),
                                  (depmod1.kernel_path(stage.kernel.release), depmod1.KERNEL,
                                   'Writable')):
        expect_error('PropertyReadOnly', stage.client.call, path, depmod1.PROPERTIES, 'Set', 'ssv',
                     interface, name, dbus.String('x') if name == 'State' else dbus.Boolean(True))


# The manager.

@test
def properties_of_the_manager(stage):
    stage.start_with_modules()
    found = stage.client.call(depmod1.PATH, depmod1.PROPERTIES, 'GetAll', 's', depmod1.MANAGER)
    wanted = {member.get('name') for member in
              depmod1.interface_xml(depmod1.MANAGER).iter('property')}
    expect_equal(set(names(found)), wanted, 'properties')
    expect(re.fullmatch(r'\d+(\.\d+)+\S*', found['Version']), f'Version: {found["Version"]}')
    expect_equal(str(found['ModulesPath']).rstrip('/'), str(stage.root.modules), 'ModulesPath')
    expect_equal(str(found['RunningKernel']), os.uname().release, 'RunningKernel')
    expect_equal(str(found['Watching']), 'inotify', 'Watching')
    expect_equal((int(found['NKernels']), int(found['NInhibitors'])), (1, 0), 'numbers')
    expect_equal(int(found['QuietUSec']), 250000, 'QuietUSec')
    eventually(lambda: str(stage.client.get_manager('State')) == 'idle', 'the state is idle')


@test
def kernels_are_listed(stage):
    stage.start_with_modules()
    stage.settle()
    kernels = stage.client.manager('ListKernels', 0)
    expect_equal(len(kernels), 1, 'kernels')
    release, path, state, generation, published, changed, modules, problems = kernels[0]
    expect_equal((str(release), str(path), str(state)),
                 (stage.kernel.release, depmod1.kernel_path(stage.kernel.release), 'settled'), 'kernel')
    expect_equal((int(modules), int(problems)), (3, 0), 'modules and problems')
    expect_equal(int(generation), int(published), 'generations')
    expect(generation > 0 and changed > 0, f'generation {generation}, changed at {changed}')


@test
def kernels_are_got_by_their_release(stage):
    stage.start_with_modules()
    get = stage.client.manager
    expect_equal(str(get('GetKernel', stage.kernel.release, 0)),
                 depmod1.kernel_path(stage.kernel.release), 'the object')
    for release in ('1.1.1', '', '../' + stage.kernel.release, '.', '/'):
        expect_error('NoSuchKernel', get, 'GetKernel', release, 0)


@test
def the_running_kernel_is_the_one_without_a_name(stage):
    stage.some_modules(stage.root.kernel(os.uname().release))
    stage.start_with_modules()
    expect_equal(str(stage.client.manager('GetKernel', '', 0)),
                 depmod1.kernel_path(os.uname().release), 'the object')


@test
def settle_publishes_and_says_what(stage):
    stage.start_with_modules()
    stage.kernel.module('kernel/d.ko', ['d_symbol'])
    (release, generation, published, writable), = stage.settle(stage.kernel.release)
    stage.expect_right()
    expect_equal((str(release), bool(writable)), (stage.kernel.release, True), 'kernel')
    expect_equal(int(generation), int(published), 'generations')
    expect_equal(stage.settle(stage.kernel.release)[0][1], generation, 'the generation')


@test
def settle_of_nothing_named_is_of_all(stage):
    other = stage.root.kernel('1.2.3')
    stage.some_modules(other)
    stage.start_with_modules()
    for kernel in (other, stage.kernel):
        kernel.module('kernel/d.ko', ['d_symbol'])
    settled = stage.settle()
    expect_equal(sorted(str(kernel[0]) for kernel in settled), ['1.2.3', stage.kernel.release],
                 'kernels')
    for kernel in (other, stage.kernel):
        stage.expect_right(kernel)


@test
def settle_without_publishing_leaves_the_files(stage):
    stage.start_with_modules()
    before = stage.kernel.outputs()
    stage.kernel.module('kernel/d.ko', ['d_symbol'])
    releases = dbus.Array([stage.kernel.release], 's')
    (_, generation, published, _), = stage.client.manager('Settle', releases, depmod1.NO_PUBLISH,
                                                          10000000)
    expect_equal(stage.kernel.outputs(), before, 'files')
    expect(generation > published, f'generation {generation} and {published}')


@test
def settle_of_an_unknown_kernel_fails(stage):
    stage.start_with_modules()
    expect_error('NoSuchKernel', stage.settle, '1.1.1')


@test
def a_kernel_that_is_made_can_be_settled_at_once(stage):
    stage.start_with_modules()
    for number in range(10):
        kernel = stage.root.kernel(f'2.0.{number}')
        stage.some_modules(kernel)
        stage.settle(kernel.release)
        stage.expect_right(kernel)


@test
def refresh_reads_and_writes_as_it_is_told(stage):
    stage.start_with_modules()
    releases = dbus.Array([stage.kernel.release], 's')
    before = stage.identities()
    (release, *_), = stage.client.manager('Refresh', releases, 0)
    expect_equal(str(release), stage.kernel.release, 'the kernel')
    stage.client.manager('Refresh', releases, depmod1.REPARSE)
    expect_equal(stage.identities(), before, 'files')
    stage.client.manager('Refresh', releases, depmod1.REWRITE)
    same = [name for name, identity in stage.identities().items() if before[name] == identity]
    expect(not same, f'not written again: {same}')
    stage.expect_right()
    expect_error('NoSuchKernel', stage.client.manager, 'Refresh', dbus.Array(['1.1.1'], 's'), 0)


@test
def reload_reads_the_configuration(stage):
    stage.start_with_modules()
    stage.client.manager('Reload', 0)
    expect_equal(stage.module_names(), ['a', 'b', 'c'], 'modules')


@test
def aliases_are_resolved_for_several_kernels(stage):
    stage.kernel.module('kernel/a.ko', aliases=['pci:a*'])
    other = stage.root.kernel('1.2.3')
    other.module('kernel/z.ko', aliases=['pci:*'])
    stage.start()
    releases = dbus.Array(['1.2.3', stage.kernel.release], 's')
    aliases = dbus.Array(['pci:ab', 'none'], 's')
    results = stage.client.manager('ResolveAliasesFor', releases, aliases, 0)
    found = {(str(release), str(alias)): [tuple(map(str, module)) for module in modules]
             for release, alias, modules in results}
    expect_equal(found, {(stage.kernel.release, 'pci:ab'): [('a', 'kernel/a.ko', 'pci:a*')],
                         (stage.kernel.release, 'none'): [],
                         ('1.2.3', 'pci:ab'): [('z', 'kernel/z.ko', 'pci:*')],
                         ('1.2.3', 'none'): []}, 'results')


@test
def statistics_are_numbers_and_words(stage):
    stage.start_with_modules()
    statistics = stage.statistics()
    expect({'Refreshes', 'Publications'} <= set(statistics), f'only {sorted(statistics)}')


@test
def the_description_is_json(stage):
    stage.start_with_modules()
    described = json.loads(stage.client.manager('Describe'))
    expect(stage.kernel.release in json.dumps(described), f'the kernel is not in {described}')


# A kernel.

@test
def properties_of_a_kernel(stage):
    stage.start_with_modules()
    stage.settle()
    path = depmod1.kernel_path(stage.kernel.release)
    found = stage.client.call(path, depmod1.PROPERTIES, 'GetAll', 's', depmod1.KERNEL)
    expect_equal(str(found['Release']), stage.kernel.release, 'Release')
    expect_equal(str(found['Path']), str(stage.kernel.directory), 'Path')
    expect_equal(str(found['State']), 'settled', 'State')
    expect_equal(int(found['Generation']), int(found['PublishedGeneration']), 'generations')
    expect_equal((int(found['NModules']), int(found['NProblems']), bool(found['Writable'])),
                 (3, 0, True), 'numbers')
    expect(found['LastChangeUSec'] > 0 and found['LastPublishUSec'] > 0, 'no times')


@test
def modules_are_listed_by_a_pattern(stage):
    (stage.kernel / 'modules.builtin').write_text('kernel/built.ko\n')
    stage.start_with_modules()
    modules, generation = stage.ask('ListModules', '*', 0)
    expect_equal(sorted(tuple(map(str, module[:3])) for module in modules if module[0] != 'built'),
                 [('a', 'kernel/a.ko', 'module'), ('b', 'kernel/b.ko', 'module'),
                  ('c', 'kernel/sub/c.ko', 'module')], 'modules')
    expect_equal([str(module[2]) for module in modules if module[0] == 'built'], ['builtin'],
                 'what is in the kernel')
    expect(generation > 0, 'no generation')
    for pattern, wanted in (('b', ['b']), ('b*', ['b', 'built']), ('[ac]', ['a', 'c']),
                            ('?', ['a', 'b', 'c']), ('none', [])):
        found = sorted(str(module[0]) for module in stage.ask('ListModules', pattern, 0)[0])
        expect_equal(found, wanted, f'modules like {pattern}')


@test
def a_module_is_told_by_name_and_path_and_alias(stage):
    stage.kernel.module('kernel/snd-x.ko', ['x'], aliases=['pci:x*'], modinfo=[
        'license=GPL', 'description=A module', 'author=Nobody', 'version=1.2'])
    stage.start()
    for name in ('snd_x', 'snd-x', 'kernel/snd-x.ko', 'pci:x1'):
        module, generation = stage.ask('GetModule', name, 0)
        found = {str(key): value for key, value in module.items()}
        for key, value in (('Name', 'snd_x'), ('Path', 'kernel/snd-x.ko'), ('License', 'GPL'),
                           ('Description', 'A module'), ('Version', '1.2'),
                           ('VerMagic', f'{stage.kernel.release} SMP mod_unload ')):
            expect_equal(str(found.get(key)), value, f'{key} of {name}')
        expect_equal(names(found['Aliases']), ['pci:x*'], 'Aliases')
        expect_equal(int(found['Size']), (stage.kernel / 'kernel/snd-x.ko').stat().st_size, 'Size')
        expect(generation > 0, 'no generation')
    expect_error('NoSuchModule', stage.ask, 'GetModule', 'none', 0)


@test
def dependencies_are_told_both_ways(stage):
    stage.start_with_modules()

    def found(method, name, flags=0):
        return [tuple(map(str, entry[:2])) for entry in stage.ask(method, name, flags)[0]]

    a, b, c = ('a', 'kernel/a.ko'), ('b', 'kernel/b.ko'), ('c', 'kernel/sub/c.ko')
    expect_equal(found('GetDependencies', 'c'), [b], 'what c needs')
    expect_equal(sorted(found('GetDependencies', 'c', depmod1.TRANSITIVE)), [a, b], 'all of it')
    expect_equal(found('GetReverseDependencies', 'a'), [b], 'what needs a')
    expect_equal(sorted(found('GetReverseDependencies', 'a', depmod1.TRANSITIVE)), [b, c],
                 'all of it')
    expect_equal(found('GetDependencies', 'a'), [], 'what a needs')
    edges = [int(entry[2]) for entry in stage.ask('GetDependencies', 'c', 0)[0]]
    expect_equal(edges, [depmod1.HARD], 'edges')
    for method in ('GetDependencies', 'GetReverseDependencies'):
        expect_error('NoSuchModule', stage.ask, method, 'none', 0)


@test
def soft_and_weak_dependencies_are_told_when_asked_for(stage):
    stage.some_modules()
    stage.kernel.module('kernel/s.ko', modinfo=['softdep=pre: a post: b', 'weakdep=c'])
    stage.start()
    flags = depmod1.SOFT | depmod1.WEAK
    found = {str(entry[0]): int(entry[2]) for entry in stage.ask('GetDependencies', 's', flags)[0]}
    expect_equal(found, {'a': depmod1.SOFT_PRE, 'b': depmod1.SOFT_POST, 'c': depmod1.WEAK_EDGE},
                 'edges')
    expect_equal(len(stage.ask('GetDependencies', 's', 0)[0]), 0, 'hard dependencies')


@test
def the_load_order_begins_with_what_others_need(stage):
    stage.start_with_modules()
    order, unresolved, _ = stage.ask('GetLoadOrder', dbus.Array(['usb:c', 'b', 'none'], 's'), 0)
    expect_equal([str(entry[0]) for entry in order], ['a', 'b', 'c'], 'order')
    expect_equal(names(unresolved), ['none'], 'unresolved')
    wanted = [bool(entry[2] & depmod1.WANTED) for entry in order]
    expect_equal(wanted, [False, True, True], 'wanted')


@test
def aliases_are_resolved(stage):
    stage.start_with_modules()

    def resolve(alias):
        return [tuple(map(str, module)) for module in stage.ask('ResolveAlias', alias, 0)[0]]

    expect_equal(resolve('pci:a5'), [('a', 'kernel/a.ko', 'pci:a*')], 'pci:a5')
    expect_equal(sorted(resolve('pci:b')), [('b', 'kernel/b.ko', 'pci:b*'),
                                            ('c', 'kernel/sub/c.ko', 'pci:b*')], 'pci:b')
    expect_equal(resolve('none'), [], 'none')
    results, _ = stage.ask('ResolveAliases', dbus.Array(['usb:c', 'none'], 's'), 0)
    found = [(str(alias), [str(module[0]) for module in modules]) for alias, modules in results]
    expect_equal(found, [('usb:c', ['c']), ('none', [])], 'results')


@test
def symbols_are_found(stage):
    stage.start_with_modules()
    providers, _ = stage.ask('FindSymbol', 'b_symbol', 0)
    expect_equal([tuple(map(str, entry[:2])) for entry in providers], [('b', 'kernel/b.ko')],
                 'providers')
    expect_equal((int(providers[0][2]), bool(providers[0][5])), (0x1000, True), 'the CRC')
    expect_equal(len(stage.ask('FindSymbol', 'none', 0)[0]), 0, 'providers of nothing')
    results, _ = stage.ask('FindSymbols', dbus.Array(['none', 'a_symbol'], 's'), 0)
    found = [(str(symbol), [str(entry[0]) for entry in entries]) for symbol, entries in results]
    expect_equal(found, [('none', []), ('a_symbol', ['a'])], 'results')
    expect_equal(names(stage.ask('GetUsersOfSymbol', 'a_symbol', 0)[0]), ['b'], 'users')
    expect_equal(names(stage.ask('GetUsersOfSymbol', 'none', 0)[0]), [], 'users of nothing')


@test
def differences_are_told_without_writing(stage):
    stage.start_with_modules()
    stage.settle()
    states = {str(entry[0]): str(entry[1]) for entry in stage.ask('Diff', 0)[0]}
    expect_equal(states, dict.fromkeys(OUTPUTS, 'same'), 'states')
    before = stage.kernel.outputs()
    stage.kernel.module('kernel/d.ko', ['d_symbol'])
    changed = {str(entry[0]): entry for entry in stage.ask('Diff', 0)[0]}
    expect_equal(stage.kernel.outputs(), before, 'files')
    _, state, old_size, new_size, added, removed = changed['modules.dep']
    expect_equal((str(state), int(old_size), int(added), int(removed)),
                 ('changed', len(before['modules.dep']), 1, 0), 'modules.dep')
    expect(new_size > old_size, f'{new_size} bytes after {old_size}')
    stage.settle()
    expect_equal(len(stage.kernel.outputs()['modules.dep']), int(new_size), 'the size')


@test
def each_index_can_be_had_in_sealed_memory(stage):
    stage.start_with_modules()
    right = stage.programs.engine.index(stage.root.path, stage.kernel.release)
    for name in OUTPUTS:
        memory, size, generation = stage.ask('GetIndex', name, 0)
        descriptor = memory.take()
        try:
            content = os.pread(descriptor, int(size) + 1, 0)
            expect(content == right[name], f'{name} is wrong')
            seals = fcntl.fcntl(descriptor, fcntl.F_GET_SEALS)
            expect_equal(seals & ALL_SEALS, ALL_SEALS, f'the seals of {name}')
        finally:
            os.close(descriptor)
        expect(generation > 0, 'no generation')
    for name in ('modules.order', 'none', '', '../modules.dep'):
        expect_error('InvalidArgs', stage.ask, 'GetIndex', name, 0)


@test
def verify_finds_what_is_wrong_with_the_files(stage):
    stage.start_with_modules()
    stage.settle()
    intact, findings = stage.ask('Verify', 0)
    expect(intact and not findings, f'findings: {findings}')


# Signals.

@test
def a_change_is_signalled_with_its_names(stage):
    stage.start_with_modules()
    listener = stage.listen()
    stage.kernel.module('kernel/d.ko')
    stage.kernel.module('kernel/a.ko', ['other_symbol'])
    (stage.kernel / 'kernel/sub/c.ko').unlink()
    seen = listener.wait_for('Published')
    expect(seen, 'no signal Published')
    expect_equal(str(seen[0]), depmod1.kernel_path(stage.kernel.release), 'the object')
    expect('modules.dep' in names(seen[1][1]), f'files: {seen[1][1]}')
    changes = [arguments for _, arguments in listener.named('Changed')]
    expect(changes, 'no signal Changed')
    added, removed, changed = ({name for change in changes for name in names(change[position])}
                               for position in (1, 2, 3))
    expect_equal((added, removed, changed), ({'d'}, {'c'}, {'a'}), 'names')
    expect(not any(change[4] for change in changes), 'truncated')
    expect_equal(int(seen[1][0]), int(stage.property('PublishedGeneration')), 'the generation')


@test
def changed_properties_are_signalled(stage):
    stage.start_with_modules()
    stage.settle()
    listener = stage.listen()
    stage.kernel.module('kernel/d.ko', imports=['nowhere'])
    expect(listener.wait_for('Published'), 'no signal Published')
    listener.collect(0.3)
    changed = {}
    for path, (interface, values, _) in listener.named('PropertiesChanged'):
        if path == depmod1.kernel_path(stage.kernel.release):
            expect_equal(str(interface), depmod1.KERNEL, 'the interface')
            changed.update({str(name): value for name, value in values.items()})
    expect({'State', 'Generation', 'PublishedGeneration', 'NModules'} <= set(changed),
           f'only {sorted(changed)}')
    expect_equal((int(changed['NModules']), str(changed['State'])), (4, 'settled'), 'values')


@test
def kernels_that_come_and_go_are_signalled(stage):
    stage.start_with_modules()
    listener = stage.listen()
    other = stage.root.kernel('1.2.3')
    stage.some_modules(other)
    seen = listener.wait_for('KernelAdded')
    expect(seen, 'no signal KernelAdded')
    expect_equal(names(seen[1]), ['1.2.3', depmod1.kernel_path('1.2.3')], 'arguments')
    expect(listener.wait_for('InterfacesAdded'), 'no signal InterfacesAdded')
    other.remove()
    seen = listener.wait_for('KernelRemoved')
    expect(seen, 'no signal KernelRemoved')
    expect_equal(names(seen[1]), ['1.2.3', depmod1.kernel_path('1.2.3')], 'arguments')
    expect(listener.wait_for('InterfacesRemoved'), 'no signal InterfacesRemoved')


@test
def many_names_in_a_signal_are_cut_off(stage):
    stage.start_with_modules()
    listener = stage.listen()
    away = stage.folder / 'away'
    away.mkdir()
    for number in range(1100):
        (away / f'x{number}.ko').write_bytes((stage.kernel / 'kernel/a.ko').read_bytes())
    away.rename(stage.kernel / 'kernel/many')
    seen = listener.wait_for('Changed')
    expect(seen, 'no signal Changed')
    expect(len(seen[1][1]) <= 1000 and seen[1][4], f'{len(seen[1][1])} names')
