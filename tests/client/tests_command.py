# SPDX-License-Identifier: LGPL-2.1-or-later
"""The command line: what it refuses, which kernel is meant, and the exit statuses."""

from machine import CLEAN, FAILED, UNREACHABLE, VERSION, Tests, expect, expect_same

TESTS = test = Tests()


@test
def wrong_calls_are_refused(machine):
    for arguments, message in (
            (['nonsense'], "Unknown verb 'nonsense', see depmodctl --help"),
            (['help', 'nonsense'], "Unknown verb 'nonsense', see depmodctl --help"),
            (['kernels', 'x'], "kernels takes no argument 'x', see depmodctl kernels --help"),
            (['deps'], 'deps takes an argument: [OPTIONS] MODULE, see depmodctl deps --help'),
            (['--json=long', 'kernels'], "--json takes pretty, short or off, not 'long'"),
            (['--timeout=x', 'kernels'], "--timeout takes a number of seconds, not 'x'"),
            (['-H', 'a', '-M', 'b', 'kernels'], 'Either --host or --machine'),
            (['-q', 'index'], 'index takes its options behind it, see depmodctl index --help')):
        machine.run_plain(*arguments).expect(FAILED, message)
    for arguments, message in (
            (['list', '--nonsense'], "depmodctl list: unrecognized option '--nonsense'"),
            (['--tree', 'deps', 'x'], "unrecognized option '--tree'"),
            (['list', '-k'], "depmodctl list: option requires an argument -- 'k'"),
            (['list', '-k', ''], "depmodctl list: --kernel takes a value, not ''")):
        result = machine.run_plain(*arguments)
        expect(result.status == FAILED and message in result.stderr, result)


@test
def options_may_stand_before_and_behind_the_verb(machine):
    before = machine.run('-k', VERSION, '--no-legend', 'list').expect(CLEAN)
    behind = machine.run('list', '--no-legend', '*', '-k', VERSION).expect(CLEAN)
    expect_same('the list', before.lines(), behind.lines())
    expect(before.lines(), 'there are no modules')


@test
def the_status_is_shown_without_a_verb(machine):
    expect_same('the status', machine.run('status').expect(CLEAN).lines()[:3],
                machine.run().expect(CLEAN).lines()[:3])


@test
def the_only_kernel_is_meant(machine):
    expect(machine.ask('list')['modules'], 'there are no modules')


@test
def of_several_kernels_one_must_be_chosen(machine):
    machine.kernel('9.9.8')
    machine.run('list').expect(FAILED, 'The running kernel has no modules there, choose another '
                                       f'with -k: 9.9.8, {VERSION}')
    machine.run('list', '-k', '9.9.8').expect(CLEAN)


@test
def a_kernel_that_is_not_there_is_told_from_those_that_are(machine):
    message = f"There is no kernel '1.2.3', but {VERSION}"
    for verb in (['list'], ['status'], ['show', 'driver'], ['settle'], ['refresh'], ['diff']):
        machine.run(*verb, '-k', '1.2.3').expect(FAILED, message)
    for verb in ('status', 'settle', 'refresh'):
        machine.run(verb, '1.2.3').expect(FAILED, message)


@test
def there_may_be_no_kernel(machine):
    (machine.root / 'lib').rename(machine.root / 'elsewhere')
    machine.run('list').expect(FAILED, 'There are no kernels')
    machine.run('list', '-k', '1.2').expect(FAILED, "There is no kernel '1.2', and no other")
    expect_same('kernels', [], machine.ask('kernels')['kernels'])


@test
def a_root_must_be_there(machine):
    machine.run_plain('--root=/no/such/root', 'kernels').expect(
        FAILED, 'Cannot look below /no/such/root: No such file or directory')


@test
def modules_may_lie_elsewhere_below_the_root(machine):
    (machine.root / 'lib/modules').rename(machine.root / 'kernels')
    kernels = machine.ask('kernels', '--module-dir=kernels')['kernels']
    expect_same('kernels', [VERSION], [kernel['release'] for kernel in kernels])


@test
def without_daemon_and_program_there_is_nobody_to_ask(machine):
    alone = machine.root / 'depmodctl'
    alone.write_bytes(machine.programs.depmodctl.read_bytes())
    alone.chmod(0o755)
    machine.programs = type(machine.programs).__new__(type(machine.programs))
    machine.programs.depmodctl = alone
    result = machine.run('kernels')
    expect(result.status in (UNREACHABLE, CLEAN), result)  # one may be installed
    machine.run_plain('monitor').expect(UNREACHABLE, 'depmodd does not run')
    machine.run('reload').expect(UNREACHABLE, 'depmodd does not run')


@test
def quiet_prints_no_answer(machine):
    for verb in (['kernels'], ['list'], ['show', 'driver'], ['order', 'driver'], ['status']):
        for option in ('-q', '--json=off'):
            result = machine.run(option, *verb).expect(CLEAN)
            expect((result.stdout == b'') == (option == '-q'), f'{option} {verb}: {result.stdout}')


@test
def a_full_disk_is_an_error(machine):
    with open('/dev/full', 'wb') as full:
        process = machine.start(machine.programs.depmodctl, f'--root={machine.root}', 'list',
                                stdout=full)
        expect_same('exit status', FAILED, process.wait())
