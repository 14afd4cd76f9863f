# SPDX-License-Identifier: LGPL-2.1-or-later
"""Would these modules load? Files come in as descriptors, and nothing is written."""

import os
import socket
from concurrent.futures import ThreadPoolExecutor

import dbus

import depmod1
from bus_client import Client, error_name
from references import Unavailable
from stage import Tests, expect, expect_equal
from tests_access import CHALLENGE, Polkit, expect_denied

TESTS = test = Tests()

ACTION = 'io.github.depmodd.depmod1.check'
NOTHING = dbus.Array([], 's')


def modules_of(*files):
    return dbus.Array([dbus.Struct((label, dbus.types.UnixFd(fd)), signature='sh')
                       for label, fd in files], signature='(sh)')


def written(stage, name, content):
    path = stage.folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def candidate(stage, name, **fields):
    return written(stage, name, stage.kernel.content(**fields))


def verdicts(results):
    return {str(name): (str(verdict), str(details['Alone'])) for name, verdict, details in results}


def codes(problems):
    return sorted({str(problem[1]) for problem in problems})


def check(stage, *paths, client=None, removals=NOTHING, flags=0, release=None):
    files = [open(path, 'rb') for path in paths]
    try:
        return (client or stage.client).manager(
            'CheckModules', stage.kernel.release if release is None else release,
            modules_of(*((path.name, file.fileno()) for path, file in zip(paths, files))),
            removals, flags)
    finally:
        for file in files:
            file.close()


def check_tree(stage, path):
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        return stage.client.manager('CheckTree', stage.kernel.release, dbus.types.UnixFd(fd),
                                    NOTHING, 0)
    finally:
        os.close(fd)


@test
def candidates_are_told_to_load_or_not(stage):
    stage.start_with_modules()
    good = candidate(stage, 'good.ko', imports=['a_symbol'])
    bad = candidate(stage, 'bad.ko', imports=['b_symbol'], modinfo=['license=MIT'], machine=183)
    results, problems, generation = check(stage, good, bad)
    expect_equal(verdicts(results), {'good': ('loads', 'loads'), 'bad': ('fails', 'fails')},
                 'verdicts')
    expect_equal(codes(problems), ['unsigned', 'wrong-machine'], 'codes')
    expect_equal(str(results[1][2]['License']), 'MIT', 'the license')
    expect_equal(str(results[0][2]['Path']), 'updates/good.ko', 'the path')
    expect_equal(generation, stage.property('Generation'), 'the generation')


@test
def a_directory_is_checked_as_it_would_lie(stage):
    stage.start_with_modules()
    written(stage, 'tree/kernel/a.ko', stage.kernel.content(['other_symbol']))
    written(stage, 'tree/extra/n.ko', stage.kernel.content([], ['other_symbol']))
    written(stage, 'tree/text.ko', b'a text')
    results, problems, _ = check_tree(stage, stage.folder / 'tree')
    expect_equal(verdicts(results),
                 {'a': ('loads', 'loads'), 'n': ('loads', 'unknown'), 'text': ('fails', 'fails')},
                 'verdicts')
    expect_equal(codes(problems), ['bad-elf', 'breaks-module', 'needs-candidate', 'replaces',
                                   'unsigned'], 'codes')


@test
def what_the_kernel_exports_is_read_when_there_is_something_to_read(stage):
    stage.start_with_modules()
    path = candidate(stage, 'x.ko', imports=['of_kernel'])
    expect_equal(verdicts(check(stage, path)[0]), {'x': ('unknown', 'unknown')}, 'without')
    symvers = stage.kernel / 'Module.symvers'
    symvers.write_text('0x00000001\tof_kernel\tvmlinux\tEXPORT_SYMBOL\t\n')
    expect_equal(verdicts(check(stage, path)[0]), {'x': ('loads', 'loads')}, 'with it')
    symvers.write_text('0x00000001\tother\tvmlinux\tEXPORT_SYMBOL\t\n')
    expect_equal(verdicts(check(stage, path)[0]), {'x': ('fails', 'fails')}, 'changed')
    symvers.unlink()
    expect_equal(verdicts(check(stage, path)[0]), {'x': ('unknown', 'unknown')}, 'gone')


@test
def an_answer_holds_every_change_before_the_question(stage):
    # It forks beside threads that read modules, which only glibc's own allocator is ready for.
    if stage.programs.is_slow:
        raise Unavailable('what is forked while threads allocate may hang with a sanitizer')
    stage.start_with_modules()
    path = candidate(stage, 'x.ko', imports=['late_symbol'])
    (stage.kernel / 'Module.symvers').write_text('0x1\tk\tvmlinux\tEXPORT_SYMBOL\t\n')
    for number in range(10):
        expect_equal(verdicts(check(stage, path)[0])['x'][0], 'fails', 'before')
        stage.kernel.module('kernel/late.ko', ['late_symbol'])
        expect_equal(verdicts(check(stage, path)[0])['x'][0], 'loads', f'{number}: after')
        (stage.kernel / 'kernel/late.ko').unlink()


@test
def removed_modules_count_as_gone(stage):
    stage.start_with_modules()
    path = candidate(stage, 'x.ko', imports=['a_symbol'])
    (stage.kernel / 'Module.symvers').write_text('0x1\tk\tvmlinux\tEXPORT_SYMBOL\t\n')
    results, problems, _ = check(stage, path, removals=dbus.Array(['a'], 's'))
    expect_equal(verdicts(results), {'x': ('fails', 'fails')}, 'verdicts')
    expect_equal(codes(problems), ['breaks-module', 'unresolved-symbol', 'unsigned'], 'codes')


@test
def nothing_is_written(stage):
    stage.start_with_modules()
    stage.settle()
    before = stage.identities()
    check(stage, candidate(stage, 'x.ko'))
    stage.settle()
    expect_equal(stage.identities(), before, 'files')
    stage.expect_no_litter()


@test
def other_things_than_files_are_refused_one_by_one(stage):
    stage.start_with_modules()
    own, other = socket.socketpair()
    reading, writing = os.pipe()
    folder = os.open(stage.folder, os.O_RDONLY)
    blind = os.open(candidate(stage, 'x.ko'), os.O_WRONLY)
    things = {'socket.ko': own.fileno(), 'pipe.ko': reading, 'folder.ko': folder,
              'blind.ko': blind}
    results, problems, _ = stage.client.manager('CheckModules', stage.kernel.release,
                                                modules_of(*things.items()), NOTHING, 0)
    for fd in (reading, writing, folder, blind):
        os.close(fd)
    own.close()
    other.close()
    expect_equal([str(result[1]) for result in results], ['fails'] * 4, 'verdicts')
    expect_equal(codes(problems), ['bad-elf'], 'codes')
    text = candidate(stage, 'y.ko').open('rb')
    _, problems, _ = stage.client.manager('CheckTree', stage.kernel.release,
                                          dbus.types.UnixFd(text), NOTHING, 0)
    text.close()
    expect_equal([(str(problem[1]), str(problem[5]['Found'])) for problem in problems[:1]],
                 [('bad-elf', 'Not a directory')], 'a file as a directory')


@test
def wrong_calls_are_refused(stage):
    stage.start_with_modules()
    path = candidate(stage, 'x.ko')
    expect_equal(error_name(check, stage, path, release='no-such'), 'NoSuchKernel', 'the error')
    expect_equal(error_name(check, stage, path, flags=2), 'InvalidArgs', 'the error')
    expect_equal(error_name(check, stage, path, flags=depmod1.UNKNOWN_FLAG), 'InvalidArgs',
                 'the error')


@test
def sixteen_files_can_be_checked_at_once(stage):
    stage.start_with_modules()
    paths = [candidate(stage, f'x{number}.ko') for number in range(16)]
    expect_equal(len(check(stage, *paths)[0]), 16, 'results')


@test
def damaged_files_harm_nobody(stage):
    stage.start_with_modules()
    content = stage.kernel.content(['x_symbol'], ['a_symbol'])
    for step in range(0, len(content), 97):
        damaged = bytearray(content)
        damaged[step:step + 8] = b'\xff' * 8
        check(stage, written(stage, 'x.ko', bytes(damaged)),
              written(stage, 'y.ko', content[:step]))
    expect_equal(stage.module_names(), ['a', 'b', 'c'], 'modules')
    expect(stage.daemon.process.poll() is None, 'it has ended')


@test
def many_may_ask_at_once(stage):
    stage.start_with_modules()
    path = candidate(stage, 'x.ko', imports=['a_symbol'])
    # Each time a process is forked, which with a sanitizer is a large one.
    n_clients, n_calls = (2, 3) if stage.programs.is_slow else (8, 10)

    def ask(_):
        client = Client(stage.bus.address)
        try:
            return [verdicts(check(stage, path, client=client)[0])['x'][0] for _ in range(n_calls)]
        finally:
            client.close()

    with ThreadPoolExecutor(n_clients) as pool:
        answers = [answer for answers in pool.map(ask, range(n_clients)) for answer in answers]
    expect_equal(answers, ['loads'] * (n_clients * n_calls), 'answers')
    expect_equal(zombies(stage.daemon.pid), [], 'processes that are left')


def zombies(pid):
    with open(f'/proc/{pid}/task/{pid}/children', encoding='ascii') as children:
        return children.read().split()


@test
def somebody_else_may_only_if_polkit_says_so(stage):
    stage.start_with_modules()

    def as_nobody(**options):
        return stage.busctl(as_nobody=True).manager('CheckModules', stage.kernel.release, 0, 0, 0,
                                                    **options)

    expect_denied(as_nobody(), 'CheckModules')
    polkit = Polkit(stage, 'challenge')
    expect_denied(as_nobody(), 'CheckModules', CHALLENGE)
    polkit.close()
    polkit = Polkit(stage, 'yes')
    reply = as_nobody()
    expect(isinstance(reply, list), reply)
    expect_equal([question[2] for question in polkit.questions()], [ACTION], 'actions')


@test
def a_compressed_bomb_is_no_module(stage):
    stage.start_with_modules()
    bomb = stage.folder / 'bomb.ko.gz'
    os.system(f'head -c 600M /dev/zero | gzip -1 >{bomb}')
    results, problems, _ = check(stage, bomb)
    expect_equal(verdicts(results)['bomb'][0], 'fails', 'the verdict')
    expect_equal(codes(problems), ['bad-elf'], 'codes')
