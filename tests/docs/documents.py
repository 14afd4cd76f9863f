# SPDX-License-Identifier: LGPL-2.1-or-later
"""The programs of a build and the man pages that belong to them."""

import re
import subprocess
from dataclasses import dataclass

from page import Page


class Skip(Exception):
    """The test cannot be made here."""


@dataclass(frozen=True)
class Command:
    """Something with options of its own, and where they are documented and parsed."""

    words: tuple
    page: str
    section: str
    source: str = None  # None: there is no table of options

    @property
    def name(self):
        return ' '.join(self.words)


COMMANDS = [
    Command(('depmod',), 'depmod.8', 'OPTIONS', 'client/depmod/depmod-options.c'),
    Command(('depmodctl',), 'depmodctl.1', 'OPTIONS', 'client/options.c'),
    Command(('depmodctl', 'index'), 'depmodctl.1', 'index', 'client/depmod/index-options.c'),
    *(Command(('depmodctl', verb), 'depmodctl.1', verb, f'client/verb-{verb}.c')
      for verb in ('show', 'deps', 'order', 'resolve', 'why', 'graph', 'state', 'devices', 'diff',
                   'settle', 'inhibit')),
    Command(('depmodctl', 'diff-kernels'), 'depmodctl.1', 'diff-kernels',
            'client/verb-diff-kernels.c'),
    Command(('depmodctl', 'rdeps'), 'depmodctl.1', 'rdeps', 'client/verb-deps.c'),
    Command(('depmodctl', 'refresh'), 'depmodctl.1', 'refresh', 'client/verb-refresh.c'),
    Command(('depmodd',), 'depmodd.service.8', 'OPTIONS', 'daemon/settings.c'),
]

# Where the verbs and their arguments stand in a line of --help.
VERB = slice(2, 14)
ARGUMENTS = slice(15, 36)


class Documents:
    def __init__(self, root, build):
        self.root = root
        self.build = build
        self.commands = COMMANDS
        self.pages = {path.stem: Page(path)
                      for path in sorted((root / 'units/man').glob('*.scd'))}

    def run(self, program, *arguments):
        return subprocess.run([self.build / 'bin' / program, *arguments], capture_output=True,
                              text=True, check=False)

    def help(self, command):
        return self.run(*command.words, '--help').stdout

    def verbs(self):
        """Each verb of depmodctl with its arguments, as --help has them."""
        text = self.run('depmodctl', '--help').stdout
        verbs = re.search(r'^Verbs:\n((?: .*\n)+)', text, re.MULTILINE)
        lines = verbs.group(1).splitlines() if verbs else []
        columns = [(line[VERB].strip(), line[ARGUMENTS].strip()) for line in lines]
        return [tuple(filter(None, column)) for column in columns]
