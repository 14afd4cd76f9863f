#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Places that may not be written to, and things that are in the way of the index files."""

import os
import resource
import shutil
import signal
import socket
from functools import partial

from kernel import NEW, OLD, Kernel, run
from named_tests import Skip, check_failed, check_succeeded, main

import mounts  # noqa: E402
from depmod_run import OUTPUTS  # noqa: E402

USER = 65534  # nobody


def check_refused(kernel, result, *subjects):
    return check_failed(result, *(subjects or OUTPUTS)) + kernel.check(OLD)


def read_only_mount(kernel):
    """The directory becomes read-only under everybody's feet, as a disk does after an error."""
    mounts.enter_private_namespace()
    mounts.mount(kernel.outputs, '--bind', kernel.outputs)
    mounts.mount(kernel.outputs, '-o', 'remount,bind,ro')
    lines = check_refused(kernel, kernel.run())
    mounts.unmount(kernel.outputs)
    return lines + kernel.check_next_run()


def need_root():
    if os.geteuid() != 0:
        raise Skip('only root can be somebody else')


def as_user():
    return {'user': USER, 'group': USER, 'extra_groups': []}


def directory_of_somebody_else(kernel):
    need_root()
    return check_refused(kernel, kernel.run(**as_user())) + kernel.check_next_run()


def files_of_somebody_else(kernel):
    """Who may write into the directory may replace files, but not necessarily link to them."""
    need_root()
    os.chown(kernel.outputs, USER, USER)
    lines = check_succeeded(kernel.run(**as_user())) + kernel.check(NEW)
    kernel.put_old_index()
    for name in OUTPUTS[5:]:
        os.chown(kernel.outputs / name, USER, USER)
    return lines + check_succeeded(kernel.run(**as_user())) + kernel.check(NEW)


def sticky_directory(kernel):
    """Half of the files may be replaced, which is found out when some of them have been."""
    need_root()
    os.chown(kernel.outputs, 0, 0)
    kernel.outputs.chmod(0o1777)
    for name in OUTPUTS[:5]:
        os.chown(kernel.outputs / name, USER, USER)
    lines = check_refused(kernel, kernel.run(**as_user()), OUTPUTS[5])
    return lines + kernel.check_next_run()


def unwritable_directory(kernel):
    """For whoever is not root."""
    need_root()
    os.chown(kernel.outputs, USER, USER)
    kernel.outputs.chmod(0o555)
    lines = check_refused(kernel, kernel.run(**as_user()))
    kernel.outputs.chmod(0o755)
    return lines + kernel.check_next_run()


def immutable_files(kernel):
    """One after the other: what has been renamed before is put back."""
    lines = []
    for name in OUTPUTS:
        kernel.put_old_index()
        with Immutable(kernel.outputs / name):
            lines += check_refused(kernel, kernel.run(), name)
        lines += kernel.check_next_run()
    return lines


def immutable_directory(kernel):
    with Immutable(kernel.outputs):
        lines = check_refused(kernel, kernel.run())
    return lines + kernel.check_next_run()


class Immutable:
    def __init__(self, path):
        self.path = path

    def __enter__(self):
        if not shutil.which('chattr'):
            raise Skip('there is no chattr')
        completed = run(['chattr', '+i', str(self.path)])
        if completed.returncode != 0:
            raise Skip(f'nothing can be made immutable here: {completed.stderr.strip()}')

    def __exit__(self, *_):
        run(['chattr', '-i', str(self.path)])


def directories_in_the_way(kernel):
    lines = []
    for name in OUTPUTS:
        kernel.put_old_index()
        path = kernel.outputs / name
        path.unlink()
        path.mkdir()
        lines += check_failed(kernel.run(), name)
        if not path.is_dir():
            lines.append(f'{name} is no directory any more')
        others = {kernel.state_of(other) for other in OUTPUTS if other != name}
        if others != {OLD} or kernel.litter():
            lines.append(f'{name}: the others are {others}, litter {kernel.litter()}')
        path.rmdir()
        lines += kernel.check_next_run()
    return lines


def without_index(kernel):
    """What did not exist before does not exist after a failure."""
    lines = []
    for name in OUTPUTS:
        for other in OUTPUTS:
            (kernel.outputs / other).unlink(missing_ok=True)
        (kernel.outputs / name).mkdir()
        lines += check_failed(kernel.run(), name)
        (kernel.outputs / name).rmdir()
        left = [other for other in OUTPUTS if (kernel.outputs / other).exists()]
        if left or kernel.litter():
            lines.append(f'{name}: left over are {left + kernel.litter()}')
        lines += kernel.check_next_run()
    return lines


def replaced(kernel, make):
    """Whatever stands there is replaced and not written into."""
    elsewhere = kernel.root / 'elsewhere'
    elsewhere.write_text('not an index')
    for name in OUTPUTS:
        (kernel.outputs / name).unlink()
        make(kernel.outputs / name, elsewhere)
    result = kernel.run()
    # depmodctl index tells of things that are neither files nor directories, but does its work.
    done = {0} if kernel.program.name == 'depmod' else {0, 3}
    lines = [] if result.returncode in done else check_succeeded(result)
    lines += kernel.check(NEW)
    if any((kernel.outputs / name).is_symlink() for name in OUTPUTS):
        lines.append('there is still a link')
    if elsewhere.read_text() != 'not an index' or (kernel.root / 'nowhere').exists():
        lines.append('the target of a link was written')
    return lines


def bind_socket(path, _elsewhere):
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))


THINGS = {
    'links to nothing': lambda path, _: path.symlink_to('../../../nowhere'),
    'links to a file': lambda path, elsewhere: path.symlink_to(elsewhere),
    'links to a device': lambda path, _: path.symlink_to('/dev/full'),
    'hard links to a file': lambda path, elsewhere: path.hardlink_to(elsewhere),
    'pipes': lambda path, _: os.mkfifo(path),
    'sockets': bind_socket,
}


def snapshot_by_hard_links(kernel):
    snapshot = kernel.root / 'snapshot'
    snapshot.mkdir()
    for name in OUTPUTS:
        os.link(kernel.outputs / name, snapshot / name)
    lines = check_succeeded(kernel.run()) + kernel.check(NEW)
    return lines + [f'{name} of the snapshot has changed' for name in OUTPUTS
                    if (snapshot / name).read_bytes() != kernel.sets[OLD][name]]


def limits_of_file_size(kernel):
    """Of each size between the smallest file and the largest, and with the signal not ignored."""
    sizes = sorted({len(content) for content in kernel.sets[NEW].values()})
    lines = []
    for size in sizes:
        for limit in (size - 1, size):
            def limited(limit=limit):
                signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            kernel.put_old_index()
            result = kernel.run(preexec_fn=limited)
            if limit == sizes[-1]:
                lines += check_succeeded(result) + kernel.check(NEW)
            else:
                lines += [f'{line} (limit {limit})' for line in check_refused(kernel, result)]
    return lines + kernel.check_next_run()


def umask(kernel):
    lines = []
    for mask in (0, 0o022, 0o077, 0o777):
        kernel.put_old_index()
        lines += check_succeeded(kernel.run(umask=mask))
        lines += [f'{line} (umask {mask:o})' for line in kernel.check(NEW)]
    return lines


def no_such_directory(kernel):
    # Its modules are what cannot be found.
    kernel.directory.rename(kernel.root / 'away')
    lines = check_failed(kernel.run(), kernel.directory)
    if kernel.directory.exists():
        lines.append('it was made')
    (kernel.root / 'away').rename(kernel.directory)
    return lines + kernel.check_next_run()


def file_in_place_of_the_output_directory(program, folder):
    """Only the front end that can write elsewhere."""
    kernel = Kernel(folder / 'root', program, folder / 'output')
    lines = []
    for place in (kernel.outputs, kernel.outputs.parent, kernel.outputs.parent.parent):
        shutil.rmtree(folder / 'output')
        place.parent.mkdir(parents=True)
        place.write_text('in the way')
        lines += check_failed(kernel.run(), kernel.outputs)
        if place.read_text() != 'in the way':
            lines.append(f'{place} was changed')
        place.unlink()
        lines += kernel.check_next_run()
    return lines


TESTS = {
    'a read-only mount': read_only_mount,
    'a directory of somebody else': directory_of_somebody_else,
    'files of somebody else': files_of_somebody_else,
    'a sticky directory': sticky_directory,
    'a directory without permission to write': unwritable_directory,
    'an immutable file': immutable_files,
    'an immutable directory': immutable_directory,
    'a directory in the place of a file': directories_in_the_way,
    'a directory in the place of a file, and no index': without_index,
    'a snapshot by hard links': snapshot_by_hard_links,
    'limits of the size of a file': limits_of_file_size,
    'any umask gives files that everybody may read': umask,
    'no such directory': no_such_directory,
}
TESTS.update({f'{thing} in the place of files': partial(replaced, make=make)
              for thing, make in THINGS.items()})


def in_new_kernel(test, program, folder):
    kernel = Kernel(folder, program)
    kernel.put_old_index()
    return test(kernel)


def make_tests(programs, scratch, _options):
    scratch.chmod(0o755)
    tests = {}
    for program in programs:
        for number, (name, test) in enumerate(TESTS.items()):
            tests[f'{program.name}: {name}'] = partial(
                in_new_kernel, test, program, scratch / f'{program.folder}-{number}')
    tests['depmod: a file in the place of the output directory'] = partial(
        file_in_place_of_the_output_directory, programs.depmod, scratch / 'file')
    return tests


if __name__ == '__main__':
    main(__doc__, make_tests)
