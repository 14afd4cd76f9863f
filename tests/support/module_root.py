# SPDX-License-Identifier: LGPL-2.1-or-later
"""A root with kernels of synthetic modules, as a daemon serves it, and what its index is to be."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from depmod_run import OUTPUTS, compare_bytes
from module_writer import simple_module

INPUTS = ('modules.order', 'modules.builtin', 'modules.builtin.modinfo')
RELEASE = '9.9.9-test'


class ModuleRoot:
    def __init__(self, path):
        self.path = path
        self.modules = path / 'lib/modules'
        self.modules.mkdir(parents=True, exist_ok=True)
        self.config = path / 'etc/depmod.d'
        self.config.mkdir(parents=True, exist_ok=True)

    def kernel(self, release=RELEASE):
        return KernelFolder(self, release)

    def configure(self, text, name='test.conf'):
        (self.config / name).write_text(text)


class KernelFolder:
    """A kernel's directory. It is made with its lists, as a package manager does."""

    def __init__(self, root, release):
        self.root, self.release = root, release
        self.directory = root.modules / release
        self.directory.mkdir(exist_ok=True)
        for name in INPUTS:
            (self.directory / name).touch()

    def __truediv__(self, path):
        return self.directory / path

    def module(self, path, exports=(), imports=(), aliases=(), modinfo=(), **fields):
        """Written in place."""
        self.put_in_place(path, self.content(exports, imports, aliases, modinfo, **fields))

    def content(self, exports=(), imports=(), aliases=(), modinfo=(), **fields):
        """Of a module that was built for this kernel."""
        return simple_module(exports, imports, modinfo=[
            *(f'alias={alias}' for alias in aliases), *modinfo],
            vermagic=f'{self.release} SMP mod_unload '.encode(), **fields)

    def put_in_place(self, path, content):
        (self / path).parent.mkdir(parents=True, exist_ok=True)
        (self / path).write_bytes(content)

    def rename_in(self, path, content):
        (self / path).parent.mkdir(parents=True, exist_ok=True)
        staged = (self / path).with_name((self / path).name + '.dpkg-new')
        staged.write_bytes(content)
        staged.rename(self / path)

    def outputs(self):
        return read_outputs(self.directory)

    def litter(self):
        """What is there and is neither an input nor an output."""
        known = set(OUTPUTS) | set(INPUTS)
        return sorted(path.name for path in self.directory.iterdir()
                      if path.name not in known and not path.is_dir())

    def remove(self):
        shutil.rmtree(self.directory)


def read_outputs(directory):
    found = {}
    for name in OUTPUTS:
        path = Path(directory, name)
        if path.is_file():
            found[name] = path.read_bytes()
    return found


class Engine:
    """From-scratch runs of depmod, which say what an index is to be."""

    def __init__(self, depmod):
        self.depmod = depmod

    def command(self, root, release, *options):
        return [str(self.depmod), '--no-sync', '-C', str(root / 'etc/depmod.d'), '-b', str(root),
                *options, release]

    def index(self, root, release):
        """Into another folder. Gives the content of each file."""
        with tempfile.TemporaryDirectory() as elsewhere:
            self.run(self.command(root, release, '-o', elsewhere))
            return read_outputs(Path(elsewhere, 'lib/modules', release))

    def index_in_place(self, root, release):
        self.run(self.command(root, release))

    @staticmethod
    def run(command):
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL, capture_output=True,
                       env=os.environ | {'DEPMOD_NO_DAEMON': '1'}, timeout=120)

    def compare(self, kernel):
        """The differences between what is published and what is right, as lines."""
        expected = self.index(kernel.root.path, kernel.release)
        found = kernel.outputs()
        lines = [f'{name} is missing' for name in OUTPUTS if name not in found]
        for name in found:
            lines += compare_bytes(name, expected[name], found[name])
        return lines
