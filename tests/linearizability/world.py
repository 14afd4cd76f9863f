# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is in the tree, in the small, and what that makes right answers.

A module is named after its file, exports one symbol, needs those of a few others, and has one alias
that tells which writing of it this is. Of a name there is one file below kernel/ and one below
updates/ at the most, so that nothing depends on the order of a listing.
"""

from dataclasses import dataclass
from functools import lru_cache

from module_root import RELEASE
from module_writer import simple_module


VERMAGIC = f'{RELEASE} SMP mod_unload '.encode()


@dataclass(frozen=True)
class Content:
    owner: str
    number: int
    needs: tuple = ()

    @property
    def alias(self):
        return f'test:{self.owner}:{self.number:08d}'

    @lru_cache(maxsize=4096)  # noqa: B019 (it is a value)
    def to_bytes(self):
        return simple_module([f'{self.owner}_symbol'], [f'{name}_symbol' for name in self.needs],
                             modinfo=[f'alias={self.alias}'], vermagic=VERMAGIC)


class World:
    """Paths are relative to the kernel's directory."""

    def __init__(self):
        self.folders = {'kernel', 'updates'}
        self.files = {}  # path: Content
        self.links = {}  # path: name of the file outside
        self.outside = {}  # name: Content
        self.updates_win = True
        self.excluded = set()

    def content(self, path):
        return self.outside[self.links[path]] if path in self.links else self.files.get(path)

    def paths(self):
        return [*self.files, *self.links]

    def is_excluded(self, path):
        return any(part in self.excluded for part in path.split('/'))

    def modules(self):
        """name: (path, Content) of all that are in the index."""
        winners = {}
        for path in self.paths():
            if self.is_excluded(path):
                continue
            name = module_name(path)
            is_update = path.startswith('updates/')
            if name not in winners or is_update == self.updates_win:
                winners[name] = (path, self.content(path))
        return winners

    def rename_folder(self, old, new):
        """Also into nowhere: new is None."""
        def moved(path):
            return new + path[len(old):]

        inside = [path for path in self.folders if path == old or path.startswith(old + '/')]
        self.folders.difference_update(inside)
        if new:
            self.folders.update(map(moved, inside))
        taken = {}
        for places in (self.files, self.links):
            for path in [path for path in places if path.startswith(old + '/')]:
                taken[path] = places.pop(path)
                if new:
                    places[moved(path)] = taken[path]


def module_name(path):
    return path.rsplit('/', 1)[-1].split('.')[0].replace('-', '_')


def files_in(world, folder):
    return [path for path in world.paths() if path.startswith(folder + '/')]


def folders_in(world, folder):
    return [path for path in world.folders if path.startswith(folder + '/')]
