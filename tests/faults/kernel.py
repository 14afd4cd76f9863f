# SPDX-License-Identifier: LGPL-2.1-or-later
"""A kernel directory with an old index, whose modules have changed since, and what both indexes are.

All eleven files of the two differ, so each file tells by itself which of the sets it belongs to.
"""

import shutil
import stat
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / 'support'))

from depmod_run import OUTPUTS  # noqa: E402
from module_writer import ModuleImage, simple_module  # noqa: E402

VERSION = '9.9.9'
OLD, NEW = 'old', 'new'
# What may lie there: one of the sets as a whole, or of each file one of the two contents.
ONE_SET, EACH_WHOLE = 'one set', 'each file whole'
INPUTS = ('modules.order', 'modules.builtin', 'modules.builtin.modinfo')
LARGE = 200 << 10


def modules_of(state, bulk):
    """Paths and contents. More bulk makes larger index files."""
    names = ('one', 'two') if state == OLD else ('one', 'two', 'three')
    modules = {}
    for name in names:
        exports = [f'{name}_{number:04d}_{state}' for number in range(bulk)]
        modinfo = [f'alias=pci:v{number:08X}d{name}*' for number in range(bulk)]
        modinfo += [f'softdep=pre: soft_{name}', f'weakdep=weak_{name}',
                    'alias=char-major-10-200', f'alias=devname:net/{name}']
        modules[f'kernel/{name}/{name}.ko'] = simple_module(exports, modinfo=modinfo)
    needs = ['one_0000_' + state]
    # Of a large file only some sections are read.
    modules['kernel/large.ko'] = ModuleImage(damage=add_text).to_bytes()
    modules['extra/needs.ko'] = simple_module(['needed'], needs)
    # It would be in the index if the configuration were not read.
    modules['extra/out/left-out.ko'] = simple_module(['left_out'])
    return modules


def add_text(writer):
    writer.add(b'.text.large', bytes(LARGE), flags=6)


class Kernel:
    """`output_root`: for the programs that can write elsewhere."""

    def __init__(self, root, program, output_root=None, bulk=4):
        self.root, self.output_root, self.program = Path(root), output_root, program
        self.directory = self.root / 'lib/modules' / VERSION
        self.outputs = Path(output_root or root) / 'lib/modules' / VERSION
        self.config = self.root / 'depmod.d'
        self.bulk = bulk
        self.sets = {}
        self.configure()
        for state in (OLD, NEW):
            self.change_modules(state)
            run = self.run()
            if run.returncode != 0:
                raise RuntimeError(f'cannot make the {state} index: {run.stderr}')
            self.sets[state] = {name: (self.outputs / name).read_bytes() for name in OUTPUTS}
        same = [name for name in OUTPUTS if self.sets[OLD][name] == self.sets[NEW][name]]
        if same:
            raise RuntimeError(f'the same in both indexes: {same}')

    def command(self, *options):
        return self.program.command(self, *options)

    def run(self, *options, **settings):
        return run(self.command(*options), **settings)

    def run_into(self, stdout, *options):
        return subprocess.run(self.command(*options), stdin=subprocess.DEVNULL, stdout=stdout,
                              stderr=subprocess.PIPE, text=True, timeout=120, check=False)

    def configure(self):
        external = self.root / 'external'
        external.mkdir(parents=True)
        (external / 'outside.ko').write_bytes(simple_module(['outside']))
        self.config.mkdir()
        (self.config / 'test.conf').write_text('exclude out\n'
                                               f'external {VERSION} {external}\n')

    def change_modules(self, state):
        """Also the lists that come with a kernel."""
        for name in ('kernel', 'extra'):
            shutil.rmtree(self.directory / name, ignore_errors=True)
        modules = modules_of(state, self.bulk)
        for path, content in modules.items():
            (self.directory / path).parent.mkdir(parents=True, exist_ok=True)
            (self.directory / path).write_bytes(content)
        write = {'modules.order': '\n'.join(modules) + '\n',
                 'modules.builtin': f'kernel/{state}/built_{state}.ko\n',
                 'modules.builtin.modinfo': f'built_{state}.alias=of:{state}\0'}
        for name, content in write.items():
            (self.directory / name).write_text(content)

    def put_old_index(self):
        """The directory of the outputs as it was before a run: the old set and nothing else."""
        for name in self.litter():
            remove(self.outputs / name)
        for name, content in self.sets[OLD].items():
            remove(self.outputs / name)
            (self.outputs / name).write_bytes(content)

    def litter(self):
        known = set(OUTPUTS) | set(INPUTS) | {'kernel', 'extra'}
        return sorted(path.name for path in self.outputs.iterdir() if path.name not in known)

    def state_of(self, name):
        path = self.outputs / name
        try:
            content, mode = path.read_bytes(), stat.S_IMODE(path.lstat().st_mode)
        except OSError as error:
            return error.strerror
        if mode != 0o644:
            return f'mode {mode:o}'
        for state, files in self.sets.items():
            if content == files[name]:
                return state
        return f'torn, {len(content)} bytes'

    def check(self, expected, with_litter=False):
        """What is not as it was promised, as lines to read."""
        states = {name: self.state_of(name) for name in OUTPUTS}
        found = set(states.values())
        allowed = [{OLD, NEW}] if expected == EACH_WHOLE else [{OLD}, {NEW}]
        if expected in (OLD, NEW):
            allowed = [{expected}]
        lines = []
        if not any(found <= states for states in allowed):
            lines += [f'expected {expected}, but there is: {describe(states)}']
        if not with_litter and self.litter():
            lines += [f'litter: {" ".join(self.litter())}']
        return lines

    def check_next_run(self):
        """Whatever has happened: a run that nothing happens to gives the new set and nothing else."""
        run = self.run()
        lines = self.check(NEW)
        if run.returncode != 0:
            lines.append(f'exit status {run.returncode}: {run.stderr.strip()}')
        return [f'the next run: {line}' for line in lines]


def describe(states):
    files_of = {}
    for name, state in states.items():
        files_of.setdefault(state, []).append(name.removeprefix('modules.'))
    return '; '.join(f'{state}: {" ".join(names)}' for state, names in files_of.items())


def remove(path):
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def run(command, **settings):
    """settings: of subprocess.run()"""
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, errors='replace', timeout=120,
                          check=False, **settings)
