#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compares depmod with kmod's on the trees of real kernels, byte for byte."""

import argparse
import hashlib
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / 'support'))

from depmod_run import OUTPUTS, compare_files, compare_runs, read_files, run_depmod  # noqa: E402
from gzip_names import with_gzip_names  # noqa: E402
from kernel_copy import INPUTS, copy_kernel  # noqa: E402
from references import Unavailable, fetch_compressed, fetch_kernel, fetch_kmod  # noqa: E402
from tap import Tap, skip_all  # noqa: E402
from tree import Scratch  # noqa: E402

GOLDEN = Path(__file__).resolve().with_name('golden')
NO_CONFIG = ['-C', '/no/such/configuration']


class RealTrees:
    def __init__(self, options, scratch):
        self.depmod = options.depmod
        self.reference = (options.reference or fetch_kmod('trixie')) / 'depmod'
        self.kmod_30 = (options.kmod_30 or fetch_kmod('bookworm')) / 'depmod'
        self.scratch = scratch
        self.number = 0

    def new_folder(self):
        self.number += 1
        folder = self.scratch / str(self.number)
        folder.mkdir()
        return folder

    def run(self, program, tree, *options, root=None):
        outdir = self.new_folder()
        result = run_depmod(program, [*NO_CONFIG, *options, '-b', root or tree.root, '-o', outdir,
                                      tree.version])
        result.files = read_files(outdir / 'lib/modules' / tree.version)
        return result

    def as_kmod_34(self, tree, *options):
        return compare_runs(self.run(self.reference, tree, *options),
                            self.run(self.depmod, tree, *options))

    def as_kmod_34_without_lists(self, tree, *options):
        return self.as_kmod_34(copy_kernel(tree, self.new_folder(), inputs=()), *options)

    def as_kmod_34_but_gzip(self, tree):
        compressed = fetch_compressed(tree, 'gz')
        expected = self.run(self.reference, tree)
        expected = with_gzip_names(expected, tree.root, compressed.root)
        return compare_runs(expected, self.run(self.depmod, compressed))

    def as_kmod_30(self, tree, inputs=INPUTS):
        """It writes beside its inputs, so it gets a copy; ours reads the copy as it was."""
        copy = copy_kernel(tree, self.new_folder(), inputs)
        ours = self.run(self.depmod, copy, '--kmod=30')
        expected = run_depmod(self.kmod_30, [*NO_CONFIG, '-b', copy.root, copy.version])
        expected.files = {name: file for name, file in read_files(copy.directory).items()
                          if name not in inputs}
        return compare_runs(expected, ours)

    def as_golden(self, tree, layout, *options):
        """The sums that the specification gives, with none of kmod's programs at work."""
        files = self.run(self.depmod, tree, *options).files
        expected = read_sums(golden_file(tree))
        differences = []
        for name in sorted(files):
            wanted = expected.get(name) or expected.get(f'{layout}/{name}')
            if hashlib.sha256(files[name][1]).hexdigest() != wanted:
                differences.append(f'{name}: another sum')
        wanted = len(OUTPUTS) - (layout == 'kmod-30')
        if len(files) != wanted:
            differences.append(f'{len(files)} files instead of {wanted}')
        return differences

    def is_inert(self, tree):
        """Writing to another folder leaves the tree as it is."""
        before = read_files(tree.directory)
        self.run(self.depmod, tree)
        return compare_files(before, read_files(tree.directory))


def golden_file(tree):
    package, = (tree.root / 'packages').read_text().split()
    return GOLDEN / f'{package}.sha256'


def read_sums(path):
    lines = [line.split() for line in path.read_text().splitlines() if line[0] != '#']
    return {name: digest for digest, name in lines}


def golden_tests(runs, tree):
    """Names and tests; no test, only a reason to skip, when another version was fetched."""
    names = {'kmod-34': 'golden sums of kmod 34', 'kmod-30': 'golden sums of kmod 30'}
    if not golden_file(tree).exists():
        return {name: f'there are none for {tree.version}' for name in names.values()}
    return {names['kmod-34']: lambda: runs.as_golden(tree, 'kmod-34'),
            names['kmod-30']: lambda: runs.as_golden(tree, 'kmod-30', '--kmod=30')}


def all_tests(runs):
    bookworm = fetch_kernel('bookworm', 'amd64')
    cloud = fetch_kernel('bookworm', 'cloud-amd64')
    trixie = fetch_kernel('trixie', 'amd64')
    zstd = fetch_compressed(bookworm, 'zst')
    return {
        'bookworm': lambda: runs.as_kmod_34(bookworm),
        'bookworm without lists': lambda: runs.as_kmod_34_without_lists(bookworm),
        'bookworm, gzip': lambda: runs.as_kmod_34_but_gzip(bookworm),
        'bookworm, zstd': lambda: runs.as_kmod_34(zstd),
        'bookworm, zstd, without lists': lambda: runs.as_kmod_34_without_lists(zstd),
        'bookworm cloud, shown with needs': lambda: runs.as_kmod_34(cloud, '-n', '-v'),
        'bookworm cloud, warnings': lambda: runs.as_kmod_34(cloud, '-w', '-e', '-F', '/dev/null'),
        'trixie, xz': lambda: runs.as_kmod_34(trixie),
        'trixie, xz, without lists': lambda: runs.as_kmod_34_without_lists(trixie),
        'bookworm as kmod 30': lambda: runs.as_kmod_30(bookworm),
        'bookworm without lists as kmod 30': lambda: runs.as_kmod_30(bookworm, inputs=()),
        'trixie, xz, as kmod 30': lambda: runs.as_kmod_30(trixie),
        **golden_tests(runs, bookworm),
        'the tree is left alone': lambda: runs.is_inert(cloud),
    }


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--depmod', type=Path, required=True, help='the program to test')
    parser.add_argument('--reference', type=Path, help='what "fetch kmod trixie" prints')
    parser.add_argument('--kmod-30', type=Path, help='what "fetch kmod bookworm" prints')
    options = parser.parse_args()
    options.depmod = options.depmod.absolute()
    return options


def main():
    options = parse_arguments()
    with Scratch() as scratch:
        try:
            tests = all_tests(RealTrees(options, scratch))
        except Unavailable as reason:
            skip_all(reason)
        tap = Tap(len(tests))
        for name, test in tests.items():
            if isinstance(test, str):
                tap.skip(name, test)
                continue
            differences = test()
            tap.result(not differences, name, differences)
    return tap.exit_status()


if __name__ == '__main__':
    sys.exit(main())
