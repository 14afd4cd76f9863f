# SPDX-License-Identifier: LGPL-2.1-or-later
"""What one changed module costs, and a start at which none has changed."""

import time

from figures import (Figure, compare_with_kmod, grow_old, make_cache_folder, middle, milliseconds,
                     scratch, take_turns, times_less)
from measures import QUIET, Changes, NewModules, RebuiltModules
from served import link_kernel

DROP_IN_BARS = {'uncompressed': 15, '.xz': 90}
CHANGE_BARS = {'uncompressed': 30, '.xz': 150}
START_CPU_BAR, START_RATIO_BAR = 60, 60


def drop_in_with_kmod(costs, pristine, kind_of_modules):
    with scratch() as root:
        tree = link_kernel(pristine, root)
        make_cache_folder(root)
        ours, theirs, new = costs.ours(tree), costs.theirs(tree), kind_of_modules(tree)
        for _ in range(2):
            grow_old()
            ours.run()
        ours.forget()
        for kmod_begins in costs.rounds():
            new.stage()
            new.put()
            grow_old()
            take_turns(kmod_begins, ours.run, theirs.run)
        compare_with_kmod(costs, tree)
    return ours, theirs


def cost_of_drop_in(costs):
    """A module is copied into updates/, where it wins over the one of its name (added), or one in
    kernel/ is replaced by a new build of it, of the same symbols and aliases (rebuilt), and then both
    programs run. depmodd finds the rest in ROOT/var/cache/depmodd and publishes in place; neither
    waits for the disk. Whole processes; at the end the files are compared with kmod's."""
    for name, pristine in costs.trees():
        for words, kind in (('added', NewModules), ('rebuilt in place', RebuiltModules)):
            ours, theirs = drop_in_with_kmod(costs, pristine, kind)
            what = f'`depmod --no-sync` after one module was {words}, with the cache, {name}'
            yield times_less(what, middle(ours.walls), middle(theirs.walls), DROP_IN_BARS[name])
            yield times_less(f'the same, CPU, {name}', middle(ours.cpus), middle(theirs.cpus))


def changes_with_kmod(costs, pristine, has_cache):
    with scratch() as root:
        tree = link_kernel(pristine, root)
        if has_cache:
            make_cache_folder(root)
        with costs.serve(root) as served:
            theirs, changes, made = costs.theirs(tree), Changes(served, tree), []
            for kmod_begins in costs.rounds():
                take_turns(kmod_begins, lambda: made.append(changes.make()), theirs.run)
            compare_with_kmod(costs, tree)
    return made, theirs


def rebuilds_with_kmod(costs, pristine):
    """Nothing is published then, so there is only what it costs until the daemon rests."""
    with scratch() as root:
        tree = link_kernel(pristine, root)
        with costs.serve(root) as served:
            theirs, new, cpus = costs.theirs(tree), RebuiltModules(tree), []

            def make():
                new.stage()
                before = served.cpu()
                new.put()
                time.sleep(2 * QUIET)
                served.rest()
                cpus.append(served.cpu() - before)

            for kmod_begins in costs.rounds():
                take_turns(kmod_begins, make, theirs.run)
            assert served.statistics()['RefreshedModules'] >= len(cpus), 'it has not noticed'
            compare_with_kmod(costs, tree)
    return cpus, theirs


def cost_of_change(costs):
    """A module is copied into updates/ under the daemon: the CPU of all its threads from then until
    all files that change are renamed and it rests again; kmod: the CPU of one run. With a place for
    the cache the daemon also saves what it has read, after that. Or a module in kernel/ is replaced
    by a new build of it, of the same symbols and aliases, which changes no file."""
    for name, pristine in costs.trees():
        cpus, theirs = rebuilds_with_kmod(costs, pristine)
        yield times_less(f'daemon: one module is rebuilt in place until it rests, {name}: CPU',
                         middle(cpus), middle(theirs.cpus))
        for has_cache, words in ((False, ''), (True, ' and the cache is saved')):
            made, theirs = changes_with_kmod(costs, pristine, has_cache)
            ours = middle(change.cpu for change in made)
            bar = None if has_cache else CHANGE_BARS[name]
            what = f'daemon: one module is copied in until all is published{words}, {name}'
            yield times_less(f'{what}: CPU', ours, middle(theirs.cpus), bar)
            if not has_cache:
                yield times_less(f'the same against the wall time of kmod, {name}', ours,
                                 middle(theirs.walls))


def cost_of_start(costs):
    """The daemon starts with a cache and an index that is right, until READY=1; kmod: one run."""
    for name, pristine in costs.trees():
        with scratch() as root:
            tree, folder = link_kernel(pristine, root), make_cache_folder(root)
            for _ in range(2):
                grow_old()
                with costs.serve(root):
                    pass
            assert list(folder.iterdir()), 'there is no cache'
            theirs, walls, cpus = costs.theirs(tree), [], []

            def start():
                with costs.serve(root) as served:
                    walls.append(served.start_wall)
                    cpus.append(served.start_cpu)

            for kmod_begins in costs.rounds():
                take_turns(kmod_begins, start, theirs.run)
        is_judged = name == '.xz'
        what = f'daemon: start with the cache until READY=1, {name}'
        yield Figure(f'{what}: CPU', milliseconds(middle(cpus)), milliseconds(middle(theirs.cpus)),
                     middle(cpus) * 1000, 'ms', START_CPU_BAR if is_judged else None)
        yield times_less(f'{what}: wall', middle(walls), middle(theirs.walls),
                         START_RATIO_BAR if is_judged else None)
        yield times_less(f'{what}: CPU beside that of kmod', middle(cpus), middle(theirs.cpus))
