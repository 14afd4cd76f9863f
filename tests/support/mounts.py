# SPDX-License-Identifier: LGPL-2.1-or-later
"""File systems of our own, which nobody else sees and which go away with this process."""

import ctypes
import os
import shutil
import subprocess

from references import Unavailable

CLONE_NEWNS = 0x20000


def run(command):
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          check=False)


def enter_private_namespace():
    if os.geteuid() != 0:
        raise Unavailable('only root may mount')
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNS) != 0:
        raise Unavailable('no mount namespace: ' + os.strerror(ctypes.get_errno()))
    if run(['mount', '--make-rprivate', '/']).returncode != 0:
        raise Unavailable('mounts cannot be made private')


def mount(target, *arguments):
    target.mkdir(parents=True, exist_ok=True)
    completed = run(['mount', *map(str, arguments), str(target)])
    if completed.returncode != 0:
        raise Unavailable(f'cannot mount: {completed.stderr.strip()}')


def unmount(target):
    run(['umount', str(target)])


def mount_tmpfs(target, options):
    mount(target, '-t', 'tmpfs', '-o', options, 'depmodd-test')


def mount_image(target, image, size, kind, *options):
    """A file system in a file of so many bytes."""
    if not shutil.which('mkfs.' + kind):
        raise Unavailable(f'there is no mkfs.{kind}')
    with open(image, 'wb') as file:
        file.truncate(size)
    made = run(['mkfs.' + kind, '-q', *options, str(image)])
    if made.returncode != 0:
        raise Unavailable(f'mkfs.{kind}: {made.stderr.strip()}')
    mount(target, '-o', 'loop', image)


def fill(directory, leave):
    """Takes the space of a file system but for so many bytes."""
    with open(directory / 'ballast', 'wb', buffering=0) as file:
        free = free_bytes(directory)
        while free > leave:
            try:
                size = file.write(bytes(min(free - leave, 1 << 20)))
            except OSError:
                return
            os.fsync(file.fileno())
            if size == 0:
                return
            free = free_bytes(directory)


def free_bytes(directory):
    state = os.statvfs(directory)
    return state.f_bfree * state.f_frsize


def fill_inodes(directory, leave):
    (directory / 'files').mkdir()
    for number in range(max(os.statvfs(directory).f_ffree - leave, 0)):
        (directory / 'files' / str(number)).touch()


def empty(directory):
    (directory / 'ballast').unlink(missing_ok=True)
    shutil.rmtree(directory / 'files', ignore_errors=True)
