#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Asks the daemon whether real modules of one kernel would load on others, and compares with what
follows from Module.symvers, modprobe --dump-modversions, modinfo and nm."""

import argparse
import random
import shutil
import subprocess
import sys
from collections import Counter
from multiprocessing.pool import ThreadPool
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / 'support'))

import dbus  # noqa: E402

from bus_client import Client  # noqa: E402
from daemon_run import Daemon  # noqa: E402
from kernel_copy import copy_kernel  # noqa: E402
from private_bus import Bus  # noqa: E402
from references import Unavailable, fetch, fetch_kernel, fetch_kmod  # noqa: E402
from tap import Tap, skip_all  # noqa: E402
from tree import Scratch  # noqa: E402

MODULES = 300
SEED = 1
START_SECONDS = 300  # to read all of three kernels, wherever that is
SOURCE = ('bookworm', 'amd64')
# Of the same series, of another one, and their own, on which all of them load.
TARGETS = (('bookworm', 'cloud-amd64'), ('trixie', 'amd64'), SOURCE)
# Of the kernel's include/linux/license.h.
GPL = {'GPL', 'GPL v2', 'GPL and additional rights', 'Dual BSD/GPL', 'Dual MIT/GPL', 'Dual MPL/GPL'}
COMPARED = {'unresolved-symbol', 'crc-mismatch', 'vermagic-mismatch', 'other-release',
            'gpl-only-symbol', 'namespace-not-imported', 'built-in'}
FAILING = COMPARED - {'other-release'}


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


class Facts:
    """What a module file says, as binutils and kmod read it."""

    def __init__(self, kmod, path):
        fields = run(kmod / 'modinfo', '-0', path).split('\0')
        self.fields = [tuple(field.split('=', 1)) for field in fields if '=' in field]
        self.name = path.name.partition('.')[0].replace('-', '_')
        self.wanted, self.weak = set(), set()
        for line in run('nm', '--undefined-only', path).splitlines():
            kind, symbol = line.split()
            (self.weak if kind in 'wv' else self.wanted).add(symbol)
        self.versions = {}
        for line in run(kmod / 'modprobe', '--dump-modversions', path).splitlines():
            crc, symbol = line.split()
            self.versions.setdefault(symbol, int(crc, 16))

    def values(self, key):
        return [value.strip() for name, value in self.fields if name == key]


class Target:
    """What a kernel takes."""

    def __init__(self, kmod, tree, symvers):
        self.tree = tree
        modules = [path for path in tree.directory.rglob('*.ko*') if path.is_file()]
        present = {path.name.partition('.')[0].replace('-', '_') for path in modules}
        self.exports = {}
        for line in symvers.read_text().splitlines():
            crc, symbol, provider, kind, namespace = line.split('\t')
            name = provider.rpartition('/')[2].replace('-', '_')
            if provider == 'vmlinux' or name in present:
                self.exports[symbol] = (int(crc, 16), name, kind, namespace)
        self.flags = run(kmod / 'modinfo', '-F', 'vermagic', modules[0]).strip().partition(' ')[2]
        self.builtin = {Path(line).name.partition('.')[0].replace('-', '_') for line in
                        (tree.directory / 'modules.builtin').read_text().splitlines()}

    def expected(self, facts):
        """(code, symbol) of each reason."""
        found = set()
        release, _, flags = facts.values('vermagic')[0].partition(' ')
        if flags != self.flags or (release != self.tree.version and not facts.versions):
            found.add(('vermagic-mismatch', ''))
        elif release != self.tree.version:
            found.add(('other-release', ''))
        if facts.name in self.builtin:
            found.add(('built-in', ''))
        for symbol in facts.wanted | facts.weak | {'module_layout'}:
            found |= set(self.expected_of_symbol(facts, symbol))
        return found

    def expected_of_symbol(self, facts, symbol):
        crc, provider, kind, namespace = self.exports.get(symbol, (0, None, '', ''))
        # The module takes the place of the one of its name.
        if provider in (None, facts.name):
            if symbol in facts.wanted:
                yield 'unresolved-symbol', symbol
            return
        if symbol in facts.versions and facts.versions[symbol] != crc:
            yield 'crc-mismatch', symbol
        if symbol not in facts.wanted | facts.weak:
            return
        if kind.endswith('_GPL') and not set(facts.values('license')[:1]) & GPL:
            yield 'gpl-only-symbol', symbol
        if namespace and namespace not in facts.values('import_ns'):
            yield 'namespace-not-imported', symbol


def answer(client, target, path):
    with open(path, 'rb') as file:
        modules = dbus.Array([dbus.Struct((path.name, dbus.types.UnixFd(file)), signature='sh')],
                             signature='(sh)')
        results, problems, _ = client.manager('CheckModules', target.tree.version, modules,
                                              dbus.Array([], 's'), 0)
    found = {(str(code), str(details.get('Symbol', '')))
             for _, code, _, _, _, details in problems if code in COMPARED}
    return str(results[0][1]), found


def compare(client, target, path, facts, counts):
    expected = target.expected(facts)
    verdict, found = answer(client, target, path)
    counts.update(code for code, _ in expected)
    counts.update([f'{verdict}: verdicts'])
    differences = [f'{facts.name}: not said: {" ".join(reason)}' for reason in expected - found]
    differences += [f'{facts.name}: said: {" ".join(reason)}' for reason in found - expected]
    if (verdict == 'fails') != any(code in FAILING for code, _ in expected) and \
            not (verdict == 'fails' and not differences):
        differences.append(f'{facts.name}: {verdict}')
    return differences


def prepare_targets(kmod, root):
    targets = []
    for suite, flavour in TARGETS:
        symvers = Path(fetch('symvers', suite, flavour))
        copy = copy_kernel(fetch_kernel(suite, flavour), root)
        shutil.copy(symvers, copy.directory / 'Module.symvers')
        targets.append(Target(kmod, fetch_kernel(suite, flavour), symvers))
    return targets


def main():
    options = parse_arguments()
    if not shutil.which('nm'):
        skip_all('there is no nm on this machine')
    try:
        source, kmod = fetch_kernel(*SOURCE), fetch_kmod('bookworm')
        with Scratch() as scratch:
            targets = prepare_targets(kmod, scratch / 'root')
            return compare_all(options, scratch, source, kmod, targets)
    except Unavailable as reason:
        skip_all(reason)
    return 1


def compare_all(options, scratch, source, kmod, targets):
    modules = random.Random(SEED).sample(sorted(source.directory.rglob('*.ko')), MODULES)
    with ThreadPool(2) as pool:
        facts = pool.map(lambda path: Facts(kmod, path), modules)
    bus = Bus(scratch / 'bus')
    daemon = Daemon(options.depmodd, scratch, scratch / 'root', bus.address)
    bus.start()
    try:
        daemon.start(wait=False)
        daemon.wait_for_message('READY=1', START_SECONDS)
        client = Client(bus.address)
        tap = Tap(len(targets) * 2)
        for target in targets:
            counts = Counter()
            differences = [line for path, fact in zip(modules, facts)
                           for line in compare(client, target, path, fact, counts)]
            tap.result(not differences, f'{MODULES} modules of {source.version} on '
                       f'{target.tree.version}', differences[:40])
            is_own = target.tree.version == source.version
            tap.result(is_telling(counts, is_own),
                       'all of which load' if is_own else 'which differ in many ways', [str(counts)])
            tap.comment(*(f'{count} {what}' for what, count in sorted(counts.items())))
        return tap.exit_status()
    finally:
        daemon.stop()
        bus.stop()


def is_telling(counts, is_own):
    """Enough of the reasons that there are, so that being right about them means something."""
    if is_own:
        return counts['loads: verdicts'] == MODULES
    return counts['crc-mismatch'] > MODULES and counts['unresolved-symbol'] > MODULES / 4 and \
        counts['fails: verdicts'] > 0


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--depmodd', type=Path, required=True, help='the program to test')
    options = parser.parse_args()
    options.depmodd = options.depmodd.absolute()
    return options


if __name__ == '__main__':
    sys.exit(main())
