# SPDX-License-Identifier: LGPL-2.1-or-later
"""One random tree with the arguments to run depmod on it, wholly determined by its seed."""

import random
from pathlib import Path

import random_inputs
from module_writer import compress, compress_zstd
from random_modules import FOLDERS, MACHINES, ModuleMaker
from tree import Fifo, File, Link, Tree

VERSIONS = ('6.1.0-56-amd64', '5.5.5', '6.12.1+deb13-cloud', '+6.1')
OLD, NEW = 1_600_000_000, 1_700_000_000  # times of files


class RandomTree:
    """After construction: `tree` to be built in `base`, and `arguments` (all but -o), `cwd`.

    With `gzip_as_plain` a tree of .ko.gz modules is made with the same modules uncompressed, for a
    reference that knows no gzip.
    """

    def __init__(self, seed, attempt, base, duplicates=True, gzip_as_plain=False):
        self.rng = rng = random.Random(f'{seed}.{attempt}')
        self.seed, self.attempt, self.base = seed, attempt, Path(base)
        self.gzip_as_plain = gzip_as_plain
        self.tree = Tree()
        self.version = rng.choice(VERSIONS)
        self.module_base = rng.choices(['lib/modules', 'usr/lib/modules'], [4, 1])[0]
        self.directory = f'root/{self.module_base}/{self.version}'
        self.compression = rng.choice(['plain', 'xz', 'zst', 'gz', 'mixed'])
        self.platform = rng.choice(list(MACHINES)) if rng.random() < 0.9 else None
        self.maker = ModuleMaker(rng, self.platform, cycles=rng.random() < 0.08)
        self.flaw_chance = rng.choice([0, 0, 0.05, 0.2])
        self.modules = {}  # path below the folder of the version, without compression: content
        self.outside = {}  # the same for modules in folders elsewhere, below base
        self.quick = rng.random() < 0.08

        self._make_modules(duplicates)
        self._add_modules()
        self._add_oddities()
        self._add_inputs()
        self._choose_arguments()

    @property
    def is_gzip(self):
        return self.compression == 'gz'

    @property
    def description(self):
        platform = 'mixed classes'
        if self.platform:
            platform = f'{self.platform[0]}-bit {"le" if self.platform[1] == "<" else "be"}'
        options = ' '.join(str(option) for option in self.arguments if str(option)[0] == '-')
        return (f'{platform}, {self.compression}, {len(self.modules) + len(self.outside)} modules, '
                f'{options}')

    def _make_modules(self, duplicates):
        rng = self.rng
        count = rng.randint(150, 500) if rng.random() < 0.04 else rng.randint(5, 60)
        folders = rng.sample(FOLDERS, rng.randint(2, 8))
        odd_names = not self.is_gzip
        for _ in range(count):
            folder = rng.choice(folders)
            name = self.maker.name(plain=not odd_names)
            path = f'{folder}/{name}.ko'.lstrip('/')
            self.modules[path] = self.maker.content(self.flaw_chance)
        for _ in range(rng.choice([0, 0, 3])):
            path = f'{rng.choice(["external", "other"])}/{self.maker.name(plain=True)}.ko'
            self.outside[path] = self.maker.content(self.flaw_chance)
        if self.maker.cycles:
            self.modules['kernel/closing.ko'] = self.maker.promised_exports()
        if duplicates and rng.random() < 0.4:
            self._make_duplicates(folders)

    def _make_duplicates(self, folders):
        rng = self.rng
        for path in rng.choices(list(self.modules), k=rng.randint(1, 4)):
            name = path.rpartition('/')[2]
            if rng.random() < 0.3:
                name = name.replace('-', '_')
            folder = rng.choice(['updates', 'external', rng.choice(folders)])
            copy = f'{folder}/{name}'.lstrip('/')
            if folder == 'external':
                self.outside[copy] = self.maker.content(self.flaw_chance)
            elif copy not in self.modules:
                self.modules[copy] = self.maker.content(self.flaw_chance)

    def _endings(self, count):
        if self.compression == 'mixed':
            return self.rng.choices(['', '.xz', '.zst'], k=count)
        return ['' if self.compression == 'plain' else f'.{self.compression}'] * count

    def _add_modules(self):
        paths = [(f'{self.directory}/{path}', content) for path, content in self.modules.items()]
        paths += self.outside.items()
        endings = self._endings(len(paths))
        packed = iter(compress_zstd([content for (_, content), ending in zip(paths, endings)
                                     if ending == '.zst']))
        for (path, content), ending in zip(paths, endings):
            if ending == '.zst':
                content = next(packed)
            elif ending == '.gz' and self.gzip_as_plain:
                ending = ''
            elif ending != '.gz' or is_whole(content):
                content = compress(content, ending)
            mtime = self.rng.choice([OLD - 100, OLD, OLD, OLD + 1]) if self.quick else NEW
            self.tree.file(path + ending, content, mtime=mtime)

    def _add_oddities(self):
        rng, tree = self.rng, self.tree
        if rng.random() < 0.6:
            return
        path = f'{self.directory}/{rng.choice(["kernel", "extra", "zzz"])}'
        module = self.maker.content(0)
        ending = '.ko' if self.gzip_as_plain or not self.is_gzip else '.ko.gz'
        for kind in rng.sample(range(8), rng.randint(1, 3)):
            if kind == 0:
                tree.add(f'{path}/dangling.ko', Link('nowhere'))
            elif kind == 1:
                tree.add(f'{path}/pipe{ending}', Fifo())
            elif kind == 2:
                tree.file(f'{path}/build', b'a file')
                tree.file(f'{path}/source/skipped.ko', module)
            elif kind == 3:
                tree.file('elsewhere/linked-module.bin', module, mtime=OLD)
                tree.add(f'{path}/linked{ending}', Link(self._up_to_base(path) + 'elsewhere/'
                                                        'linked-module.bin'))
            elif kind == 4:
                tree.file(f'elsewhere/folder/in_linked_folder{ending}', module, mtime=OLD)
                tree.add(f'{path}/linked-folder', Link(self.base / 'elsewhere/folder'))
            elif kind == 5:
                tree.file(f'{path}/folder.ko/inside{ending}', module, mtime=OLD)
            elif kind == 6:
                for name in ('.ko', 'README', 'x.kox', 'y.ko.bz2', 'ko', 'z.KO'):
                    tree.file(f'{path}/{name}', module, mtime=OLD)
            elif any(module.startswith('kernel/') for module in self.modules):
                tree.add(f'{self.directory}/zz-linked', Link('kernel'))

    @staticmethod
    def _up_to_base(path):
        return '../' * (path.count('/') + 1)

    def _add_inputs(self):
        rng = self.rng
        for name, content in (
                ('modules.order', random_inputs.modules_order(rng, list(self.modules))),
                ('modules.builtin', random_inputs.builtin_list(rng)),
                ('modules.builtin.modinfo', random_inputs.builtin_modinfo(rng, self.maker.alias))):
            if content is not None:
                self.tree.file(f'{self.directory}/{name}', content, mtime=NEW)
        if self.quick and rng.random() < 0.8:
            self.tree.file(f'{self.directory}/modules.dep', b'', mtime=OLD)

    def _choose_arguments(self):
        rng = self.rng
        relative = rng.random() < 0.2
        self.cwd = self.base if relative else Path('/')
        basedir = 'root' if relative else self.base / 'root'
        arguments = [rng.choice(['-b', '--basedir']), basedir]
        if self.module_base != 'lib/modules':
            arguments += ['-m', rng.choice(['', '/']) + self.module_base]
        arguments += self._config_arguments() + self._symbol_arguments()
        for option, chance in (('-e', 0.4), ('-w', 0.3), ('-v', 0.25), ('-n', 0.12), ('-a', 0.1)):
            if rng.random() < chance:
                arguments.append(option)
        if self.quick:
            arguments.append('-A')
        arguments.insert(rng.choice([0, len(arguments)]), self.version)
        if rng.random() < 0.06 and not self.quick:
            arguments += self._file_arguments(arguments.index(self.version) == 0)
        self.arguments = arguments
        # A run that has to look at modules.dep must not find it written by the run before.
        self.has_outdir = self.quick or rng.random() < 0.8

    def _config_arguments(self):
        rng, tree = self.rng, self.tree
        if rng.random() < 0.4:
            return ['-C', self.base / 'no-configuration']
        names = [path.rpartition('/')[2].split('.')[0] for path in self.modules]
        arguments = []
        for number in range(rng.choice([1, 1, 2])):
            place = f'config-{number}'
            if rng.random() < 0.3:
                tree.add(place, self._config(names))
            else:
                for name in rng.sample(['a.conf', 'b.conf', '.hidden.conf', 'README', '.conf', 'c'],
                                       rng.randint(0, 4)):
                    tree.add(f'{place}/{name}', self._config(names))
                if rng.random() < 0.1:
                    tree.file(f'{place}/folder.conf/x', b'search foo\n')
            arguments += ['-C', self.base / place]
        return arguments

    def _config(self, names):
        return File(random_inputs.config(self.rng, self.base, self.rng.sample(names, 2)))

    def _symbol_arguments(self):
        rng, tree, arguments = self.rng, self.tree, []
        crcs = {name: crc for name, crc in self.maker.crcs.items()
                if name not in self.maker.exported or rng.random() < 0.3}
        if rng.random() < 0.3:
            tree.file('Module.symvers', random_inputs.symvers(rng, crcs))
            arguments += ['-E', self.base / 'Module.symvers']
        if rng.random() < 0.2:
            tree.file('System.map', random_inputs.system_map(rng, crcs))
            arguments += ['-F', self.base / 'System.map']
        if rng.random() < 0.1:
            arguments += ['-P', rng.choice('_.')]
        return arguments

    def _file_arguments(self, version_is_first):
        """Paths of some modules; they must come after the version."""
        if not version_is_first and self.rng.random() < 0.5:
            return []
        ending = '.gz' if self.is_gzip and not self.gzip_as_plain else ''
        paths = [path for path in self.modules if f'{self.directory}/{path}{ending}' in self.tree]
        chosen = self.rng.sample(paths, min(len(paths), 6))
        return [self.base / self.directory / (path + ending) for path in chosen]


def is_whole(content):
    """Does it look like a module? What does not is read otherwise when it is compressed."""
    return content.startswith(b'\x7fELF') and len(content) > 16
