# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the verbs answer that only ask."""

from machine import CLEAN, FAILED, NO, VERSION, Tests, expect, expect_same

TESTS = test = Tests()


@test
def status_tells_of_the_instance_and_the_kernels(machine):
    status = machine.ask('status')
    expect_same('private', True, status['private'])
    expect_same('ModulesPath', str(machine.root / 'lib/modules'), status['ModulesPath'])
    expect_same('kernels', [VERSION], [kernel['release'] for kernel in status['kernels']])
    text = machine.run('status').expect(CLEAN).lines()
    expect(any('private instance' in line for line in text), *text)
    expect(any(line.startswith(VERSION) for line in text), *text)


@test
def status_of_a_kernel_has_its_properties(machine):
    kernel, = machine.ask('status', VERSION)
    expect_same('Release', VERSION, kernel['Release'])
    expect_same('Path', str(machine.directory()), kernel['Path'])
    expect_same('NModules', 3, kernel['NModules'])
    text = machine.run('status', VERSION).expect(CLEAN).lines()
    expect(any(line.strip() == f'Kernel: {VERSION}' for line in text), *text)


@test
def status_shows_the_first_problems(machine):
    for number in range(8):
        machine.file(f'kernel/bad{number}.ko', b'no module')
    text = machine.run('status').expect(CLEAN).stdout.decode()
    expect('the first 5 of' in text and f'see depmodctl problems -k {VERSION}' in text, text)


@test
def kernels_are_listed_with_their_state(machine):
    machine.kernel('9.9.8')
    rows = machine.run('kernels').expect(CLEAN).rows()
    expect_same('kernels', ['9.9.8', VERSION], [row[0] for row in rows])
    kernel = machine.ask('kernels')['kernels'][1]
    expect_same('modules', 3, kernel['n_modules'])
    expect(kernel['state'], 'there is no state')


@test
def modules_are_listed_by_a_pattern(machine):
    def names(*arguments):
        return sorted(module['name'] for module in machine.ask('list', *arguments)['modules'])
    expect_same('all', ['base', 'driver', 'root_fs', 'spare'], names())
    expect_same('some', ['driver', 'spare'], names('[ds]*'))
    expect_same('none', [], names('x*'))
    rows = machine.run('list').expect(CLEAN).rows()
    expect(['driver', 'module', 'kernel/driver.ko'] in rows, rows)
    expect(['root_fs', 'builtin', '-'] in rows, rows)


@test
def a_module_is_shown_like_by_modinfo(machine):
    lines = machine.run('show', 'driver').expect(CLEAN).lines()
    expect_same('the file', f'filename:       {machine.directory()}/kernel/driver.ko', lines[0])
    for line in ('license:        GPL', 'description:    Drives it', 'depends:        base',
                 'parm:           debug:Debug level (int)', 'needs:          base (symbol)',
                 f'vermagic:       {VERSION} SMP mod_unload '):
        expect(line in lines, f'not there: {line}', *lines)
    expect(not any(line.startswith('parmtype') for line in lines), *lines)
    expect('needed by:      driver (symbol)' in machine.run('show', 'base').lines(), 'base: nobody')


@test
def a_module_is_found_by_name_path_and_alias(machine):
    for name in ('driver', 'kernel/driver.ko', 'pci:v00001234d00005678'):
        module, = machine.ask('show', name)
        expect_same(name, 'driver', module['Name'])
        expect_same('Params', [{'name': 'debug', 'type': 'int', 'description': 'Debug level'}],
                    module['Params'])
        expect_same('Providers', ['base'], [edge['name'] for edge in module['Providers']])


@test
def single_fields_are_shown(machine):
    expect_same('alias', [b'pci:v00001234d*', b''],
                machine.run('show', '-F', 'alias', 'driver').expect(CLEAN).stdout.split(b'\n'))
    machine.run('show', '--field=author', 'driver').expect(NO)


@test
def builtin_modules_have_no_file(machine):
    lines = machine.run('show', 'root_fs').expect(CLEAN).lines()
    expect_same('the head', ['name:           root_fs', 'filename:       (builtin)'], lines[:2])


@test
def a_module_that_is_not_there_is_told_with_the_nearest_name(machine):
    for verb, status in (('show', NO), ('deps', FAILED), ('rdeps', FAILED)):
        result = machine.run(verb, 'drivr')
        expect_same(f'exit status of {verb}', status, result.status)
        expect("'drivr'" in result.stderr and 'driver' in result.stderr.split('drivr')[1],
               result.stderr)
    result = machine.run('show', 'drivr', 'base')
    expect(result.status == NO and b'base.ko' in result.stdout, result)


@test
def what_a_module_needs_is_listed(machine):
    machine.module('kernel/top.ko', ['top_call'], ['driver_call'])
    machine.module('kernel/driver.ko', ['driver_call'], ['base_call'])
    expect_same('deps', [['driver', 'symbol', 'kernel/driver.ko']],
                machine.run('deps', 'top').expect(CLEAN).rows())
    expect_same('all', {'base', 'driver'},
                {row[0] for row in machine.run('deps', '--all', 'top').expect(CLEAN).rows()})
    expect_same('rdeps', [['driver', 'symbol', 'kernel/driver.ko']],
                machine.run('rdeps', 'base').expect(CLEAN).rows())
    expect_same('JSON', {'name': 'driver', 'path': 'kernel/driver.ko', 'edges': 1},
                machine.ask('deps', 'top')['dependencies'][0])
    expect_same('all rdeps', {'top', 'driver', 'spare'},
                {edge['name'] for edge in machine.ask('rdeps', '-a', 'base')['dependents']})


@test
def softdeps_are_edges_unless_they_are_left_out(machine):
    expect_same('with', [['driver', 'softpre', 'kernel/driver.ko']],
                machine.run('deps', 'spare').expect(CLEAN).rows())
    expect_same('without', [], machine.ask('deps', '--no-soft', 'spare')['dependencies'])


@test
def a_tree_is_unfolded_once(machine):
    machine.module('kernel/left.ko', ['left_call'], ['base_call'])
    machine.module('kernel/right.ko', ['right_call'], ['base_call'])
    machine.module('kernel/top.ko', [], ['left_call', 'right_call'])
    lines = machine.run('deps', '--tree', 'top', '--no-legend').expect(CLEAN).lines()
    expect_same('rows', 5, len(lines))
    expect_same('the root', 'top', lines[0].split()[0])
    expect_same('notes', 1, sum('see above' in line for line in lines))
    expect(any(line.startswith('| `-base') for line in lines), *lines)
    expect(not any(line.startswith('|') for line in machine.run(
        'deps', '--tree', 'top', LC_ALL='C.UTF-8').lines()), 'drawn in ASCII')
    rows = machine.ask('deps', '--tree', 'top')
    expect_same('parents', {'top': None, 'left': 'top', 'right': 'top'},
                {row['name']: rows[row['parent']]['name'] if 'parent' in row else None
                 for row in rows if row['name'] != 'base'})


@test
def the_order_of_loading_can_be_run(machine):
    directory = machine.directory()
    expect_same('lines', [f'insmod {directory}/kernel/base.ko', f'insmod {directory}/kernel/driver.ko'],
                machine.run('order', 'driver').expect(CLEAN).lines())
    expect_same('paths', [f'{directory}/kernel/{name}.ko' for name in ('base', 'driver', 'spare')],
                machine.run('order', '-p', 'spare').expect(CLEAN).lines())
    expect_same('without softdeps', [f'{directory}/kernel/spare.ko'],
                machine.run('order', '-p', '--no-soft', 'spare').expect(CLEAN).lines())
    machine.run('order', 'nowhere').expect(NO, "No module has the name or alias 'nowhere'")


@test
def aliases_are_resolved(machine):
    result = machine.run('alias', 'pci:v00001234d1', 'fs-root').expect(CLEAN)
    expect_same('rows', [['pci:v00001234d1', 'driver', 'kernel/driver.ko', 'pci:v00001234d*'],
                         ['fs-root', 'root_fs', '-', 'fs-root']], result.rows())
    result = machine.run('alias', 'usb:x', 'pci:v00001234d1').expect(
        NO, "No module answers to 'usb:x'")
    expect_same('found', 1, len(result.rows()))
    results = machine.ask('alias', 'usb:x', 'pci:v00001234d1', status=NO)['results']
    expect_same('found', [0, 1], [len(result['modules']) for result in results])


@test
def symbols_have_providers_and_users(machine):
    result = machine.ask('provides', 'base_call')['results'][0]
    expect_same('provider', 'base', result['providers'][0]['provider'])
    machine.run('provides', 'nobody_does').expect(NO, "Nobody exports 'nobody_does'")
    expect_same('users', [['base_call', 'driver']],
                machine.run('users', 'base_call').expect(CLEAN).rows())
    machine.run('users', 'base_other').expect(NO, "No module uses 'base_other'")


@test
def problems_are_the_answer_no(machine):
    machine.run('problems').expect(CLEAN)
    machine.file('kernel/bad.ko', b'no module')
    problems = machine.ask('problems', status=NO)['problems']
    expect(any(problem['path'].endswith('kernel/bad.ko') for problem in problems), problems)
    expect(b'bad' in machine.run('problems').expect(NO).stdout, 'not in the table')
    machine.run('-q', 'problems').expect(NO)


@test
def statistics_are_numbers_with_names(machine):
    statistics = machine.ask('statistics')['statistics']
    expect(statistics, 'there are none')
    expect_same('rows', len(statistics), len(machine.run('statistics').expect(CLEAN).rows()))


@test
def what_comes_from_files_does_not_command_the_terminal(machine):
    machine.module('kernel/evil.ko', [], [], 'description=\x1b[31mred')
    expect(b'\x1b' not in machine.run('show', 'evil').expect(CLEAN).stdout, 'an escape')
