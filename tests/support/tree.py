# SPDX-License-Identifier: LGPL-2.1-or-later
"""Directory trees as data, laid out so that listing them gives their entries in sorted order.

kmod's choice between modules of equal rank follows the order in which the file system lists a
directory. tmpfs lists by time of creation, so there the order can be chosen.
"""

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

MEMORY = Path('/dev/shm')


@dataclass
class File:
    content: bytes = b''
    mtime: int = None
    mode: int = 0o644


@dataclass
class Link:
    target: str


class Fifo:
    pass


class Folder:
    pass


class Tree:
    """Paths and what stands there. Folders on the way to a path come of themselves."""

    def __init__(self):
        self.entries = {}

    def add(self, path, entry):
        self.entries[path.strip('/')] = entry

    def file(self, path, content=b'', **fields):
        self.add(path, File(content, **fields))

    def __contains__(self, path):
        return path.strip('/') in self.entries

    def build(self, base):
        """Makes the tree in the existing folder `base`."""
        nested = {}
        for path, entry in self.entries.items():
            *parents, name = path.split('/')
            place = nested
            for parent in parents:
                place = place.setdefault(parent, {})
            if isinstance(entry, Folder):
                place.setdefault(name, {})
            else:
                place[name] = entry
        _build(Path(base), nested, newest_first(base))


def _build(directory, nested, reverse):
    for name in sorted(nested, key=os.fsencode, reverse=bool(reverse)):
        entry, path = nested[name], directory / name
        if isinstance(entry, dict):
            path.mkdir()
            _build(path, entry, reverse)
        elif isinstance(entry, Link):
            path.symlink_to(entry.target)
        elif isinstance(entry, Fifo):
            os.mkfifo(path)
        else:
            path.write_bytes(entry.content)
            path.chmod(entry.mode)
            if entry.mtime is not None:
                os.utime(path, (entry.mtime, entry.mtime))


def newest_first(directory):
    """How the file system lists a folder: newest entry first, oldest first, or (None) neither."""
    with tempfile.TemporaryDirectory(dir=directory) as probe:
        created = ['m', 'b', 'z', 'a', 'k']
        for name in created:
            Path(probe, name).touch()
        listed = os.listdir(probe)
    if listed == created[::-1]:
        return True
    return False if listed == created else None


def is_listed_in_order(base):
    """Is the raw listing of every folder sorted?"""
    for directory, _, _ in os.walk(base):
        names = [os.fsencode(name) for name in os.listdir(directory)]
        if names != sorted(names):
            return False
    return True


class Scratch:
    """A folder in memory that goes away; with `with`."""

    def __enter__(self):
        memory = MEMORY if os.access(MEMORY, os.W_OK) else None
        self.path = Path(tempfile.mkdtemp(prefix='depmodd-', dir=memory))
        return self.path

    def __exit__(self, *_):
        shutil.rmtree(self.path)
