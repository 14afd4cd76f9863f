#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compares what the query room answers with what kmod's modprobe would do, without an index for the
one and with kmod's own index for the other: load orders and aliases."""

import argparse
import random
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / 'support'))

from depmod_run import run_depmod  # noqa: E402
from kernel_copy import copy_kernel  # noqa: E402
from module_writer import Export, Import, ModuleImage  # noqa: E402
from references import KernelTree, Unavailable, fetch_kernel, fetch_kmod  # noqa: E402
from tap import Tap, skip_all  # noqa: E402
from tree import Scratch, Tree  # noqa: E402

VERSION = '1.0-random'
RANDOM_TREES, RANDOM_MODULES, ALIASED_MODULES = 20, 40, 10
ALIASES, BUILTIN_ALIASES = 3000, 300
SHOWN_DIFFERENCES = 10
# A module that answers with one line stands between two questions to one modprobe.
SEPARATOR = 'separator_between_answers'


def main():
    options = parse_arguments()
    try:
        kmod = options.kmod or fetch_kmod('trixie')
        real = fetch_kernel('bookworm', 'amd64')
    except Unavailable as reason:
        skip_all(reason)

    tap = Tap(4 + 2)
    with Scratch() as scratch:
        compare_real(tap, options.answers, kmod, copy_kernel(real, scratch / 'real'))
        compare_random(tap, options.answers, kmod, scratch)
    return tap.exit_status()


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--answers', type=Path, required=True, help='the program query-answers')
    parser.add_argument('--kmod', type=Path, help='what "fetch kmod trixie" prints')
    return parser.parse_args()


def compare_real(tap, answers, kmod, tree):
    with (tree.directory / 'modules.builtin').open('a', encoding='ascii') as builtin:
        builtin.write(f'kernel/{SEPARATOR}.ko\n')
    index(kmod, tree)
    rng = random.Random(1)
    modules = [name_of(line) for line in lines(tree, 'modules.dep')]
    builtins = [name_of(line) for line in lines(tree, 'modules.builtin')]
    aliases = [line.rpartition(' ')[0].split(' ', 1)[1]
               for line in lines(tree, 'modules.alias') if line[0] != '#']
    modinfo = (tree.directory / 'modules.builtin.modinfo').read_text(encoding='ascii')
    builtin_aliases = re.findall(r'\.alias=([^\0]*)', modinfo)

    def compare(name, *arguments):
        differences = compare_answers(answers, kmod, tree, *arguments)
        tap.result(not differences, name, differences)

    compare(f'load order of {len(modules)} modules', 'order', modules)
    compare('load order of builtin modules', 'order', builtins)
    names = [instance(rng, alias) for alias in sample(rng, aliases, ALIASES)]
    compare('modules of aliases', 'resolve', names)
    names = [instance(rng, alias) for alias in sample(rng, builtin_aliases, BUILTIN_ALIASES)]
    compare('modules of aliases of builtin modules', 'resolve', names)


def compare_random(tap, answers, kmod, scratch):
    orders, aliases = [], []
    for seed in range(RANDOM_TREES):
        tree, names, by_alias = random_tree(random.Random(seed), scratch / f'random-{seed}')
        index(kmod, tree)
        orders += compare_answers(answers, kmod, tree, 'order', names + by_alias)
        aliases += compare_answers(answers, kmod, tree, 'resolve', names + by_alias)
    tap.result(not orders, 'load order among random softdeps', orders)
    tap.result(not aliases, 'random aliases', aliases)


def random_tree(rng, root):
    """Modules that need each other by symbols in one direction.

    In every second tree softdeps lead in all directions, in the others to what stands before, there
    also by aliases: kmod takes a module for another one when it meets it under an alias, so how far
    it comes in a circle of softdeps depends on what it calls the module.
    """
    names = [f'm-{number}' for number in range(RANDOM_MODULES)]
    builtins = [f'b_{number}' for number in range(5)]
    said = [f'alias:{number}' for number in range(10)] + ['group-of*', 'alias:[1-4]', '*:7']
    has_circles = rng.random() < 0.5
    tree = Tree()
    for number, name in enumerate(names):
        needed = rng.sample(range(number), min(number, rng.choice([0, 0, 1, 1, 2, 4])))
        modinfo, targets = [], builtins + (names if has_circles else names[:number])
        if has_circles or number < ALIASED_MODULES:
            modinfo += [f'alias={alias}' for alias in rng.sample(said, rng.choice([0, 0, 1, 2]))]
        else:
            targets += said[:10]
        for _ in range(rng.choice([0, 0, 1, 1, 2])):
            modinfo.append('softdep=' + random_softdep(rng, targets))
        image = ModuleImage(exports=[Export(f's{number}'.encode(), number + 1)],
                            imports=[Import(f's{other}'.encode()) for other in needed],
                            modinfo=[text.encode() for text in modinfo])
        tree.file(f'kernel/{rng.choice("abc")}/{name}.ko', image.to_bytes())
    tree.file('modules.builtin', ''.join(f'kernel/{name}.ko\n'
                                         for name in [*builtins, SEPARATOR]).encode())
    records = [f'{name}.alias={rng.choice(said)}\0' for name in builtins]
    tree.file('modules.builtin.modinfo', ''.join(records).encode())
    tree.file('modules.order')

    kernel = KernelTree(root, VERSION)
    kernel.directory.mkdir(parents=True)
    tree.build(kernel.directory)
    answered_by_alias = [*said[:10], 'group_of_x', 'symbol:s3', 'nothing', 'x:7']
    return kernel, names + builtins, [] if has_circles else answered_by_alias


def random_softdep(rng, names):
    words = []
    for word in rng.sample(['pre:', 'post:', '', 'pre:'], rng.randrange(4)):
        words += [word, *rng.sample([*names, 'unknown'], rng.randrange(3))]
    return rng.choice([' ', '  ', '\t']).join(words)


def index(kmod, tree):
    result = run_depmod(kmod / 'depmod', ['-C', '/no/such/configuration', '-b', tree.root,
                                          tree.version])
    if result.status != 0:
        raise RuntimeError(f'depmod: {result.stderr.decode()}')


def lines(tree, name):
    return (tree.directory / name).read_text(encoding='ascii').splitlines()


def name_of(line):
    return line.split(':')[0].rpartition('/')[2].split('.')[0].replace('-', '_')


def sample(rng, names, count):
    return rng.sample(names, min(count, len(names)))


def instance(rng, pattern):
    """A name that matches a pattern."""
    name = re.sub(r'\[(.)[^]]*\]', r'\1', pattern)
    return re.sub(r'[*?]', lambda match: rng.choice('05AF'), name)


def compare_answers(answers, kmod, tree, keyword, names):
    names = [name for name in names if name != SEPARATOR and '\n' not in name]
    wanted = modprobe_answers(kmod, tree, keyword, names)
    got = our_answers(answers, tree, keyword, names)
    differences = [f'{keyword} {name}: modprobe {wanted[number]}, query {got[number]}'
                   for number, name in enumerate(names)
                   if builtins_last(wanted[number]) != builtins_last(got[number])]
    if not any(wanted):
        differences.append('modprobe answered nothing')
    return differences[:SHOWN_DIFFERENCES]


def builtins_last(answer):
    """Builtin modules are there anyway: among them, and between others, the order means nothing."""
    builtins = sorted(line for line in answer if line.startswith('builtin '))
    return [line for line in answer if line not in builtins] + builtins


def our_answers(answers, tree, keyword, names):
    process = subprocess.run([answers, tree.directory, tree.version], check=True, text=True,
                             input=''.join(f'{keyword} {name}\n' for name in names),
                             stdout=subprocess.PIPE)
    parts = [[]]
    for line in process.stdout.splitlines():
        if line:
            parts[-1].append(line)
        else:
            parts.append([])
    return parts[:-1]


def modprobe_answers(kmod, tree, keyword, names):
    interleaved = [text for name in names for text in (name, SEPARATOR)]
    arguments = ['-a', '--show-depends'] if keyword == 'order' else ['-a', '-R']
    parts, start = [[]], 0
    while start < len(interleaved):
        part = interleaved[start:start + 1000]
        start += len(part)
        process = subprocess.run(
            [kmod / 'modprobe', '-C', '/no/such/configuration', '-d', tree.root, '-S',
             tree.version, *arguments, '--', *part],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
        for line in process.stdout.splitlines():
            if line.strip() in (SEPARATOR, f'builtin {SEPARATOR}'):
                parts.append([])
            else:
                add_line(parts[-1], line.strip(), tree)
    return parts[:-1]


def add_line(part, line, tree):
    """modprobe repeats a module that it comes upon again."""
    text = line.removeprefix('insmod ').removeprefix(f'{tree.directory}/')
    if text not in part:
        part.append(text)


if __name__ == '__main__':
    sys.exit(main())
