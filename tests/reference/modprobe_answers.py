#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Asks kmod's modprobe what it would load, once with our index and once with kmod's."""

import argparse
import random
import re
import subprocess
import sys
from multiprocessing.pool import ThreadPool
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / 'support'))

from depmod_run import compare_bytes, run_depmod  # noqa: E402
from kernel_copy import copy_kernel  # noqa: E402
from references import Unavailable, fetch_kernel, fetch_kmod  # noqa: E402
from tap import Tap, skip_all  # noqa: E402
from tree import Scratch  # noqa: E402

NAMES_PER_CALL = 500
ALIASES, SYMBOLS, BUILTIN_ALIASES = 2000, 500, 200
SEED = 1


def main():
    options = parse_arguments()
    try:
        kernel = fetch_kernel('bookworm', 'amd64')
        tools = {'kmod 30': options.kmod_30 or fetch_kmod('bookworm'),
                 'kmod 34': options.reference or fetch_kmod('trixie')}
    except Unavailable as reason:
        skip_all(reason)

    with Scratch() as scratch:
        expected, ours = (copy_kernel(kernel, scratch / name) for name in ('expected', 'ours'))
        index(tools['kmod 34'] / 'depmod', expected)
        index(options.depmod, ours)
        questions = all_questions(expected.directory)
        tap = Tap(len(questions) * len(tools))
        jobs = [(f'{tool}: {len(names)} {kind}', tools[tool] / 'modprobe', names)
                for tool in tools for kind, names in questions.items()]
        with ThreadPool(2) as pool:
            results = pool.imap(lambda job: compare_answers(*job[1:], expected, ours), jobs)
            for job, differences in zip(jobs, results):
                tap.result(not differences, job[0], differences)
    return tap.exit_status()


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--depmod', type=Path, required=True, help='the program to test')
    parser.add_argument('--reference', type=Path, help='what "fetch kmod trixie" prints')
    parser.add_argument('--kmod-30', type=Path, help='what "fetch kmod bookworm" prints')
    options = parser.parse_args()
    options.depmod = options.depmod.absolute()
    return options


def index(depmod, tree):
    result = run_depmod(depmod, ['-C', '/no/such/configuration', '-b', tree.root, tree.version])
    if result.status != 0:
        raise RuntimeError(f'{depmod}: {result.stderr.decode()}')


def all_questions(directory):
    """Names to ask for. Patterns are made into what a device could say, the same on each run."""
    rng = random.Random(SEED)
    modules = [line.split(':')[0] for line in lines(directory / 'modules.dep')]
    aliases = [line.rpartition(' ')[0].split(' ', 1)[1]
               for line in lines(directory / 'modules.alias') if line[0] != '#']
    symbols = [line.split()[1] for line in lines(directory / 'modules.symbols') if line[0] != '#']
    builtin = re.findall(r'\.alias=([^\0]*)', (directory / 'modules.builtin.modinfo').read_text())
    return {
        'modules': [path.rpartition('/')[2].split('.')[0] for path in modules],
        'aliases': [instance(rng, alias) for alias in sample(rng, aliases, ALIASES)],
        'symbols': sample(rng, symbols, SYMBOLS),
        'aliases of builtin modules': [instance(rng, alias)
                                       for alias in sample(rng, builtin, BUILTIN_ALIASES)],
    }


def lines(path):
    return path.read_text().splitlines()


def sample(rng, names, count):
    return rng.sample(names, min(count, len(names)))


def instance(rng, pattern):
    """A name that matches a pattern."""
    name = re.sub(r'\[(.)[^]]*\]', r'\1', pattern)
    return re.sub(r'[*?]', lambda match: rng.choice('05AF'), name)


def compare_answers(modprobe, names, expected, ours):
    differences = []
    for start in range(0, len(names), NAMES_PER_CALL):
        part = names[start:start + NAMES_PER_CALL]
        wanted, got = (ask(modprobe, tree, part) for tree in (expected, ours))
        if wanted.count(b'insmod') + wanted.count(b'builtin') == 0:
            differences.append(f'the reference answered nothing: {wanted[:200]}')
        differences += compare_bytes(f'from {part[0]} on', wanted, got)
    return differences


def ask(modprobe, tree, names):
    process = subprocess.run([modprobe, '-C', '/no/such/configuration', '-d', tree.root,
                              '-S', tree.version, '-a', '--show-depends', '--', *names],
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    answer = process.stdout.replace(bytes(tree.root), b'ROOT')
    return answer + b'exit status %d\n' % process.returncode


if __name__ == '__main__':
    sys.exit(main())
