# SPDX-License-Identifier: LGPL-2.1-or-later
"""Many kernels, many modules and many changes."""

import statistics
from pathlib import Path

from average_kernels import AverageKernels, release
from burst import Burst, overflows
from figures import (CACHE, Figure, compare_with_kmod, make_cache_folder, mebibytes,
                     middle, milliseconds, scratch, take_turns, words)
from measures import Changes
from references import KernelTree
from served import link_kernel
from tree import Scratch

FEW, MANY = 4000, 60000
KERNELS = (1, 5, 50)
KERNELS_BAR, MODULES_BAR, CHANGE_BAR, GROWTH_BAR = 1.2, 1.3, 500, 1.1
N_CHANGES, MINUTE = 10000, 60
COMING_AND_GOING = 400  # modules


def start(costs, root):
    """CPU time until READY=1, and MiB when it rests."""
    with costs.serve(root) as served:
        return served.start_cpu, served.resident()


def start_many_kernels(costs, root):
    """Of each number of kernels: CPU times and memories, without and with the cache."""
    kernels, made, found = AverageKernels(root), 0, {}
    for count in KERNELS:
        for number in range(made, count):
            kernels.add(release(number), FEW)
        made = count
        cold = [start(costs, root) for _ in costs.rounds()]
        make_cache_folder(root)
        start(costs, root)
        warm = [start(costs, root) for _ in costs.rounds()]
        for path in Path(root, CACHE).iterdir():
            path.unlink()
        Path(root, CACHE).rmdir()
        found[count] = [[middle(column) for column in zip(*starts)] for starts in (cold, warm)]
    return found


def fifty_kernels(costs):
    """One daemon with 1, 5 and 50 kernels of 4,000 synthetic modules that have as much of everything as
    the average of Debian's. Start: CPU until READY=1, compared with 50 times that of one kernel.
    Memory, measured as above: compared with the straight line through that of 1 and of 5 kernels."""
    with Scratch() as root:
        found = start_many_kernels(costs, root)
    few, some, many = KERNELS
    for index, words_of_cache in enumerate(('without a cache', 'with the cache')):
        cpus, memories = zip(*(found[count][index] for count in KERNELS))
        yield Figure(f'{many} kernels of {FEW:,} modules, start {words_of_cache}: CPU '
                     f'({few}: {milliseconds(cpus[0])}, {some}: {milliseconds(cpus[1])})',
                     milliseconds(cpus[2]), '', cpus[2] / cpus[0] * few / many, 'of linear',
                     KERNELS_BAR)
        line = memories[0] + (memories[1] - memories[0]) / (some - few) * (many - few)
        yield Figure(f'the same, memory ({few}: {mebibytes(memories[0])}, '
                     f'{some}: {mebibytes(memories[1])})',
                     mebibytes(memories[2]), '', memories[2] / line, 'of linear', KERNELS_BAR)


def run_in_turns(costs, ours, theirs):
    for kmod_begins in costs.rounds():
        take_turns(kmod_begins, ours.run, theirs.run)
    return middle(ours.cpus), middle(theirs.cpus)


def daemon_with_changes(costs, tree):
    """CPU of a start at which all modules are read, and of a change."""
    starts = [start(costs, tree.root) for _ in costs.rounds()]
    with costs.serve(tree.root) as served:
        changes = Changes(served, tree)
        made = [changes.make().cpu for _ in costs.rounds()]
        memory = served.resident()
    return middle(cpu for cpu, _ in starts), middle(made), memory


def many_modules(costs):
    """A kernel of 60,000 such modules beside one of 4,000: `depmod --no-sync` without a cache, CPU; the
    start of the daemon without an index or cache; and a module that is copied in, CPU until the daemon
    rests."""
    found = {}
    for count in (FEW, MANY):
        with Scratch() as root:
            AverageKernels(root).add(release(0), count)
            tree = KernelTree(root, release(0))
            runs = run_in_turns(costs, costs.ours(tree), costs.theirs(tree))
            compare_with_kmod(costs, tree)
            found[count] = [*runs, *daemon_with_changes(costs, tree)]
    few, many = found[FEW], found[MANY]
    times = MANY / FEW
    theirs = f'{milliseconds(many[1])}, {many[1] / few[1] / times:.2f} of linear'
    yield Figure(f'`depmod --no-sync`, {MANY:,} modules ({FEW:,}: {milliseconds(few[0])}): CPU',
                 milliseconds(many[0]), theirs, many[0] / few[0] / times, 'of linear', MODULES_BAR)
    yield Figure(f'daemon: start, {MANY:,} modules ({FEW:,}: {milliseconds(few[2])}): CPU',
                 milliseconds(many[2]), '', many[2] / few[2] / times, 'of linear', MODULES_BAR)
    yield Figure(f'daemon: one change of {MANY:,} modules ({FEW:,}: {milliseconds(few[3])}): CPU',
                 milliseconds(many[3]), milliseconds(many[1]), many[3] * 1000, 'ms', CHANGE_BAR)
    yield Figure(f'resident memory, {MANY:,} modules ({FEW:,}: {mebibytes(few[4])})',
                 mebibytes(many[4]), '', many[4] / few[4] / times, 'of linear')


def burst(costs):
    """10,000 renames of modules into and out of updates/ in a minute, under a daemon with the cache. Each
    second it is asked for the module that has changed just now, the answer must be right. Memory: the
    median of the last third against that of the first. Last: how long after the last change all is
    published; then the files are compared with kmod's."""
    with scratch() as root:
        tree = link_kernel(costs.plain, root)
        make_cache_folder(root)
        modules = sorted((tree.directory / 'kernel').rglob('*.ko'))
        modules = modules[::len(modules) // COMING_AND_GOING][:COMING_AND_GOING]
        with costs.serve(root) as served:
            made = Burst(served, tree, modules)
            wall, cpu, lag = made.run(N_CHANGES, MINUTE)
            n_overflows = overflows(served)
        compare_with_kmod(costs, tree)
    if made.stale:
        raise RuntimeError(f'stale answers about {made.stale}')
    yield Figure(f'daemon: {N_CHANGES:,} changes in {wall:.0f} s, CPU '
                 f'({n_overflows} overflows of the queue)', words(cpu, 's'), '', cpu / wall * 100,
                 '% of one core')
    yield Figure('the same, the longest that one of the questions took', milliseconds(
        max(made.answers)), '', statistics.median(made.answers) * 1000, 'ms (median)')
    yield Figure('the same, memory', mebibytes(max(made.memories)), '',
                 made.memory_after() / made.memory_before(), 'times at the end', GROWTH_BAR)
    yield Figure('the same, from the last change until all is published', milliseconds(lag))
