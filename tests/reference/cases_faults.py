# SPDX-License-Identifier: LGPL-2.1-or-later
"""What happens when outputs cannot be written, and to what stood in their place.

The expectations are our own: kmod publishes truncated files, and exits 0 when it could write
nothing.
"""

import ctypes
import os
import resource
import signal

from depmod_run import OUTPUTS, compare_files, read_files
from difference import DIRECTORY, PLAIN, Difference, index
from module_writer import simple_module
from tree import Tree

CAP_DAC_OVERRIDE, PR_CAPBSET_DROP = 1, 24


def tree_of(count):
    """Enough modules that the outputs differ with their number and do not fit small limits."""
    tree = Tree()
    for number in range(count):
        tree.file(f'{DIRECTORY}/kernel/mod-{number:03}.ko', simple_module(
            exports=[f'symbol_{number}'], modinfo=[f'alias=pci:v{number:08X}d*']))
    return tree


def after_a_change(depmod, base, restrict, before=None):
    """The files before and after a run under some restriction, and that run."""
    tree_of(20).build(base)
    old = index(depmod, base)
    if old.status != 0:
        return old, old
    (base / DIRECTORY / 'kernel/new.ko').write_bytes(PLAIN)
    restrict(base / DIRECTORY)
    return old, index(depmod, base, before=before)


def unchanged_after_failure(old, failed):
    differences = []
    if failed.status != 1:
        differences.append(f'exit status: {failed.status} instead of 1')
    if not any(name.encode() in failed.stderr for name in OUTPUTS):
        differences.append(f'no file is named: {failed.stderr}')
    return differences + compare_files(old.files, failed.files)


def write_fails(limit):
    def restrict_files():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    def test(depmod, base):
        old, failed = after_a_change(depmod, base, lambda directory: None, restrict_files)
        return unchanged_after_failure(old, failed)

    return test


def read_only_folder(depmod, base):
    old, failed = after_a_change(depmod, base, lambda directory: directory.chmod(0o555), be_bound)
    (base / DIRECTORY).chmod(0o755)
    differences = compare_files(old.files, failed.files)
    if failed.status != 1:
        differences.append(f'exit status: {failed.status} instead of 1')
    if not failed.stderr:
        differences.append('nothing was said')
    return differences


def be_bound():
    """Root, too, is held back by the mode of a folder; without effect for others."""
    ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0)


def umask_takes_nothing(depmod, base):
    """As kmod does it after 34."""
    tree_of(3).build(base)
    result = index(depmod, base, before=lambda: os.umask(0o077))
    return [f'{name}: mode {mode:o}' for name, (mode, _) in result.files.items() if mode != 0o644]


def output_is_a_folder(depmod, base):
    tree_of(3).build(base)
    (base / DIRECTORY / 'modules.symbols').mkdir()
    failed = index(depmod, base)
    differences = [] if failed.status == 1 else [f'exit status: {failed.status} instead of 1']
    if b'modules.symbols' not in failed.stderr:
        differences.append(f'no file is named: {failed.stderr}')
    return differences


def old_output(make):
    """An output that is there as something else than an ordinary file is replaced by one."""
    def test(depmod, base):
        tree_of(3).build(base)
        target = base / 'target'
        target.write_bytes(b'old')
        make(target, base / DIRECTORY / 'modules.alias')
        result = index(depmod, base)
        differences = [] if result.status == 0 else [f'exit status: {result.status}']
        if target.read_bytes() != b'old':
            differences.append('the file at the other end was written')
        if 'modules.alias' not in result.files or not result.content('modules.alias')[:1] == b'#':
            differences.append('modules.alias is not an ordinary file with its header')
        return differences

    return test


def no_outdir_is_the_same(depmod, base):
    tree_of(20).build(base)
    elsewhere = base / 'elsewhere'
    index(depmod, base, '-o', elsewhere)
    return compare_files(read_files(elsewhere / DIRECTORY), index(depmod, base).files)


CASES = [
    Difference('nothing can be written', write_fails(0)),
    Difference('a write fails in the middle', write_fails(500)),
    Difference('the folder is read-only', read_only_folder),
    Difference('the umask takes nothing away', umask_takes_nothing),
    Difference('an output is a folder', output_is_a_folder),
    Difference('an output is a link', old_output(lambda target, path: path.symlink_to(target))),
    Difference('an output is a hard link', old_output(lambda target, path: os.link(target, path))),
    Difference('without outdir', no_outdir_is_the_same),
]
