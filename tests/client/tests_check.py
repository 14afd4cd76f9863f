# SPDX-License-Identifier: LGPL-2.1-or-later
"""The verb check: whether modules would load."""

import json

from machine import CLEAN, FAILED, NO, VERSION, Tests, expect, expect_same
from module_writer import compress_gzip, simple_module

TESTS = test = Tests()

VERDICTS = {'loads', 'unknown', 'fails'}
# What JSON says: of an answer, a result, a problem and their details, each key and its type.
ANSWER = {'release': str, 'results': list, 'problems': list, 'generation': int}
RESULT = {'module': str, 'verdict': str, 'details': dict}
RESULT_DETAILS = {'Path': str, 'Alone': str, 'Compression': str, 'License': str, 'Signer': str,
                  'VerMagic': str}
PROBLEM = {'severity': str, 'code': str, 'module': str, 'path': str, 'message': str, 'details': dict}
PROBLEM_DETAILS = {'Symbol': str, 'Found': str, 'Wanted': str, 'Other': str, 'Number': int, 'Omitted': int}


def candidate(machine, name, exports=(), imports=(), release=VERSION, **fields):
    path = machine.root / name
    path.parent.mkdir(exist_ok=True)
    content = simple_module(exports, imports, vermagic=f'{release} SMP mod_unload '.encode(),
                            **fields)
    path.write_bytes(compress_gzip(content) if name.endswith('.gz') else content)
    return str(path)


def symvers(machine, *symbols, version=VERSION):
    lines = [f'0x{number + 1:08x}\t{symbol}\tvmlinux\tEXPORT_SYMBOL\t\n'
             for number, symbol in enumerate(symbols)]
    (machine.directory(version) / 'Module.symvers').write_text(''.join(lines))


def expect_shape(what, record, shape, is_whole=True):
    for key, value in record.items():
        expect(key in shape, f'{what} has {key}')
        expect(isinstance(value, shape[key]), f'{what}: {key} is {value!r}')
    if is_whole:
        expect_same(f'keys of {what}', sorted(shape), sorted(record))


def expect_answer(answer):
    expect_shape('an answer', answer, ANSWER)
    for result in answer['results']:
        expect_shape('a result', result, RESULT)
        expect_shape('details of a result', result['details'], RESULT_DETAILS)
        expect({result['verdict'], result['details']['Alone']} <= VERDICTS, result)
    for problem in answer['problems']:
        expect_shape('a problem', problem, PROBLEM)
        expect_shape('details of a problem', problem['details'], PROBLEM_DETAILS, False)
        expect(problem['severity'] in {'error', 'warning', 'info'}, problem)


def read(result):
    answer = json.loads(result.stdout)
    for one in answer if isinstance(answer, list) else [answer]:
        expect_answer(one)
    return answer


@test
def module_that_loads_is_a_yes(machine):
    symvers(machine, 'printk')
    path = candidate(machine, 'good.ko', imports=['printk'])
    result = machine.run('check', path).expect(CLEAN)
    expect([VERSION, 'good', 'loads', 'loads'] in result.rows(), *result.lines())
    answer = read(machine.run('check', '--json=short', path).expect(CLEAN))
    expect_same('module', ['good'], [result['module'] for result in answer['results']])
    expect_same('quiet', b'', machine.run('check', '-q', path).expect(CLEAN).stdout)


@test
def module_that_fails_is_a_no_and_says_why(machine):
    symvers(machine, 'printk')
    path = candidate(machine, 'bad.ko', imports=['no_such_symbol'])
    result = machine.run('check', path).expect(NO)
    text = result.stdout.decode()
    expect([VERSION, 'bad', 'fails', 'fails'] in result.rows(), text)
    expect('unresolved-symbol' in text and 'needs symbol no_such_symbol' in text, text)
    answer = read(machine.run('check', '--json=pretty', path).expect(NO))
    problem, = [one for one in answer['problems'] if one['code'] == 'unresolved-symbol']
    expect_same('symbol', 'no_such_symbol', problem['details']['Symbol'])
    machine.run('check', '-q', path).expect(NO)


@test
def what_is_not_known_is_no_yes(machine):
    path = candidate(machine, 'x.ko', imports=['no_such_symbol'])
    answer = read(machine.run('check', '-j', path).expect(NO))
    expect_same('verdict', 'unknown', answer['results'][0]['verdict'])


@test
def each_kernel_is_asked_if_wanted(machine):
    machine.kernel('9.9.8')
    for version in (VERSION, '9.9.8'):
        symvers(machine, 'printk', version=version)
    path = candidate(machine, 'x.ko', imports=['printk'])
    answers = read(machine.run('check', '--all-kernels', '-j', path).expect(NO))
    expect_same('verdicts', {'9.9.8': 'fails', VERSION: 'loads'},
                {one['release']: one['results'][0]['verdict'] for one in answers})
    text = machine.run('check', '--all-kernels', path).expect(NO).stdout.decode()
    expect('9.9.8:\n' in text and 'vermagic-mismatch' in text, text)
    machine.run('check', '-k', VERSION, path).expect(CLEAN)
    machine.run('check', '-k', '9.9.8', path).expect(NO)


@test
def place_of_a_file_decides_who_wins(machine):
    path = candidate(machine, 'spare.ko')
    answer = read(machine.run('check', '-j', path).expect(CLEAN))
    expect_same('path', 'updates/spare.ko', answer['results'][0]['details']['Path'])
    answer = read(machine.run('check', '-j', '--as=zzz', path).expect(NO))
    expect_same('path', 'zzz/spare.ko', answer['results'][0]['details']['Path'])
    expect('shadowed' in [problem['code'] for problem in answer['problems']], answer['problems'])


@test
def module_that_goes_is_missed(machine):
    symvers(machine, 'printk')
    path = candidate(machine, 'x.ko')
    answer = read(machine.run('check', '-j', '--remove=base', path).expect(CLEAN))
    expect_same('broken', ['kernel/driver.ko'], [problem['details']['Other']
                for problem in answer['problems'] if problem['code'] == 'breaks-module'])


@test
def directory_is_checked_with_all_that_is_in_it(machine):
    symvers(machine, 'printk')
    candidate(machine, 'tree/one.ko', ['of_one'])
    candidate(machine, 'tree/two.ko.gz', [], ['of_one'])
    answer = read(machine.run('check', '-j', str(machine.root / 'tree')).expect(CLEAN))
    expect_same('verdicts', [('one', 'loads', 'loads'), ('two', 'loads', 'fails')],
                [(one['module'], one['verdict'], one['details']['Alone'])
                 for one in answer['results']])


@test
def of_many_modules_a_few_reasons_are_told(machine):
    symvers(machine, 'printk')
    for number in range(17):
        candidate(machine, f'tree/x{number}.ko', imports=[f'missing_{n}' for n in range(9)])
    answer = read(machine.run('check', '-j', str(machine.root / 'tree')).expect(NO))
    told = [problem for problem in answer['problems']
            if (problem['module'], problem['code']) == ('x0', 'unresolved-symbol')]
    expect_same('omitted', [None, None, 6], [one['details'].get('Omitted') for one in told])
    text = machine.run('check', '--full', str(machine.root / 'tree')).expect(NO).stdout.decode()
    expect('and 6 more of these' in text, text)


@test
def problems_of_a_kind_are_counted_unless_all_are_wanted(machine):
    symvers(machine, 'printk')
    path = candidate(machine, 'x.ko', imports=[f'missing_{number}' for number in range(9)])
    text = machine.run('check', path).expect(NO).stdout.decode()
    expect('and 5 more of these' in text and 'missing_4' not in text, text)
    text = machine.run('check', '--full', path).expect(NO).stdout.decode()
    expect('more of these' not in text and 'missing_8' in text, text)


@test
def daemon_says_the_same(machine):
    symvers(machine, 'printk')
    paths = [candidate(machine, 'x.ko', imports=['printk']),
             candidate(machine, 'y.ko', imports=['no_such_symbol'])]
    private = read(machine.run('check', '-j', *paths).expect(NO))
    machine.start_daemon()
    served = read(machine.run_plain('check', '-k', VERSION, '-j', *paths).expect(NO))
    for answer in (private, served):
        del answer['generation']
    expect_same('the answer', private, served)


@test
def wrong_calls_are_explained(machine):
    path = candidate(machine, 'x.ko')
    (machine.root / 'empty').mkdir()
    machine.run('check').expect(
        FAILED, 'check takes an argument: [OPTIONS] FILE...|DIR, see depmodctl check --help')
    machine.run('check', '/no/such.ko').expect(
        FAILED, 'Cannot read /no/such.ko: No such file or directory')
    machine.run('check', path, str(machine.root / 'empty')).expect(
        FAILED, 'Either files or one directory can be checked')
    machine.run('check', '--as=extra', str(machine.root / 'empty')).expect(
        FAILED, '--as is for files, a directory tells where they would lie')
    machine.run('check', str(machine.root / 'empty')).expect(
        FAILED, f'There is no module file in {machine.root}/empty')
    machine.run('check', *[path] * 17).expect(
        FAILED, 'No more than 16 files can be checked at once, put them into a directory and check '
        'that')
    machine.run('check', '/dev/null').expect(FAILED, 'Cannot read /dev/null: neither a file nor a directory')
    machine.run('check', '-k', '1.2.3', path).expect(
        FAILED, f"There is no kernel '1.2.3', but {VERSION}")
