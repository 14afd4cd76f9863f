# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a daemon has in memory."""

import references
from figures import Figure, make_cache_folder, mebibytes, middle, scratch
from measures import Changes
from served import copy_kernel_as, link_kernel

ONE_BAR, FURTHER_BAR = 12, 3
FURTHER = 4
CHANGES = 20


def one_kernel(costs):
    """Memory after a start at which all modules are read, after changes, and after a start with the
    cache; of kmod the most that a run has."""
    with scratch() as root:
        tree = link_kernel(costs.plain, root)
        make_cache_folder(root)
        theirs = costs.theirs(tree)
        theirs.run()
        with costs.serve(root) as served:
            read, changes = served.resident(), Changes(served, tree)
            for _ in range(CHANGES):
                changes.make()
            changed = served.resident()
        with costs.serve(root) as served:
            return read, changed, served.resident(), theirs.memory


def memory(costs):
    """Resident memory when the daemon rests: of /proc/PID/smaps the sum of Rss, less Shared_Clean and
    Private_Clean of what is mapped from shared libraries. For kmod: its peak during a run."""
    columns = list(zip(*(one_kernel(costs) for _ in costs.rounds())))
    kmod = mebibytes(middle(columns[3]))
    for what, column in zip(('all modules read', f'after {CHANGES} changes', 'start with the cache'),
                            columns):
        value = middle(column)
        yield Figure(f'resident memory, one kernel, settled: {what}', mebibytes(value), kmod, value,
                     'MiB', ONE_BAR)


def link_family(costs, root):
    """Kernels of one family, and what to call them."""
    first = link_kernel(costs.plain, root)
    try:
        names = references.fetch_family('bookworm', 'amd64')
        names = [name for name in names if name != first.version][:FURTHER]
        others = [references.fetch_kernel('bookworm', name) for name in names]
    except references.Unavailable:
        others = []
    if len(others) == FURTHER:
        for other in others:
            link_kernel(other, root)
        return f'{others[0].version} to {others[-1].version}'
    for number in range(FURTHER):
        copy_kernel_as(costs.plain, root, f'{first.version[:-1]}{number}')
    return 'copies that differ in their name'


def settled(costs, root, has_cache):
    if has_cache:
        make_cache_folder(root)
        with costs.serve(root):
            pass
    with costs.serve(root) as served:
        return served.resident()


def memory_of_family(costs, has_cache):
    """Of the first kernel, and of all together."""
    with scratch() as root:
        link_kernel(costs.plain, root)
        one = settled(costs, root, has_cache)
    with scratch() as root:
        name = link_family(costs, root)
        return one, settled(costs, root, has_cache), name


def further_kernels(costs):
    """Debian's kernels before this one that are still to be had, the newest four of them, in one
    daemon: what each adds to the memory of the first, measured as above."""
    for has_cache, words in ((False, 'all modules read'), (True, 'start with the cache')):
        found = [memory_of_family(costs, has_cache) for _ in costs.rounds()]
        value = middle((both - one) / FURTHER for one, both, _ in found)
        yield Figure(f'resident memory, each further kernel ({found[0][2]}): {words}',
                     mebibytes(value), '', value, 'MiB', FURTHER_BAR)
