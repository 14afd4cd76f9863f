# SPDX-License-Identifier: LGPL-2.1-or-later
"""The files of units/ as they are installed, in a directory of their own."""

import os
import subprocess
import tempfile
from pathlib import Path

COMPONENTS = ['units', 'man']


class Skip(Exception):
    """The test cannot be made here."""


class Failed(Exception):
    """A step that everything else builds upon."""


class Installation:
    """The configuration of the build folder is not touched; programs are those that it has."""

    def __init__(self, source, build):
        self.source = source
        self.build = build
        self._folder = tempfile.TemporaryDirectory(prefix='depmodd-units-')
        self.scratch = Path(self._folder.name)
        self.root = self.scratch / 'root'

    def __enter__(self):
        self._install()
        return self

    def __exit__(self, *_):
        self._folder.cleanup()

    def _install(self):
        configured = self.scratch / 'build'
        self._run('cmake', '-S', self.source, '-B', configured, '-DCMAKE_INSTALL_PREFIX=/usr',
                  '-DDEPMODD_TESTS=OFF', '-DDEPMODD_LTO=OFF')
        self._run('cmake', '--build', configured, '--target', 'man')
        for component in COMPONENTS:
            self._run('cmake', '--install', configured, '--component', component)
        self._run('cmake', '--install', self.build, '--prefix', '/usr',
                  '--component', 'Unspecified')

    def _run(self, *command):
        done = subprocess.run(command, capture_output=True, text=True, check=False,
                              env={**os.environ, 'DESTDIR': str(self.root)})
        if done.returncode != 0:
            raise Failed(f'{" ".join(map(str, command))}: {done.stdout}{done.stderr}')

    def path(self, name):
        """Where a file with that path below /usr or / has gone to."""
        for candidate in (name, name.removeprefix('/usr')):
            path = self.root / candidate.lstrip('/')
            if path.exists() or path.is_symlink():
                return path
        raise Failed(f'{name} is not installed')
