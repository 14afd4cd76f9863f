# SPDX-License-Identifier: LGPL-2.1-or-later
"""A kernel as a distribution ships it has nothing wrong in it, and a copy of it that was spoiled has
only what was spoiled."""

import shutil

from depmod_run import OUTPUTS
from kernel import CLEAN, PROBLEMS, Tests, expect, expect_same
from kernel_copy import copy_kernel
from messages import shadowed, unreadable
from references import fetch_kernel

TESTS = test = Tests()

SPOILED = 'kernel/drivers/net/dummy.ko'


def unpack(kernel, flavour):
    """Writable folders, with links to the modules; the kernel of the test becomes this one."""
    tree = fetch_kernel('bookworm', flavour)
    copy = copy_kernel(tree, kernel.root / 'real')
    kernel.root, kernel.version, kernel.directory = copy.root, copy.version, copy.directory
    return tree


def unknown(kernel):
    """The one note, whatever its number."""
    result = kernel.run('-n')
    note, = result.messages()
    expect(note.startswith('note: ') and 'taken to be the kernel\'s' in note, note)
    return note


@test
def nothing_is_wrong_with_it(kernel):
    unpack(kernel, 'amd64')
    note = unknown(kernel)
    expected = kernel.run_depmod()
    kernel.run().expect(CLEAN, note)
    for name in OUTPUTS:
        expect_same(name, expected[name], (kernel / name).read_bytes())


@test
def nothing_is_wrong_with_weak_symbols(kernel):
    unpack(kernel, 'cloud-amd64')
    result = kernel.run('-e')
    expect(result.status == CLEAN, f'exit status {result.status}', *result.messages())


@test
def what_is_spoiled_is_told_and_no_more(kernel):
    tree = unpack(kernel, 'cloud-amd64')
    (kernel / 'kernel').unlink()
    shutil.copytree(tree.directory / 'kernel', kernel / 'kernel')
    (kernel / 'updates').mkdir()
    shutil.copy(kernel / SPOILED, kernel / 'updates')
    note = unknown_but_for_problems(kernel)
    kernel.run().expect(PROBLEMS, note,
                        shadowed(SPOILED, 'updates/dummy.ko', 'search updates'))
    path = kernel / 'updates/dummy.ko'
    path.write_bytes(path.read_bytes()[:1000])
    result = kernel.run()
    expect(result.status == PROBLEMS, f'exit status {result.status}')
    told = [line for line in result.messages() if not line.startswith('note: ')]
    wanted = [kernel.placed(line) for line in (
        shadowed(SPOILED, 'updates/dummy.ko', 'search updates'),
        unreadable('updates/dummy.ko', 'damaged or cut short'))]
    expect(sorted(told) == sorted(wanted), *told)


def unknown_but_for_problems(kernel):
    return next(line for line in kernel.run('-n').messages() if line.startswith('note: '))
