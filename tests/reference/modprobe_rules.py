#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compares what we make of modprobe's configuration with what kmod's modprobe does: the steps for
each name and alias, and whether a module is blocked, for a table of configurations and for random
ones."""

import argparse
import os
import random
import shutil
import subprocess
import sys
from multiprocessing.pool import ThreadPool
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / 'support'))

from modprobe_configurations import CONFIGURATIONS, Configuration  # noqa: E402
from modprobe_world import (ALIASES, BUILTINS, MODULES, NAMES, bound, build_kernel,  # noqa: E402
                            modprobe_inserts, modprobe_plan, our_answers, present_after,
                            write_configuration)
from references import Unavailable, fetch_kmod  # noqa: E402
from tap import Tap, skip_all  # noqa: E402
from tree import Scratch  # noqa: E402

RANDOM_GROUPS, RANDOM_CONFIGURATIONS, RANDOM_QUESTIONS = 4, 15, 4
SHOWN_DIFFERENCES = 8


class World:
    """A kernel, the two programs, and a folder for configurations."""

    def __init__(self, options, kmod, scratch):
        self.answers, self.kmod, self.scratch = options.answers, kmod, Path(scratch)
        self.kernel = build_kernel(self.scratch / 'root', kmod)
        self.can_trace = shutil.which('strace') is not None

    def write(self, configuration, name):
        """The folder, and the file with the command line or None."""
        base = self.scratch / name
        write_configuration(base / 'conf', configuration.files)
        if not configuration.command_line:
            return base / 'conf', None
        (base / 'cmdline').write_text(configuration.command_line + '\n')
        return base / 'conf', base / 'cmdline'


def main():
    options = parse_arguments()
    try:
        kmod = options.kmod or fetch_kmod('trixie')
    except Unavailable as reason:
        skip_all(reason)

    with Scratch() as scratch:
        world = World(options, kmod, scratch)
        can_bind = binds(scratch)
        tap = Tap(2 * len(CONFIGURATIONS) + RANDOM_GROUPS)
        with ThreadPool(2) as pool:
            results = pool.imap(lambda numbered: compare(world, *numbered, can_bind),
                                enumerate(CONFIGURATIONS))
            for configuration, parts in zip(CONFIGURATIONS, results):
                report(tap, f'{configuration.name}: steps', parts[0])
                report(tap, f'{configuration.name}: what is blocked', parts[1])
            for group, differences in enumerate(pool.imap(
                    lambda group: compare_random(world, group), range(RANDOM_GROUPS))):
                report(tap, f'random configurations {group}: steps', differences)
    return tap.exit_status()


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--answers', type=Path, required=True, help='the program modprobe-answers')
    parser.add_argument('--kmod', type=Path, help='what "fetch kmod trixie" prints')
    return parser.parse_args()


def report(tap, name, differences):
    if isinstance(differences, str):
        tap.skip(name, differences)
    else:
        tap.result(not differences, name, differences[:SHOWN_DIFFERENCES])


def binds(scratch):
    probe = Path(scratch) / 'probe'
    probe.write_text('probe\n')
    process = subprocess.run(bound(['cat', '/proc/cmdline'], probe), stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, check=False)
    return os.geteuid() == 0 and process.stdout == b'probe\n'


def compare(world, number, configuration, can_bind):
    """Differences of both kinds; or a text, why they cannot be found."""
    if configuration.command_line and not can_bind:
        return ['/proc/cmdline cannot be replaced on this machine'] * 2
    directory, command_line = world.write(configuration, f'table-{number}')
    asked = [*NAMES, *ALIASES, *configuration.asked]
    steps = compare_steps(world, directory, command_line, asked)
    if not world.can_trace:
        return [steps, 'there is no strace on this machine']
    return [steps, compare_verdicts(world, configuration, directory, command_line, asked)]


def compare_steps(world, directory, command_line, asked):
    questions = [f'plan {name}' for name in asked] + [f'listed {name}' for name in asked]
    got = our_answers(world.answers, world.kernel, directory, command_line, questions)
    wanted = [modprobe_plan(world.kmod, world.kernel, directory, name, *options,
                            command_line=command_line)
              for options in ((), ('-b',)) for name in asked]
    return [f'{question}: modprobe {w}, ours {g}'
            for question, w, g in zip(questions, wanted, got) if w != g]


def compare_verdicts(world, configuration, directory, command_line, asked):
    got = our_answers(world.answers, world.kernel, directory, command_line,
                      [f'blocked {name}' for name in NAMES])
    present = {name: present_after(modprobe_inserts(world.kmod, world.kernel, directory, name,
                                                    command_line), name) for name in asked}
    differences = []
    for name, verdict in zip(NAMES, got):
        wanted = expected_verdict(name, configuration, present)
        if verdict != [wanted]:
            differences.append(f'{name}: wanted {wanted}, got {verdict}')
    return differences


def expected_verdict(name, configuration, present):
    if name in BUILTINS:
        return 'builtin'
    if name in configuration.unknown:
        return 'unknown'
    ways = {asked for asked, there in present.items() if name in there}
    if any(is_alias(asked, configuration) for asked in ways):
        return 'open'
    return 'on-request' if ways else 'blocked'


def is_alias(asked, configuration):
    """An install line makes a name of what no alias line has."""
    text = str(configuration.files)
    makes_name = f'install {asked} ' in text and f'alias {asked} ' not in text
    return asked not in NAMES and asked.replace('_', '-') not in MODULES and not makes_name


def compare_random(world, group):
    rng, differences = random.Random(group), []
    for number in range(RANDOM_CONFIGURATIONS):
        files = {f'{rng.choice("az")}{index}.conf': random_lines(rng) for index in range(2)}
        directory, _ = world.write(Configuration('random', files), f'random-{group}-{number}')
        asked = rng.sample([*NAMES, *ALIASES, 'foo', 'bar1'], RANDOM_QUESTIONS)
        differences += [f'{files}: {difference}'
                        for difference in compare_steps(world, directory, None, asked)]
    return differences


def random_lines(rng):
    return ''.join(random_line(rng) + '\n' for _ in range(rng.randrange(5)))


def random_line(rng):
    names = [*NAMES, 'x_y', 'foo', 'bar', 'nothere']
    aliases = [*ALIASES, 'foo', 'bar1', 'symbol:symbol_of_a']
    subject = rng.choice([*names, *aliases, 'b*', '?', 'x?y', '[ab]', '*'])
    keyword = rng.choice(['alias', 'alias', 'blacklist', 'install', 'install', 'softdep', 'softdep',
                          'options', 'remove', 'weakdep'])
    if keyword == 'alias':
        return f'alias {rng.choice([*aliases, *names, "fo*", "al:*"])} {rng.choice(names)}'
    if keyword == 'softdep':
        words = []
        for part in rng.sample(['pre:', 'post:', 'pre:'], rng.choice([1, 1, 2])):
            words += [part, *rng.sample([*names, *aliases], rng.choice([1, 1, 2]))]
        return f'softdep {subject} ' + ' '.join(words)
    text = {'blacklist': '', 'weakdep': rng.choice(names), 'options': f'x={rng.randrange(9)}'}
    return f'{keyword} {subject} {text.get(keyword, "/bin/" + rng.choice(["false", "true x"]))}'


if __name__ == '__main__':
    sys.exit(main())
