# SPDX-License-Identifier: LGPL-2.1-or-later
"""A kernel directory to be spoiled by a test, and what came of a run of depmodctl index on it."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from depmod_run import OUTPUTS, compare_bytes, read_files
from module_writer import simple_module

VERSION = '9.9.9'
VERMAGIC = '9.9.9 SMP mod_unload '
INPUTS = ('modules.order', 'modules.builtin', 'modules.builtin.modinfo')
CLEAN, FAILED, PROBLEMS = 0, 1, 3
ENVIRONMENT = {name: value for name, value in os.environ.items() if name.endswith('SAN_OPTIONS')}


class Unexpected(Exception):
    """What is not as it should be, as lines to read."""

    def __init__(self, lines):
        super().__init__('\n'.join(lines))
        self.lines = lines


class Tests(list):
    """The tests of a file: functions with sentences for names, called with a kernel."""

    def __call__(self, function):
        self.append(function)
        return function


def expect(condition, *lines):
    if not condition:
        raise Unexpected(list(lines))


def expect_same(name, expected, actual):
    differences = compare_bytes(name, expected, actual)
    expect(not differences, *differences)


@dataclass
class Result:
    kernel: object
    status: int
    stdout: bytes
    stderr: bytes

    def expect(self, status, *messages, stdout=b''):
        """The messages in any order, without the program's name; @ stands for the directory.
        stdout=None: whatever it is."""
        actual = self.messages()
        wanted = sorted(self.kernel.placed(message) for message in messages)
        lines = []
        if self.status != status:
            lines.append(f'exit status {self.status}, expected {status}')
        lines += [f'not said: {message}' for message in wanted if message not in actual]
        lines += [f'said: {message}' for message in actual if message not in wanted]
        if not lines and actual != wanted:
            lines.append(f'said more than once: {actual}')
        if stdout is not None:
            lines += compare_bytes('standard output', stdout, self.stdout)
        expect(not lines, *lines)
        return self

    def messages(self):
        lines = self.stderr.decode(errors='surrogateescape').split('\n')
        expect(lines.pop() == '', f'the last line has no end: {self.stderr}')
        for line in lines:
            expect(line.startswith('depmodctl'), f'not said by depmodctl: {line}')
        return sorted(line.removeprefix('depmodctl: ') for line in lines)


class Kernel:
    """Its three lists are there and empty, and so is the configuration: not a word about them."""

    def __init__(self, program, root, version=VERSION):
        self.program, self.root, self.version = program, Path(root), version
        self.directory = self.root / 'lib/modules' / version
        self.directory.mkdir(parents=True)
        self.config = self.root / 'depmod.d'
        self.config.mkdir()
        for name in INPUTS:
            (self.directory / name).touch()

    def __truediv__(self, path):
        return self.directory / path

    def placed(self, text):
        return text.replace('@', str(self.directory))

    def file(self, path, content=b''):
        path = self.directory / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def module(self, path, exports=(), imports=(), **fields):
        """A module from plain strings: exports, imports, weak, vermagic …"""
        return self.file(path, module(exports, imports, **fields))

    def symvers(self, *names, path='build/Module.symvers', crc=0):
        """A Module.symvers with such exports of the kernel."""
        lines = [f'{crc:#010x}\t{name}\tvmlinux\tEXPORT_SYMBOL\t\n' for name in names]
        return self.file(path, ''.join(lines).encode())

    def configure(self, text):
        (self.config / 'test.conf').write_text(text)

    def run(self, *options, **settings):
        """With this kernel's directory and version."""
        return self.run_plain('-b', self.directory, *options, self.version, **settings)

    def run_plain(self, *arguments, config=True, wrapper=(), cwd='/',
                  stdout=subprocess.PIPE):
        command = [*wrapper, self.program, 'index', *(['-C', self.config] if config else []),
                   *arguments]
        environment = {'PATH': os.environ['PATH'], 'LC_ALL': 'C', **ENVIRONMENT}
        if wrapper:  # a leak cannot be looked for by who is traced
            environment['ASAN_OPTIONS'] = 'detect_leaks=0'
        process = subprocess.run([str(word) for word in command], cwd=cwd, stdout=stdout,
                                 stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False,
                                 timeout=120, env=environment)
        return Result(self, process.returncode, process.stdout or b'', process.stderr)

    def run_depmod(self, *options):
        """Ours, on the same directory, which must be the only writer's: what it writes."""
        command = ['depmod', '-C', self.config, '-b', self.root, *options, self.version]
        process = subprocess.run([str(word) for word in command], executable=self.program,
                                 stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False,
                                 env={'LC_ALL': 'C', **ENVIRONMENT}, timeout=120)
        expect(process.returncode == 0, f'depmod: {process.stderr.decode()}')
        return self.take_outputs()

    def outputs(self):
        """Of the files in the directory those that are no inputs."""
        return {name: content for name, (_, content) in read_files(self.directory).items()
                if name not in INPUTS and not name.endswith('.ko')}

    def take_outputs(self):
        outputs = self.outputs()
        for name in outputs:
            (self.directory / name).unlink()
        return outputs

    def dep(self, path='modules.dep'):
        """The lines of a dependency file."""
        return (self.directory / path).read_text().splitlines()

    def expect_indexed(self, *lines):
        """The lines of modules.dep in any order, and that all other files are there."""
        actual = self.dep()
        expect(sorted(actual) == sorted(lines), f'modules.dep: {actual}, expected {list(lines)}')
        missing = set(OUTPUTS) - set(self.outputs())
        expect(not missing, f'not written: {missing}')

    def expect_nothing_written(self):
        outputs = self.outputs()
        expect(not outputs, f'written: {sorted(outputs)}')


def module(exports=(), imports=(), **fields):
    if isinstance(fields.get('vermagic'), str):
        fields['vermagic'] = fields['vermagic'].encode()
    return simple_module(exports, imports, **fields)
