# SPDX-License-Identifier: LGPL-2.1-or-later
"""The process that changes the tree, so that no change is made by the one that asks.

A change is a list of steps: tuples of a word and what it needs, as the functions below take them.
"""

import errno
import mmap
import os
import shutil
import sys
import traceback
from multiprocessing import Pipe, Process


def write(path, content):
    with open(path, 'wb') as file:
        file.write(content)


def rename(old, new):
    """As mv does it: an overlay cannot rename a folder of the lower layer."""
    try:
        os.rename(old, new)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        shutil.copytree(old, new, symlinks=True)
        shutil.rmtree(old)


def rename_in(path, content):
    staged = path + '.dpkg-new'
    write(staged, content)
    os.rename(staged, path)


def link_in(path, content):
    """A file without a name gets one. There is no event that it has been written."""
    try:
        fd = os.open(os.path.dirname(path), os.O_TMPFILE | os.O_WRONLY, 0o644)
    except OSError:
        write(path, content)
        return
    try:
        os.write(fd, content)
        # Without a descriptor of a folder Python does not follow.
        os.link(f'/proc/self/fd/{fd}', path, src_dir_fd=fd, follow_symlinks=True)
    finally:
        os.close(fd)


def map_over(path, content):
    """The same size through memory: the descriptor is closed long before the bytes change."""
    with open(path, 'r+b') as file:
        memory = mmap.mmap(file.fileno(), 0)
    memory[:] = content
    memory.close()


def patch(path, content):
    """The same size in place."""
    with open(path, 'r+b') as file:
        file.write(content)


def symlink(path, target):
    os.symlink(target, path)


STEPS = {'write': write, 'rename': rename, 'rename_in': rename_in, 'link_in': link_in,
         'map_over': map_over, 'patch': patch, 'symlink': symlink, 'unlink': os.unlink,
         'mkdir': os.mkdir, 'rmdir': os.rmdir}


def serve(pipe):
    while True:
        steps = pipe.recv()
        if steps is None:
            return
        try:
            for word, *arguments in steps:
                STEPS[word](*arguments)
        except OSError:
            pipe.send(traceback.format_exc())
            sys.exit(1)
        pipe.send(None)


class Changer:
    def __init__(self):
        self.pipe, theirs = Pipe()
        self.process = Process(target=serve, args=(theirs,), daemon=True)
        self.process.start()
        theirs.close()

    def perform(self, steps):
        self.pipe.send(steps)
        failure = self.pipe.recv()
        if failure:
            raise RuntimeError(f'{short(steps)}: {failure}')

    def stop(self):
        if self.process.is_alive():
            self.pipe.send(None)
        self.process.join()


def short(steps):
    """To read: without contents."""
    return ', '.join(' '.join([word, *(name for name in arguments if isinstance(name, str))])
                     for word, *arguments in steps)
