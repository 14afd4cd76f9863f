# SPDX-License-Identifier: LGPL-2.1-or-later
"""Files that mean no good: each is a problem with its code, and everybody else is answered."""

import os

import dbus

from hostile_files import make_all, make_ladder
from references import Unavailable
from stage import Tests, eventually, expect, expect_equal

TESTS = test = Tests()
# Half a gigabyte takes a second, and with a sanitizer and others at work much more.
SETTLE_SECONDS = 100


def settle(stage):
    stage.client.manager('Settle', dbus.Array([stage.kernel.release], 's'), 0,
                         SETTLE_SECONDS * 1000000, seconds=SETTLE_SECONDS)


def codes(stage):
    """What is said of which file: {name: codes}."""
    found = {}
    for problem in stage.ask('ListProblems', 0)[0]:
        code, path = str(problem[1]), str(problem[3])
        found.setdefault(path.rsplit('/', 1)[-1], set()).add(code)
    return found


def need_speed(stage):
    if stage.programs.is_slow:
        raise Unavailable('what inflates to gigabytes takes minutes with a sanitizer')


@test
def hostile_files_are_problems_and_harm_nobody(stage):
    need_speed(stage)
    stage.start_with_modules()
    expected = make_all(stage.kernel / 'hostile')
    settle(stage)
    found = codes(stage)
    said = set().union(*found.values())
    missing = [name for name, code in expected.items()
               if code not in found.get(name, ()) and not (code == 'bad-alias' and code in said)]
    expect(not missing, f'without their codes: {missing}', found)
    for name in ('a', 'b', 'c'):
        stage.ask('GetLoadOrder', dbus.Array([name], 's'), 0)
    stage.expect_right()
    stage.client.ping()


@test
def hostile_files_are_read_only_once(stage):
    need_speed(stage)
    stage.start_with_modules()
    make_all(stage.kernel / 'hostile')
    settle(stage)
    begin = stage.daemon.counters()[1]
    stage.kernel.module('kernel/d.ko')
    settle(stage)
    expect('d' in stage.module_names(), 'the new module is not there')
    ticks = stage.daemon.counters()[1] - begin
    expect(ticks < 100, f'one module took {ticks} ticks')


@test
def a_ladder_of_links_comes_to_an_end(stage):
    stage.start_with_modules()
    make_ladder(stage.kernel / 'ladder')
    settle(stage)
    said = set().union(*codes(stage).values())
    expect('directory-links' in said, said)
    (stage.kernel / 'ladder/20/x.ko').write_bytes(stage.kernel.content())
    expect('x' in stage.module_names(), 'what is below the ladder is not there')
    expect_equal(stage.daemon.process.poll(), None, 'the exit status')


@test
def pipes_in_place_of_the_lists_are_not_waited_for(stage):
    stage.start_with_modules()
    for name in ('modules.order', 'modules.builtin', 'modules.builtin.modinfo'):
        (stage.kernel / name).unlink()
        os.mkfifo(stage.kernel / name)
    os.mkfifo(stage.root.config / 'pipe.conf')
    stage.kernel.module('kernel/d.ko')
    eventually(lambda: 'd' in stage.module_names(), 'the new module is there', 20)
