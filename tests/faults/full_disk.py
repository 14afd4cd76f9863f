#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Disks that are really full, of bytes or of inodes.

With space for nothing, a little more, and so on up to enough: either the old set is there as a whole,
the exit status is 1 and a message names a file, or the new one is. When there is space again, a run
gives the new set.
"""

from functools import partial

from kernel import NEW, OLD, VERSION, Kernel
from named_tests import check_failed, check_succeeded, main

import mounts  # noqa: E402
from depmod_run import OUTPUTS  # noqa: E402

BULK = 200
PAGE = 4096


class Disk:
    """An index on a small file system. `is_elsewhere`: the modules are not on it."""

    def __init__(self, program, folder, is_elsewhere):
        self.program, self.folder, self.is_elsewhere = program, folder, is_elsewhere
        self.place = folder / 'disk'
        self.kernel = None

    def make_kernel(self, bulk=BULK):
        if self.is_elsewhere:
            self.kernel = Kernel(self.folder / 'root', self.program, self.place, bulk)
        else:
            self.kernel = Kernel(self.place / 'root', self.program, None, bulk)

    def sweep(self, amounts, take_all_but):
        lines, statuses = [], []
        for amount in amounts:
            mounts.empty(self.place)
            self.kernel.put_old_index()
            take_all_but(self.place, amount)
            run = self.kernel.run()
            statuses.append(run.returncode)
            lines += [f'{line} ({amount} left)' for line in check_run(self.kernel, run)]
        if set(statuses) != {0, 1}:
            lines.append(f'there was no failure and success: {statuses}')
        mounts.empty(self.place)
        return lines + self.kernel.check_next_run()


def check_run(kernel, run):
    if run.returncode == 0:
        return kernel.check(NEW)
    lines = kernel.check(OLD)
    if run.returncode != 1:
        lines.append(f'exit status {run.returncode}')
    if not any(name in run.stderr for name in OUTPUTS + (str(kernel.outputs),)):
        lines.append(f'names no file: {run.stderr.strip()}')
    return lines


def needed_bytes(kernel):
    """For the new files, in whole pages."""
    return sum(-(-len(content) // PAGE) * PAGE for content in kernel.sets[NEW].values())


def check_tmpfs(program, folder, is_elsewhere):
    disk = Disk(program, folder, is_elsewhere)
    mounts.mount_tmpfs(disk.place, 'size=900k')
    disk.make_kernel()
    needed = needed_bytes(disk.kernel)
    lines = disk.sweep(range(0, needed + 3 * PAGE, PAGE), mounts.fill)
    mounts.unmount(disk.place)
    return lines


def check_inodes(program, folder, is_elsewhere):
    disk = Disk(program, folder, is_elsewhere)
    mounts.mount_tmpfs(disk.place, 'size=4m,nr_inodes=100')
    disk.make_kernel()
    # Links to the old files take inodes of a tmpfs, but nothing depends on them.
    lines = disk.sweep(range(0, 2 * len(OUTPUTS) + 4), mounts.fill_inodes)
    mounts.unmount(disk.place)
    return lines


def check_image(program, folder, is_elsewhere, kind, *options):
    disk = Disk(program, folder, is_elsewhere)
    mounts.mount_image(disk.place, folder / 'image', 2 << 20, kind, *options)
    disk.make_kernel()
    needed = needed_bytes(disk.kernel)
    lines = disk.sweep(range(0, needed + 10 * PAGE, 2 * PAGE), mounts.fill)
    mounts.unmount(disk.place)
    return lines


def check_overlay(program, folder):
    """The tree below is full of space, the layer that takes the changes is not."""
    lower, upper, place = folder / 'lower', folder / 'upper', folder / 'merged'
    below = Kernel(lower, program, bulk=BULK)
    below.put_old_index()
    lines, statuses = [], []
    for pages in range(4, 2 * needed_bytes(below) // PAGE + 20, 4):
        mounts.mount_tmpfs(upper, f'size={pages * PAGE}')
        for name in ('layer', 'work'):
            (upper / name).mkdir()
        mounts.mount(place, '-t', 'overlay', '-o',
                     f'lowerdir={lower},upperdir={upper / "layer"},workdir={upper / "work"}',
                     'depmodd-test')
        merged = Layered(below, place)
        run = merged.run()
        statuses.append(run.returncode)
        lines += [f'{line} ({pages} pages)' for line in check_run(merged, run)]
        mounts.unmount(place)
        mounts.unmount(upper)
    if set(statuses) != {0, 1}:
        lines.append(f'there was no failure and success: {statuses}')
    return lines


class Layered(Kernel):
    """The same kernel, seen through an overlay."""

    def __init__(self, below, place):  # pylint: disable=super-init-not-called
        self.root, self.output_root, self.program = place, None, below.program
        self.outputs = self.directory = place / 'lib/modules' / VERSION
        self.config, self.sets = below.config, below.sets


def check_dep_files(program, folder):
    """The two files that depmodctl index can write elsewhere belong to the set all the same."""
    kernel = Kernel(folder / 'root', program, bulk=BULK)
    kernel.put_old_index()
    place = folder / 'elsewhere'
    mounts.mount_tmpfs(place, 'size=400k')
    paths = {'modules.dep': place / 'dep', 'modules.dep.bin': place / 'dep.bin'}
    for path in paths.values():
        path.write_text('old')
    options = ['-E', str(paths['modules.dep']), '-F', str(paths['modules.dep.bin'])]
    mounts.fill(place, 0)
    run = kernel.run(*options)
    lines = check_failed(run, 'dep') + kernel.check(OLD)
    lines += [f'{path} has changed' for path in paths.values() if path.read_text() != 'old']
    mounts.empty(place)
    lines += [f'litter: {path}' for path in place.iterdir() if path not in paths.values()]
    lines += check_succeeded(kernel.run(*options))
    lines += [f'{path} is not the new one' for name, path in paths.items()
              if path.read_bytes() != kernel.sets[NEW][name]]
    lines += [f'{name} is {kernel.state_of(name)}' for name in OUTPUTS
              if kernel.state_of(name) != (OLD if name in paths else NEW)]
    mounts.unmount(place)
    return lines


def check_output_streams(program, folder):
    """What goes to standard output is as much a result as a file is."""
    kernel = Kernel(folder / 'root', program)
    lines = []
    for options in (['-n'], ['-v']):
        with open('/dev/full', 'wb') as full:
            run = kernel.run_into(full, *options)
        if run.returncode != 1 or 'standard output' not in run.stderr:
            lines.append(f'{options}: exit status {run.returncode}: {run.stderr.strip()}')
    return lines


def make_tests(programs, scratch, _options):
    mounts.enter_private_namespace()
    kinds = {
        'tmpfs, elsewhere': partial(check_tmpfs, is_elsewhere=True),
        'tmpfs, in place': partial(check_tmpfs, is_elsewhere=False),
        'tmpfs without inodes': partial(check_inodes, is_elsewhere=False),
        'ext4': partial(lambda program, folder: check_image(
            program, folder, False, 'ext4', '-m', '0')),
        'ext4 without journal, elsewhere': partial(lambda program, folder: check_image(
            program, folder, True, 'ext4', '-m', '0', '-O', '^has_journal')),
        'an overlay': check_overlay,
        'standard output': check_output_streams,
    }
    tests = {}
    for program in programs:
        for number, (kind, check) in enumerate(kinds.items()):
            if 'elsewhere' in kind and program is programs.index:
                continue
            folder = scratch / f'{program.folder}-{number}'
            folder.mkdir()
            tests[f'{program.name}: {kind}'] = partial(check, program, folder)
    tests['depmodctl index: dependency files elsewhere'] = partial(check_dep_files, programs.index,
                                                                  scratch / 'dep-files')
    return tests


if __name__ == '__main__':
    main(__doc__, make_tests)
