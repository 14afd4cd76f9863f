# SPDX-License-Identifier: LGPL-2.1-or-later
"""The files of the tree, and what a check has to say of them."""

import functools
import subprocess
from dataclasses import dataclass, field


class Skip(Exception):
    """The check cannot be made here."""


class NoCheckout(Exception):
    """Nothing tells which files belong to the tree."""


@dataclass
class Report:
    faults: list = field(default_factory=list)
    hints: list = field(default_factory=list)

    def fault(self, path, text, line=None):
        self.faults.append(f'{path}:{line}: {text}' if line else f'{path}: {text}')

    def hint(self, path, text, line=None):
        self.hints.append(f'{path}:{line}: {text}' if line else f'{path}: {text}')


class SourceTree:
    """Paths are relative to the root."""

    def __init__(self, root, build, with_untracked):
        self.root = root
        self.build = build
        command = ['git', '-C', root, 'ls-files', '-z', '--cached']
        if with_untracked:
            command += ['--others', '--exclude-standard']
        try:
            process = subprocess.run(command, capture_output=True, text=True, check=True)
        except FileNotFoundError:
            raise NoCheckout('there is no git on this machine') from None
        except subprocess.CalledProcessError as error:
            raise NoCheckout(f'git cannot list files: {error.stderr.strip()}') from None
        names = set(process.stdout.split('\0')) - {''}
        self.paths = sorted(name for name in names if (root / name).is_file())

    def select(self, *endings):
        return [path for path in self.paths if path.endswith(endings)]

    def sources(self):
        return self.select('.c', '.h')

    @functools.lru_cache(maxsize=None)  # noqa: B019 (there is one tree)
    def content(self, path):
        return (self.root / path).read_bytes()

    def text(self, path):
        return self.content(path).decode()

    def is_binary(self, path):
        return b'\0' in self.content(path)

    def is_script(self, path, *interpreters):
        """Does the first line name one of the interpreters?"""
        first = self.content(path).split(b'\n', 1)[0].decode(errors='replace')
        return first.startswith('#!') and first.split('/')[-1].split()[-1] in interpreters
