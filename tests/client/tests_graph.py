# SPDX-License-Identifier: LGPL-2.1-or-later
"""The graph of modules as data, as text for graphviz, as a picture, and as a tree."""

import os
import re
import shutil

import schema
from machine import CLEAN, FAILED, Tests, expect, expect_same
from references import Unavailable

TESTS = test = Tests()

GRAPH = {'modules': [{'name': str, 'path': str, 'level': int}],
         'edges': [{'from': int, 'to': int, 'edges': int, 'symbols': int}], 'generation': int}
BOX = re.compile(r'^  n(\d+) \[label="((?:[^"\\]|\\.)*)"')
ARROW = re.compile(r'^  n(\d+) -> n(\d+)')
HARD, SOFT_PRE, BUILTIN = 1, 2, 16


def arrows(graph):
    """{(from, to): (edges, symbols)} by name."""
    names = [module['name'] for module in graph['modules']]
    return {(names[edge['from']], names[edge['to']]): (edge['edges'], edge['symbols'])
            for edge in graph['edges']}


def levels(graph):
    return {module['name']: module['level'] for module in graph['modules']}


def drawn(lines):
    """The labels of the boxes, and the arrows between them."""
    labels = dict(match.groups() for line in lines if (match := BOX.match(line)))
    return sorted(labels.values()), sorted((labels[match[1]], labels[match[2]]) for line in lines
                                           if (match := ARROW.match(line)))


@test
def the_neighbourhood_of_a_module_has_levels_and_edges(machine):
    graph = machine.ask('graph', 'driver')
    schema.check(GRAPH, graph)
    expect_same('levels', {'driver': 0, 'base': 1, 'spare': -1}, levels(graph))
    expect_same('edges', {('driver', 'base'): (HARD, 1), ('spare', 'driver'): (SOFT_PRE, 0)},
                arrows(graph))
    for options, names in ((['--deps'], {'driver', 'base'}), (['--rdeps'], {'driver', 'spare'}),
                           (['--rdeps', '--no-soft'], {'driver'}), (['--depth=0'], {'driver'})):
        expect_same(' '.join(options), names, set(levels(machine.ask('graph', *options, 'driver'))))
    expect_same('several', {'base': 0, 'spare': 0},
                levels(machine.ask('graph', '--depth=0', 'base', 'spare')))


@test
def depth_is_counted_in_steps(machine):
    names = set(levels(machine.ask('graph', '--depth=1', 'base')))
    expect_same('one step', {'base', 'driver'}, names)
    graph = machine.ask('graph', '--depth=2', 'base')
    expect_same('two steps', {'base': 0, 'driver': -1, 'spare': -2}, levels(graph))
    expect_same('edges', {('driver', 'base'), ('spare', 'driver')}, set(arrows(graph)))


@test
def without_a_module_the_graph_is_of_the_whole_kernel(machine):
    machine.module('kernel/soft.ko', [], [], 'softdep=post: root_fs')
    graph = machine.ask('graph')
    schema.check(GRAPH, graph)
    expect_same('modules', {'base', 'driver', 'spare', 'soft', 'root_fs'}, set(levels(graph)))
    expect_same('builtin', (4 + BUILTIN, 0), arrows(graph)['soft', 'root_fs'])


@test
def the_text_for_graphviz_has_a_box_for_each_module(machine):
    lines = machine.run('graph', 'driver').expect(CLEAN).lines()
    expect_same('first and last', ('digraph modules {', '}'), (lines[0], lines[-1]))
    expect('driver in 9.9.9: what it needs, and what needs it' in lines[1], lines[1])
    expect_same('drawn', (['base', 'driver', 'spare'], [('driver', 'base'), ('spare', 'driver')]),
                drawn(lines))
    expect_same('the same', lines, machine.run('graph', '--format=dot', 'driver').lines())
    expect_same('quiet', b'', machine.run('-q', 'graph', 'driver').expect(CLEAN).stdout)


@test
def modules_with_the_same_neighbours_share_a_box(machine):
    for number in range(12):
        machine.module(f'kernel/user{number:02}.ko', [], ['base_other'])
    lines = machine.run('graph', 'base').expect(CLEAN).lines()
    boxes, _ = drawn(lines)
    expect_same('boxes', 4, len(boxes))
    expect(any(r'\land 4 more\l' in box for box in boxes), *boxes)
    full, _ = drawn(machine.run('graph', '--full', 'base').expect(CLEAN).lines())
    expect_same('all boxes', 15, len(full))


@test
def arrows_that_others_imply_are_left_out(machine):
    machine.module('kernel/driver.ko', ['driver_call'], ['base_call'])
    machine.module('kernel/top.ko', [], ['driver_call', 'base_call'])
    _, lines = drawn(machine.run('graph', '--no-soft', 'top').expect(CLEAN).lines())
    expect_same('drawn', [('driver', 'base'), ('top', 'driver')], lines)
    _, lines = drawn(machine.run('graph', '--full', '--no-soft', 'top').expect(CLEAN).lines())
    expect_same('all', [('driver', 'base'), ('top', 'base'), ('top', 'driver')], lines)


@test
def a_whole_kernel_is_drawn_by_directory(machine):
    machine.module('kernel/drivers/net/a.ko', [], ['base_call'])
    machine.module('kernel/drivers/net/phy/b.ko', [], ['base_call'])
    machine.module('kernel/fs/base.ko', ['base_call'])
    (machine.directory() / 'kernel/base.ko').unlink()
    boxes, between = drawn(machine.run('graph').expect(CLEAN).lines())
    expect(r'drivers/net\n2' in boxes and r'fs\n1' in boxes, *boxes)
    expect((r'drivers/net\n2', r'fs\n1') in between, *between)


@test
def pictures_are_made_by_graphviz(machine):
    if not shutil.which('dot'):
        raise Unavailable('there is no graphviz on this machine')
    svg = machine.run('graph', '--format=svg', 'driver').expect(CLEAN).stdout
    expect(b'<svg' in svg and b'driver' in svg and svg.rstrip().endswith(b'</svg>'), svg[:200])
    png = machine.run('graph', '--format=png', 'driver').expect(CLEAN).stdout
    expect_same('magic', b'\x89PNG', png[:4])


@test
def without_graphviz_there_is_no_picture(machine):
    tools = machine.root / 'tools'
    tools.mkdir()
    result = machine.run('graph', '--format=svg', 'driver', PATH=str(tools))
    result.expect(FAILED, 'There is no dot, install graphviz to make pictures')
    expect_same('printed', b'', result.stdout)
    (tools / 'dot').write_text('#!/bin/sh\nexit 3\n')
    os.chmod(tools / 'dot', 0o755)
    machine.run('graph', '--format=svg', 'driver', PATH=f'{tools}:/bin').expect(
        FAILED, 'graphviz could not draw the graph')


@test
def wrong_calls_of_graph_are_explained(machine):
    for arguments, message in (
            (['--depth=x'], "--depth takes a number of steps, not 'x'"),
            (['--depth=-1'], "--depth takes a number of steps, not '-1'"),
            (['--format=gif'], "--format takes dot, svg or png, not 'gif'"),
            (['--format=svg', '--json=short'], 'Either --format or --json')):
        machine.run('graph', *arguments, 'driver').expect(FAILED, message)
    result = machine.run('graph', 'drivr')
    expect(result.status == FAILED and 'Did you mean driver' in result.stderr, result)


@test
def the_daemon_draws_the_same_graph(machine):
    private = machine.run('graph', 'driver').expect(CLEAN).lines()
    machine.start_daemon()
    expect_same('drawn', private, machine.run_plain('graph', 'driver').expect(CLEAN).lines())
    machine.module('kernel/new.ko', [], ['base_call'])
    boxes, _ = drawn(machine.run_plain('graph', 'base').expect(CLEAN).lines())
    expect('new' in boxes, *boxes)


@test
def long_lists_of_a_tree_are_folded(machine):
    for number in range(12):
        machine.module(f'kernel/user{number:02}.ko', [], ['base_other'])
    lines = machine.run('rdeps', '--tree', 'base').expect(CLEAN).lines()
    expect(any(line.strip().startswith('`-and 4 more') for line in lines), *lines)
    expect_same('rows', 1 + 1 + 2 + 8 + 1, len(lines))
    full = machine.run('rdeps', '--tree', '--full', 'base').expect(CLEAN).lines()
    expect_same('all rows', 1 + 1 + 2 + 12, len(full))
    expect_same('JSON', 3 + 12, len(machine.ask('rdeps', '--tree', 'base')))
