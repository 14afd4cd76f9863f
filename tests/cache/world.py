# SPDX-License-Identifier: LGPL-2.1-or-later
"""A small kernel tree with a module cache, and all that may happen to the two."""

import os
import random
import shutil
import subprocess
import time
from pathlib import Path

from depmod_run import OUTPUTS
from module_writer import compress_gzip, compress_xz, simple_module

VERSION = '5.0'
NAMES = ['alpha', 'beta', 'gamma', 'delta']
FOLDERS = ['kernel', 'kernel/net', 'updates', 'extra']
ENDINGS = {'': lambda content: content, '.gz': compress_gzip, '.xz': compress_xz}
EPOCH = 1_600_000_000


def make_contents():
    """Of a module that is said to be anything: half of them of one size, so that only the content differs."""
    contents = []
    for number in range(24):
        chosen = random.Random(number)
        exports = [f's{chosen.randrange(6)}'] if number % 3 else []
        imports = chosen.sample([f's{index}' for index in range(6)], chosen.randrange(3))
        imports = [name for name in imports if name not in exports]
        contents.append(simple_module(exports, imports, modinfo=[
            f'alias=pci:v{number:04d}*', f'softdep=pre: {chosen.choice(NAMES)}']))
    for number in range(24):
        contents.append(simple_module(modinfo=[f'alias=usb:v{number:04d}*']))
    contents += [b'', b'no module', contents[0][:200]]
    return {ending: [pack(content) for content in contents] for ending, pack in ENDINGS.items()}


class World:
    def __init__(self, base, seed, contents):
        self.base, self.contents = base, contents
        self.random = random.Random(seed)
        self.kernel = base / 'lib/modules' / VERSION
        self.folder = base / 'var/cache/depmodd'
        self.cache = self.folder / f'{VERSION}.cache'
        self.saved = None  # an older cache
        self.saved_index = None  # the name and the content of an older file
        self.run_also = None  # the options of a run before the next one
        self.log = []
        self.folder.mkdir(parents=True)
        for folder in FOLDERS:
            (self.kernel / folder).mkdir(parents=True)
        for name in NAMES[:3]:
            self.write(self.kernel / 'kernel' / f'{name}.ko')

    def content(self, path):
        return self.random.choice(self.contents[path.suffix if path.suffix != '.ko' else ''])

    def write(self, path):
        path.write_bytes(self.content(path))

    def modules(self):
        return sorted(self.kernel.glob('*/**/*.ko*'))

    def new_path(self):
        name = self.random.choice(NAMES) + '.ko' + self.random.choice(['', '', '', '.gz', '.xz'])
        return self.kernel / self.random.choice(FOLDERS) / name

    def change(self):
        """One thing that happens."""
        change = self.random.choice(CHANGES)
        self.log.append(change.__name__)
        try:
            change(self)
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            self.log.append('(there was nothing to do it to)')


def with_module(function):
    def change(world):
        modules = world.modules()
        if modules:
            function(world, world.random.choice(modules))
    change.__name__ = function.__name__
    return change


# of modules

def add(world):
    world.write(world.new_path())


@with_module
def remove(world, path):
    path.unlink()


@with_module
def rewrite(world, path):
    world.write(path)


@with_module
def rewrite_with_the_old_time(world, path):
    before = path.stat()
    world.write(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@with_module
def replace_with_the_old_time(world, path):
    before = path.stat()
    new = path.with_name('.new')
    world.write(path)
    path.rename(new)
    os.utime(new, ns=(before.st_atime_ns, before.st_mtime_ns))
    new.rename(path)


@with_module
def remove_and_write_again(world, path):
    """As an unpacker does: often the inode number is that of the old file."""
    before = path.stat()
    path.unlink()
    world.write(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@with_module
def move(world, path):
    path.rename(world.new_path().with_suffix(path.suffix))


@with_module
def swap(world, path):
    other = world.random.choice(world.modules())
    if other != path and other.suffix == path.suffix:
        between = path.with_name('.between')
        path.rename(between)
        other.rename(path)
        between.rename(other)


@with_module
def link(world, path):
    new = world.new_path().with_suffix(path.suffix)
    if not new.exists():
        os.link(path, new)


@with_module
def cut(world, path):
    os.truncate(path, path.stat().st_size // 2)


@with_module
def step_the_clock(world, path):
    """What a file says that was written when the clock was wrong."""
    moment = world.random.choice([0, EPOCH, time.time() + 10_000_000]) + world.random.randrange(3)
    os.utime(path, (moment, moment))


@with_module
def copy_times(world, path):
    other = world.random.choice(world.modules()).stat()
    os.utime(path, ns=(other.st_atime_ns, other.st_mtime_ns))


def configure(world):
    order = [f'{path.relative_to(world.kernel)}'.removesuffix('.gz').removesuffix('.xz')
             for path in world.modules()]
    world.random.shuffle(order)
    (world.kernel / 'modules.order').write_text(''.join(f'{line}\n' for line in order[:3]))


def list_builtin(world):
    names = world.random.sample(NAMES, 2)
    (world.kernel / 'modules.builtin').write_text(''.join(f'kernel/in_{name}.ko\n' for name in names))
    (world.kernel / 'modules.builtin.modinfo').write_bytes(b''.join(
        f'in_{name}.alias=of:{world.random.randrange(4)}\0'.encode() for name in names))


def leave_alone(world):
    pass


# of the index

def with_index(function):
    def change(world):
        path = world.kernel / world.random.choice(OUTPUTS)
        if path.exists():
            function(world, path)
    change.__name__ = function.__name__
    return change


@with_index
def edit_index(world, path):
    """The content is of the same size."""
    content = bytearray(path.read_bytes())
    if content:
        content[world.random.randrange(len(content))] ^= 1
    path.write_bytes(content)


@with_index
def edit_index_with_the_old_time(world, path):
    before = path.stat()
    content = bytearray(path.read_bytes())
    if content:
        content[world.random.randrange(len(content))] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@with_index
def cut_index(world, path):
    os.truncate(path, path.stat().st_size // 2)


@with_index
def remove_index(world, path):
    path.unlink()


@with_index
def hide_index(world, path):
    path.chmod(0o600)


@with_index
def exchange_index(world, path):
    other = world.kernel / world.random.choice(OUTPUTS)
    if other.exists():
        path.write_bytes(other.read_bytes())


@with_index
def save_index(world, path):
    world.saved_index = path.name, path.read_bytes()


def restore_index(world):
    """Of an older set, by a rename as a backup does."""
    if world.saved_index:
        name, content = world.saved_index
        new = world.kernel / '.index'
        new.write_bytes(content)
        os.utime(new, (EPOCH, EPOCH))
        new.rename(world.kernel / name)


def index_as_an_older_kmod(world):
    world.run_also = ['--kmod=31']


# of the cache

def with_cache(function):
    """If there is one: to open a pipe would wait for ever."""
    def change(world):
        if world.cache.is_file():
            function(world)
    change.__name__ = function.__name__
    return change


def delete_cache(world):
    world.cache.unlink()


@with_cache
def cut_cache(world):
    os.truncate(world.cache, world.random.randrange(world.cache.stat().st_size + 1))


@with_cache
def flip_bit(world):
    content = bytearray(world.cache.read_bytes())
    if content:
        content[world.random.randrange(len(content))] ^= 1 << world.random.randrange(8)
        world.cache.write_bytes(content)


@with_cache
def append_to_cache(world):
    with open(world.cache, 'ab') as file:
        file.write(world.random.randbytes(world.random.randrange(1, 100)))


@with_cache
def save_cache(world):
    world.saved = world.cache.read_bytes()


def restore_cache(world):
    if world.saved is not None:
        world.cache.unlink(missing_ok=True)
        world.cache.write_bytes(world.saved)


def take_the_cache_of_another(world):
    others = sorted(path for path in world.base.parent.glob(f'*/var/cache/depmodd/{VERSION}.cache')
                    if path.is_file() and path != world.cache)
    if others:
        content = world.random.choice(others).read_bytes()
        world.cache.unlink(missing_ok=True)
        world.cache.write_bytes(content)


def put_something_else(world):
    world.cache.unlink(missing_ok=True)
    kind = world.random.randrange(4)
    if kind == 0:
        world.cache.symlink_to(world.base / 'nowhere')
    elif kind == 1:
        os.mkfifo(world.cache)
    elif kind == 2:
        world.cache.write_bytes(b'')
    else:
        world.cache.write_bytes(b'garbage')


@with_cache
def let_others_write(world):
    world.cache.chmod(0o666)


def leave_half_of_one(world):
    (world.folder / f'.{VERSION}.cache.new').write_bytes(b'half')
    moment = time.time() - world.random.choice([0, 1000])
    os.utime(world.folder / f'.{VERSION}.cache.new', (moment, moment))


def remove_the_folder(world):
    shutil.rmtree(world.folder)
    if world.random.random() < 0.8:
        world.folder.mkdir()


CHANGES = [add, add, remove, rewrite, rewrite, rewrite_with_the_old_time, rewrite_with_the_old_time,
           replace_with_the_old_time, remove_and_write_again, remove_and_write_again, move, swap,
           link, cut, step_the_clock, copy_times, configure, list_builtin, leave_alone, leave_alone,
           edit_index, edit_index_with_the_old_time, cut_index, remove_index, hide_index,
           exchange_index, save_index, restore_index, restore_index, index_as_an_older_kmod,
           delete_cache, cut_cache, flip_bit, flip_bit, append_to_cache, save_cache, restore_cache,
           take_the_cache_of_another, put_something_else, let_others_write, leave_half_of_one,
           remove_the_folder]


class Checker:
    """Runs depmod with the cache and without it."""

    def __init__(self, depmod):
        self.depmod = depmod
        self.environment = {'PATH': os.environ['PATH'], 'LC_ALL': 'C'}

    def run(self, *arguments):
        return subprocess.run(['depmod', '--no-sync', '--jobs=1', *map(str, arguments)],
                              executable=self.depmod, stdin=subprocess.DEVNULL, capture_output=True,
                              check=False, env=self.environment)

    def kill_one(self, world):
        """A run that does not come to its end."""
        process = subprocess.Popen(['depmod', '-b', world.base, VERSION], executable=self.depmod,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, env=self.environment)
        time.sleep(world.random.random() * 0.004)
        process.kill()
        process.wait()

    def differences(self, world):
        """What a run with the cache says or writes other than one without."""
        if world.random.random() < 0.05:
            self.kill_one(world)
        if world.run_also:
            self.run(*world.run_also, '-b', world.base, VERSION)
            world.run_also = None
        with_cache = self.run('-b', world.base, VERSION)
        away = world.folder.with_name('away')
        had_folder = world.folder.exists()
        if had_folder:
            world.folder.rename(away)
        without = self.run('-b', world.base, '-o', world.base / 'out', VERSION)
        if had_folder:
            away.rename(world.folder)
        return list(self.compare(world, with_cache, without))

    def compare(self, world, with_cache, without):
        for what in ('returncode', 'stdout', 'stderr'):
            ours, expected = getattr(with_cache, what), getattr(without, what)
            if ours != expected:
                yield f'{what}: {ours} instead of {expected}'
        if without.returncode != 0:
            return
        for name in OUTPUTS:
            ours = (world.kernel / name).read_bytes()
            if ours != (world.base / 'out/lib/modules' / VERSION / name).read_bytes():
                yield f'{name} differs'
            mode = (world.kernel / name).stat().st_mode & 0o777
            if mode != 0o644:
                yield f'{name} has mode {mode:o}'
