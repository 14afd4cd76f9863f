#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compares the fields of real modules, plain and compressed, and of their signatures with what
kmod's modinfo shows of the same files."""

import argparse
import random
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / 'support'))

from references import Unavailable, fetch_compressed, fetch_kernel, fetch_kmod  # noqa: E402
from tap import Tap, skip_all  # noqa: E402

PLAIN_FILES, COMPRESSED_FILES, SEED = 200, 30, 1
SHOWN_DIFFERENCES = 10
# modinfo prints these of one parameter together, behind all other fields.
PARAMETERS = ('parm=', 'parmtype=')


def main():
    options = parse_arguments()
    try:
        kmod = options.kmod or fetch_kmod('bookworm')
        kernel = fetch_kernel('bookworm', 'amd64')
        trees = {'plain': (kernel, PLAIN_FILES),
                 'compressed': (fetch_compressed(kernel, 'zst'), COMPRESSED_FILES)}
    except Unavailable as reason:
        skip_all(reason)

    tap = Tap(len(trees))
    for kind, (tree, count) in trees.items():
        files = sorted(tree.directory.glob('kernel/**/*.ko*'))
        files = random.Random(SEED).sample(files, min(count, len(files)))
        differences = compare(options.answers, kmod, tree, files)
        tap.result(not differences, f'fields of {len(files)} {kind} modules', differences)
    return tap.exit_status()


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--answers', type=Path, required=True, help='the program query-answers')
    parser.add_argument('--kmod', type=Path, help='what "fetch kmod bookworm" prints')
    return parser.parse_args()


def compare(answers, kmod, tree, files):
    differences = []
    for path, got in zip(files, our_fields(answers, tree, files)):
        wanted = modinfo_fields(kmod, path)
        if wanted != got:
            differences.append(f'{path.name}: {first_difference(wanted, got)}')
    if not any(field.startswith('sig_key=') for field in modinfo_fields(kmod, files[0])):
        differences.append('modinfo shows no signature')
    return differences[:SHOWN_DIFFERENCES]


def first_difference(wanted, got):
    for one, other in zip(wanted, got):
        if one != other:
            return f'modinfo {one[:200]}, we {other[:200]}'
    return f'modinfo has {len(wanted)} fields, we have {len(got)}'


def our_fields(answers, tree, files):
    process = subprocess.run([answers, tree.directory, tree.version], check=True,
                             input=''.join(f'details {path}\n' for path in files).encode(),
                             stdout=subprocess.PIPE)
    parts = process.stdout.decode(errors='surrogateescape').split('\n\n')
    return [[line for line in part.split('\n') if line and not line.startswith(PARAMETERS)]
            for part in parts]


def modinfo_fields(kmod, path):
    process = subprocess.run([kmod / 'modinfo', '-0', path], check=True, stdout=subprocess.PIPE)
    fields = process.stdout.decode(errors='surrogateescape').split('\0')
    return [unwrapped(field) for field in fields if field and not field.startswith(('filename:',
                                                                                   'parm:'))]


def unwrapped(field):
    if field.startswith('signature='):
        return field.replace('\n\t\t', '')
    return field.replace('\n', '\\n')


if __name__ == '__main__':
    sys.exit(main())
