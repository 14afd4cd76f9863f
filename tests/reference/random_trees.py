#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compares depmod with kmod's on random synthetic trees, byte for byte.

A tree is determined by its seed. Both programs run on the same tree with the same arguments; exit
status, both output streams and all files written must be the same.

Left out, because ours differs on purpose or the reference gives nothing to compare with: what kmod
aborts or hangs on, bytes of 0x80 and above in keys of indexes, and duplicates whose winner depends
on the order in which a file system lists them (see duplicates.py). Such a tree is made anew.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from multiprocessing import Pool
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / 'support'))

import duplicates  # noqa: E402
from depmod_run import OUTPUTS, compare_runs, read_files, run_depmod, take_new_files  # noqa: E402
from gzip_names import with_gzip_names  # noqa: E402
from random_tree import RandomTree  # noqa: E402
from references import Unavailable, fetch_kmod  # noqa: E402
from tap import Tap, skip_all  # noqa: E402
from tree import Scratch  # noqa: E402

ATTEMPTS = 30
KEPT = 20


def main():
    options = parse_arguments()
    try:
        reference = options.reference or fetch_kmod('trixie')
    except Unavailable as reason:
        skip_all(reason)
    seeds = range(options.start, options.start + options.count)
    jobs = [(seed, options.depmod, reference / 'depmod', options.keep) for seed in seeds]

    tap, renewed, kept = Tap(len(jobs)), 0, 0
    with Pool(options.jobs) as pool:
        for seed, description, attempts, differences in pool.imap(compare_tree, jobs):
            renewed += attempts
            tap.result(not differences, f'seed {seed}: {description}', differences)
            if differences:
                kept += 1
                keep_or_remove(options.keep / f'seed-{seed}', kept <= KEPT, tap)
    tap.comment(f'{renewed} trees were made anew because they cannot be compared')
    return tap.exit_status()


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--depmod', type=Path, required=True, help='the program to test')
    parser.add_argument('--reference', type=Path, help='what "fetch kmod trixie" prints')
    parser.add_argument('--count', type=int, default=300)
    parser.add_argument('--start', type=int, default=1, help='the first seed')
    parser.add_argument('--jobs', type=int, default=2)
    parser.add_argument('--keep', type=Path, help='where failed trees are kept',
                        default=Path(tempfile.gettempdir()) / 'depmodd-random-trees')
    options = parser.parse_args()
    options.depmod = options.depmod.absolute()
    return options


def keep_or_remove(path, keep, tap):
    if keep:
        tap.comment(f'the tree is kept in {path}')
    else:
        shutil.rmtree(path)


def compare_tree(job):
    """Seed, description, how many trees had to be given up, and the differences."""
    seed, depmod, reference, keep = job
    for attempt in range(ATTEMPTS):
        with Scratch() as scratch:
            recipe = build(seed, attempt, scratch / 'tree')
            if not duplicates.are_comparable(recipe.base / recipe.directory):
                continue
            expected = run_reference(reference, recipe, scratch)
            if expected.broke_down or b'bad character' in expected.stderr:
                continue
            ours = run(depmod, recipe, 'out-ours')
            differences = compare_runs(expected, ours)
            if differences:
                keep_tree(keep / f'seed-{seed}', recipe, expected, ours)
            return seed, recipe.description, attempt, differences
    return seed, 'no comparable tree', ATTEMPTS, ['gave up']


def build(seed, attempt, base, gzip_as_plain=False):
    base.mkdir()
    # after a few attempts a tree without duplicates is surely comparable
    recipe = RandomTree(seed, attempt, base, attempt < ATTEMPTS / 3, gzip_as_plain)
    recipe.tree.build(base)
    return recipe


def run(program, recipe, outdir, bounded=False):
    """One run, in its own output folder or beside the inputs."""
    kernel = recipe.base / recipe.directory
    if recipe.has_outdir:
        arguments = ['-o', recipe.base / outdir] + recipe.arguments
        result = run_depmod(program, arguments, recipe.cwd, bounded)
        result.files = read_files(recipe.base / outdir / recipe.module_base / recipe.version)
        return result
    inputs = set(read_files(kernel))
    result = run_depmod(program, recipe.arguments, recipe.cwd, bounded)
    result.files = take_new_files(kernel, inputs)
    return result


def run_reference(program, recipe, scratch):
    """Debian's kmod knows no gzip: it gets the same tree uncompressed, the names are changed."""
    if not recipe.is_gzip:
        return run(program, recipe, 'out-reference', bounded=True)
    plain = build(recipe.seed, recipe.attempt, scratch / 'plain', gzip_as_plain=True)
    result = run(program, plain, 'out-reference', bounded=True)
    return with_gzip_names(result, plain.base, recipe.base)


def keep_tree(path, recipe, expected, ours):
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    subprocess.run(['cp', '-a', recipe.base, path / 'tree'], check=True)
    command = ' '.join(str(argument) for argument in recipe.arguments)
    (path / 'command').write_text(f'cd {recipe.cwd}; depmod {command}\n'
                                  f'# the tree was in {recipe.base}\n')
    for name, result in (('reference', expected), ('ours', ours)):
        (path / name).mkdir()
        (path / name / 'stdout').write_bytes(result.stdout)
        (path / name / 'stderr').write_bytes(result.stderr)
        for output in set(OUTPUTS) & set(result.files):
            (path / name / output).write_bytes(result.content(output))


if __name__ == '__main__':
    sys.exit(main())
