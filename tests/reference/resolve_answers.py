#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compares one call of Resolve for 500 modaliases with what a loop of kmod's modprobe says of the
same: what there is to load, in which order, and how long it takes to know."""

import argparse
import random
import re
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / 'support'))

from tap import Tap, skip_all  # noqa: E402

try:
    import dbus
    from bus_client import Client
except ImportError as missing:
    skip_all(f'{missing} (needs python3-dbus and python3-gi)')

from daemon_run import Daemon  # noqa: E402
from depmod_run import run_depmod  # noqa: E402
from kernel_copy import copy_kernel  # noqa: E402
from private_bus import Bus  # noqa: E402
from references import Unavailable, fetch_kernel, fetch_kmod  # noqa: E402
from tree import Scratch  # noqa: E402

MODALIASES, CALLS = 500, 40
TIMES_FASTER, LATENCY_MAX = 100, 0.020
CONFIGURATION = """softdep snd_hda_intel pre: snd_seq post: snd_hda_codec_realtek
softdep * pre: crc32c
blacklist nouveau
blacklist e1000e
install radeon /bin/false
install usb* /sbin/something
options snd x=1
alias pci:v00008086* off
"""
BUILTIN = 1 << 4


def main():
    options = parse_arguments()
    try:
        kmod = options.kmod or fetch_kmod('trixie')
        real = fetch_kernel('bookworm', 'amd64')
    except Unavailable as reason:
        skip_all(reason)

    tap = Tap(4)
    with Scratch() as scratch:
        folder = Path(scratch)
        folder.chmod(0o711)
        tree = copy_kernel(real, folder / 'root')
        run_depmod(kmod / 'depmod', ['-C', '/no/such/configuration', '-b', tree.root, tree.version])
        names = modaliases(tree.directory)
        bus = Bus(folder / 'bus')
        daemon = Daemon(options.depmodd, folder, tree.root, bus.address)
        bus.start()
        try:
            daemon.start()
            compare(tap, kmod, tree, names, Client(bus.address))
        finally:
            daemon.stop()
            bus.stop()
    return tap.exit_status()


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--depmodd', type=Path, required=True, help='the program to test')
    parser.add_argument('--kmod', type=Path, help='what "fetch kmod trixie" prints')
    return parser.parse_args()


def modaliases(directory):
    """What devices could say, the same on each run, and a few names that nothing has."""
    rng = random.Random(1)
    patterns = [line.rpartition(' ')[0].split(' ', 1)[1]
                for line in (directory / 'modules.alias').read_text().splitlines() if line[0] != '#']
    names = [re.sub(r'[*?]', lambda match: rng.choice('05AF'), re.sub(r'\[(.)[^]]*\]', r'\1', pattern))
             for pattern in rng.sample(patterns, MODALIASES - 5)]
    return [*names, 'nothing', 'pci:v0000FFFF', 'radeon', 'usbcore', 'snd_hda_intel']


def compare(tap, kmod, tree, names, client):
    directory = tree.root / 'etc/modprobe.d'
    directory.mkdir(parents=True)
    asked = dbus.Array(names, 's')
    for text in ('', CONFIGURATION):
        (directory / 'test.conf').write_text(text)
        expected, seconds = loop(kmod, tree, directory, names)
        found, times = [], []
        for _ in range(CALLS):
            start = time.perf_counter()
            found = client.kernel(tree.version, 'Resolve', asked, 0)
            times.append(time.perf_counter() - start)
        what = 'with' if text else 'without'
        differences = [f'modprobe {wanted}, ours {got}'
                       for wanted, got in zip(expected, answer(found)) if wanted != got][:8]
        if len(expected) != len(answer(found)):
            differences.append(f'modprobe {len(expected)} lines, ours {len(answer(found))}')
        if len(expected) < MODALIASES / 10:
            differences.append(f'the reference has only {len(expected)} lines')
        tap.result(not differences, f'the same {what} a configuration', differences)
        latency = min(times)  # what the machine does beside is not ours
        tap.comment(f'{what}: loop {seconds:.2f} s, call {latency * 1000:.1f} ms')
        tap.result(seconds > TIMES_FASTER * latency and latency <= LATENCY_MAX,
                   f'{TIMES_FASTER} times faster and not above {LATENCY_MAX * 1000:.0f} ms '
                   f'{what} a configuration')


def answer(found):
    """As lines of modprobe, and the names that lead nowhere."""
    modules, unresolved = found[0], found[1]
    return [line_of(step) for step in modules] + [f'unresolved {name}' for name in unresolved]


def line_of(step):
    name, path, edges, details = str(step[0]), str(step[1]), int(step[2]), step[3]
    if 'Command' in details:
        return f'install {details["Command"]}'
    if edges & BUILTIN:
        return f'builtin {name}'
    return f'insmod {path} {details.get("Options", "")}'.rstrip()


def loop(kmod, tree, directory, names):
    """Each line once, and how long all runs took together."""
    lines, unresolved = {}, []
    start = time.perf_counter()
    results = [(name, subprocess.run([kmod / 'modprobe', '-C', directory, '-d', tree.root, '-S',
                                      tree.version, '--show-depends', '--', name],
                                     capture_output=True, text=True, check=False))
               for name in names]
    seconds = time.perf_counter() - start
    for name, result in results:
        if 'not found in directory' in result.stderr or is_off(result, name, directory):
            unresolved.append(f'unresolved {name}')
        for line in result.stdout.splitlines():
            lines[line.replace(f'{tree.directory}/', '').rstrip()] = True
    return [*lines, *unresolved], seconds


def is_off(result, name, directory):
    """An alias line leads it to a module that there is not: modprobe says nothing at all."""
    return (not result.stdout and name.startswith('pci:v00008086') and
            'alias pci:v00008086* off' in (directory / 'test.conf').read_text())


if __name__ == '__main__':
    sys.exit(main())
