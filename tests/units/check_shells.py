# SPDX-License-Identifier: LGPL-2.1-or-later
"""Completions are tried beside a depmodctl that knows two kernels."""

import shutil
import subprocess

from installation import Skip

FAKE = """#!/bin/sh
echo "$*" >>{calls}
case $* in
*kernels*) printf '%s\\n' '6.1.0-a  settled' '6.2.0-b$(id) dirty' ;;
*list*) printf '%s\\n' 'ext2  module kernel/fs/ext2.ko' 'ext4  module kernel/fs/ext4.ko' ;;
esac
"""

BASH = """
PATH=$1:$PATH; source "$2"; shift 2
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _depmodctl; printf '%s\\n' "${COMPREPLY[@]}"
"""

ASK = '--stale --no-pager --no-legend --full --timeout=5'

FISH = 'set -x PATH $argv[1] $PATH; source $argv[2]; complete -C $argv[3]'

# The words of a command line as bash takes them apart, what is proposed, and what is asked.
BASH_CASES = [
    (['se'], ['settle'], None),
    (['settle', ''], ['6.1.0-a', '6.2.0-b\\$\\(id\\)'], f'{ASK} kernels'),
    (['show', 'ex'], ['ext2', 'ext4'], f'{ASK} list ex*'),
    (['-k', '6.1', '--root', '=', '/x', '--offline', 'deps', 'ext4'], ['ext4'],
     f'{ASK} -k 6.1 --root /x --offline list ext4*'),
    (['--kernel', '=', '6.1'], ['6.1.0-a'], f'{ASK} kernels'),
    (['--json', '=', 's'], ['short'], None),
    (['--timeout', ''], [''], None),
    (['cat', 'modules.builtin.a'], ['modules.builtin.alias.bin'], None),
    (['help', 'ver'], ['verify'], None),
    (['index', '--kmod', '=', ''], ['30', '31', '32', '33', '34'], None),
    (['index', '--kernel-dir', '=', '/et'], ['/etc'], None),
]


FISH_CASES = [
    ('depmodctl se', ['settle'], None),
    ('depmodctl settle ', ['6.1.0-a', '6.2.0-b$(id)'], f'{ASK} kernels'),
    ('depmodctl show ex', ['ext2', 'ext4'], f'{ASK} list ex*'),
    ('depmodctl -k 6.1 --root=/x --offline deps ext4', ['ext4'],
     f'{ASK} -k 6.1 --root=/x --offline list ext4*'),
    ('depmodctl --kernel=6.1', ['--kernel=6.1.0-a'], f'{ASK} kernels'),
    ('depmodctl cat modules.builtin.a', ['modules.builtin.alias.bin'], None),
    ('depmodctl help ver', ['verify'], None),
    ('depmodctl diff --al', ['--all'], None),
    ('depmodctl index --kmod=', [f'--kmod={number}' for number in range(30, 35)], None),
]


class Shell:
    def __init__(self, installation, name, completion):
        if not shutil.which(name):
            raise Skip(f'there is no {name} on this machine')
        self.name = name
        self.completion = installation.path(completion)
        self.folder = installation.scratch / name
        self.folder.mkdir(exist_ok=True)
        self.calls = self.folder / 'calls'
        program = self.folder / 'depmodctl'
        program.write_text(FAKE.format(calls=self.calls))
        program.chmod(0o755)

    def run(self, *command):
        """The lines it prints, without descriptions, and how depmodctl was called."""
        self.calls.write_text('')
        done = subprocess.run([self.name, *command], capture_output=True, text=True, check=False,
                              env={'PATH': '/usr/bin:/bin', 'HOME': str(self.folder)})
        lines = [line.split('\t')[0] for line in (done.stdout + done.stderr).splitlines()]
        return lines, self.calls.read_text().strip() or None


def check_bash(installation):
    bash = Shell(installation, 'bash', '/usr/share/bash-completion/completions/depmodctl')
    for words, *expected in BASH_CASES:
        found = bash.run('-c', BASH, 'bash', bash.folder, bash.completion, 'depmodctl', *words)
        if list(found) != expected:
            yield f'{words}: {found}'


def check_fish(installation):
    fish = Shell(installation, 'fish', '/usr/share/fish/vendor_completions.d/depmodctl.fish')
    for line, *expected in FISH_CASES:
        found = fish.run('-c', FISH, fish.folder, fish.completion, line)
        if list(found) != expected:
            yield f'{line}: {found}'


def check_zsh(installation):
    """It completes on a terminal only, so it is merely read."""
    zsh = Shell(installation, 'zsh', '/usr/share/zsh/site-functions/_depmodctl')
    found, _ = zsh.run('-n', zsh.completion)
    yield from found


TESTS = [
    ('bash proposes verbs, kernels, modules and values', check_bash),
    ('fish does, too', check_fish),
    ('zsh can read its completion', check_zsh),
]
