# SPDX-License-Identifier: LGPL-2.1-or-later
"""Random changes: each of them is made to the World here, and gives the steps that make it for real.

A change gives None when the World has nothing that it could change, or the names of the modules that it
is about and the steps.
"""

from world import Content, files_in, folders_in, module_name

NAMES = [f'm{number:03d}' for number in range(100)]
FOLDER_NAMES = [f'd{number}' for number in range(8)]
NEEDS_MAX = 3
# More goes away than comes, folder by folder.
MODULES_WANTED, CHANCE_TO_GROW = 100, 0.4
EXCLUDABLE = ['d0', 'd1', 'm001.ko', 'm002.ko']
WAYS_TO_CREATE = ('write', 'rename_in', 'rename_in', 'link_in')
WAYS_TO_CHANGE = ('patch', 'map_over')


class Changes:
    def __init__(self, world, places, chance):
        """places: where things lie for real: `kernel`, `outside`, `away` and `config`."""
        self.world, self.places, self.chance = world, places, chance
        self.number = 0
        self.away = []
        self.kinds = {
            self.create: 14, self.overwrite: 14, self.change_in_place: 12, self.replace: 8,
            self.delete: 14, self.rename_file: 8, self.make_folder: 7, self.remove_folder: 4,
            self.rename_folder: 6, self.move_folder_away: 2, self.move_folder_back: 3,
            self.configure: 3, self.link: 4, self.change_outside: 4}

    def make(self):
        """The name of the change, the modules that it is about, the steps."""
        kinds, weights = zip(*self.kinds.items())
        while True:
            kind = self.chance.choices(kinds, weights)[0]
            if len(self.world.paths()) < MODULES_WANTED and self.chance.random() < CHANCE_TO_GROW:
                kind = self.create
            made = kind()
            if made:
                return kind.__name__.replace('_', ' '), *made

    # Where and what.

    def real(self, path):
        return f'{self.places["kernel"]}/{path}'

    def new_content(self, name):
        self.number += 1
        others = [other for other in NAMES if other < name]
        needs = self.chance.sample(others, min(len(others), self.chance.randrange(NEEDS_MAX + 1)))
        return Content(name, self.number, tuple(sorted(needs)))

    def any_path(self):
        paths = self.world.paths()
        return self.chance.choice(sorted(paths)) if paths else None

    def any_file(self):
        return self.chance.choice(sorted(self.world.files)) if self.world.files else None

    def any_folder(self):
        return self.chance.choice(sorted(self.world.folders))

    def place_for(self, name):
        """A path where no file of that name is a rival of it."""
        folder = self.any_folder()
        top = folder.split('/')[0]
        rivals = [path for path in files_in(self.world, top) if module_name(path) == name]
        return None if rivals or self.is_away(top, name) else f'{folder}/{name}.ko'

    def is_away(self, top, name):
        return any(old.startswith(top) and name in names for old, _, names, _ in self.away)

    # Files.

    def create(self):
        name = self.chance.choice(NAMES)
        path = self.place_for(name)
        if not path:
            return None
        content = self.world.files[path] = self.new_content(name)
        return [name], [(self.chance.choice(WAYS_TO_CREATE), self.real(path), content.to_bytes())]

    def overwrite(self):
        path = self.any_file()
        if not path:
            return None
        content = self.world.files[path] = self.new_content(module_name(path))
        return [content.owner], [('write', self.real(path), content.to_bytes())]

    def change_in_place(self):
        """Nothing but bytes changes: the size stays."""
        path = self.any_file()
        if not path:
            return None
        self.number += 1
        old = self.world.files[path]
        content = self.world.files[path] = Content(old.owner, self.number, old.needs)
        return [old.owner], [(self.chance.choice(WAYS_TO_CHANGE), self.real(path),
                              content.to_bytes())]

    def replace(self):
        path = self.any_path()
        if not path:
            return None
        self.world.links.pop(path, None)
        content = self.world.files[path] = self.new_content(module_name(path))
        return [content.owner], [('rename_in', self.real(path), content.to_bytes())]

    def delete(self):
        path = self.any_path()
        if not path:
            return None
        self.world.files.pop(path, None)
        self.world.links.pop(path, None)
        return [module_name(path)], [('unlink', self.real(path))]

    def rename_file(self):
        path, name = self.any_file(), self.chance.choice(NAMES)
        new = self.place_for(name)
        if not path or not new:
            return None
        self.world.files[new] = self.world.files.pop(path)
        return [module_name(path), name], [('rename', self.real(path), self.real(new))]

    # Folders.

    def new_folder(self):
        path = f'{self.any_folder()}/{self.chance.choice(FOLDER_NAMES)}'
        return None if path in self.world.folders or path.count('/') > 3 else path

    def make_folder(self):
        path, name = self.new_folder(), self.chance.choice(NAMES)
        if not path:
            return None
        self.world.folders.add(path)
        steps = [('mkdir', self.real(path))]
        top = path.split('/')[0]
        rivals = [old for old in files_in(self.world, top) if module_name(old) == name]
        if not rivals and not self.is_away(top, name):
            content = self.world.files[f'{path}/{name}.ko'] = self.new_content(name)
            steps.append(('write', self.real(f'{path}/{name}.ko'), content.to_bytes()))
        return [name], steps

    def remove_folder(self):
        """With all that is in it."""
        folders = [path for path in self.inner_folders() if not folders_in(self.world, path)]
        if not folders:
            return None
        folder = self.chance.choice(folders)
        paths = sorted(files_in(self.world, folder))
        self.world.rename_folder(folder, None)
        return self.names_of(paths), [*(('unlink', self.real(path)) for path in paths),
                                      ('rmdir', self.real(folder))]

    def inner_folders(self):
        return sorted(path for path in self.world.folders if '/' in path)

    def names_of(self, paths):
        return [module_name(path) for path in paths] or [self.chance.choice(NAMES)]

    def rename_folder(self):
        folders, new = self.inner_folders(), self.new_folder()
        if not folders or not new:
            return None
        folder = self.chance.choice(folders)
        if new.startswith(folder + '/') or new.split('/')[0] != folder.split('/')[0]:
            return None
        names = self.names_of(files_in(self.world, folder))
        self.world.rename_folder(folder, new)
        return names, [('rename', self.real(folder), self.real(new))]

    def move_folder_away(self):
        """Out of the tree, where it is none of the daemon's business, and may come back."""
        folders = self.inner_folders()
        if not folders or len(self.away) > 2:
            return None
        folder = self.chance.choice(folders)
        self.number += 1
        place = f'{self.places["away"]}/{self.number}'
        names = self.names_of(files_in(self.world, folder))
        inside = [path for path in self.world.folders
                  if path == folder or path.startswith(folder + '/')]
        held = ({path: self.world.files[path] for path in self.world.files
                 if path.startswith(folder + '/')},
                {path: self.world.links[path] for path in self.world.links
                 if path.startswith(folder + '/')}, inside)
        self.away.append((folder, place, names, held))
        self.world.rename_folder(folder, None)
        return names, [('rename', self.real(folder), place)]

    def move_folder_back(self):
        if not self.away:
            return None
        folder, place, names, (files, links, inside) = self.away[-1]
        if folder in self.world.folders or folder.rsplit('/', 1)[0] not in self.world.folders:
            return None
        self.away.pop()
        self.world.files.update(files)
        self.world.links.update(links)
        self.world.folders.update(inside)
        return names, [('rename', place, self.real(folder))]

    # What is not in the tree.

    def configure(self):
        world = self.world
        if self.chance.random() < 0.5:
            world.updates_win = not world.updates_win
        else:
            world.excluded ^= {self.chance.choice(EXCLUDABLE)}
        order = 'updates built-in' if world.updates_win else 'built-in updates'
        text = f'search {order}\n' + ''.join(f'exclude {name}\n' for name in sorted(world.excluded))
        way = self.chance.choice(('write', 'rename_in'))
        return ([self.chance.choice(NAMES)],
                [(way, f'{self.places["config"]}/test.conf', text.encode())])

    def link(self):
        name = self.chance.choice(NAMES)
        path = self.place_for(name)
        if not path:
            return None
        outside = f'{name}-{self.chance.randrange(2)}'
        target = f'{self.places["outside"]}/{outside}.ko'
        steps = [('symlink', self.real(path), target)]
        if outside not in self.world.outside:
            content = self.world.outside[outside] = self.new_content(name)
            steps.insert(0, ('write', target, content.to_bytes()))
        self.world.links[path] = outside
        return [name], steps

    def change_outside(self):
        if not self.world.links:
            return None
        outside = self.chance.choice(sorted(self.world.links.values()))
        content = self.world.outside[outside] = self.new_content(outside.split('-')[0])
        way = self.chance.choice(('write', 'rename_in'))
        return [content.owner], [(way, f'{self.places["outside"]}/{outside}.ko', content.to_bytes())]
