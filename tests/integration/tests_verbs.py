# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the methods behind the verbs for installers and administrators answer on the bus."""

from stage import Tests, expect_equal

TESTS = test = Tests()


def rows(array):
    return [tuple(map(str, row)) for row in array]


@test
def shadowed_files_are_listed_with_winner_and_rule(stage):
    stage.start_with_modules()
    expect_equal(rows(stage.ask('ListShadowed', 0)[0]), [], 'shadowed')
    stage.kernel.module('updates/a.ko', ['a_symbol'])
    shadowed, generation = stage.ask('ListShadowed', 0)
    expect_equal(rows(shadowed), [('a', 'kernel/a.ko', 'updates/a.ko', 'search updates')],
                 'shadowed')
    expect_equal(generation, stage.property('Generation'), 'generation')


@test
def conflicts_are_listed_by_kind(stage):
    stage.start_with_modules()
    expect_equal(rows(stage.ask('ListConflicts', 0)[0]), [], 'conflicts')
    stage.kernel.module('kernel/zz.ko', ['a_symbol'])
    winner = str(stage.ask('FindSymbol', 'a_symbol', 0)[0][0][1])
    loser, = {'kernel/a.ko', 'kernel/zz.ko'} - {winner}
    expect_equal(rows(stage.ask('ListConflicts', 0)[0]),
                 [('duplicate-export', 'a_symbol', loser, winner)], 'conflicts')
