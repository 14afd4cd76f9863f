#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Makes the tour in the README: some questions about Debian's kernels, and what is answered.

    tour.py --depmodctl PATH

prints it. A test compares it with what the README shows.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'support'))

from references import fetch_kernel  # noqa: E402

README = Path(__file__).resolve().parents[2] / 'README.md'
BEGIN, END = '<!-- The tour: tests/client/tour.py -->\n', '<!-- Its end -->\n'
COLUMNS = 108

# The newest would be another one soon, with other answers.
KERNEL = '6.1.0-56'

COMMANDS = (
    f'check -k {KERNEL}-cloud-amd64 {KERNEL}-amd64/kernel/drivers/net/ethernet/intel/e1000e/e1000e.ko',
    'why xfs crc32c_generic',
    'resolve --firmware e100',
    'state xfs crc32_pclmul unix nosuch',
    f'diff-kernels {KERNEL}-amd64 {KERNEL}-cloud-amd64 | grep -e "^CHANGE *MODULE" -e "^builtin ext4"',
)


def make_root(root):
    """Both kernels, in one root. Returns the version of the first one."""
    trees = [fetch_kernel('bookworm', f'{KERNEL}-{flavour}') for flavour in ('amd64', 'cloud-amd64')]
    modules = root / 'lib/modules'
    modules.mkdir(parents=True)
    for tree in trees:
        (modules / tree.version).symlink_to(tree.directory)
    return trees[0].version


def run(command, depmodctl, root, version):
    """What a shell prints in the folder of the kernels."""
    script = f'depmodctl() {{ "$DEPMODCTL" "$@"; }}; depmodctl {command}'
    environment = {'PATH': os.environ['PATH'], 'LC_ALL': 'C.UTF-8', 'COLUMNS': str(COLUMNS),
                   'DEPMODCTL': str(root / 'depmodctl')}
    kernel = '' if ' -k ' in f' {command} ' or command.startswith('diff-kernels') \
        else f'--kernel={version}'
    wrapper = root / 'depmodctl'
    wrapper.write_text(f'#!/bin/sh\nexec {depmodctl} --root={root} {kernel} "$@"\n')
    wrapper.chmod(0o755)
    process = subprocess.run(['sh', '-c', script], cwd=root / 'lib/modules', env=environment, text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, timeout=60)
    return process.stdout


def render(depmodctl):
    text = ''
    with tempfile.TemporaryDirectory(prefix='depmodd-tour-') as folder:
        root = Path(folder)
        version = make_root(root)
        for command in COMMANDS:
            output = run(command, depmodctl, root, version)
            lines = ''.join(f'    {line}'.rstrip() + '\n' for line in output.splitlines())
            text += f'    $ depmodctl {command}\n{lines}\n'
    return text


def shown():
    """What the README has between the two marks."""
    text = README.read_text()
    return text[text.index(BEGIN) + len(BEGIN):text.index(END)].strip('\n') + '\n'


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--depmodctl', type=Path, required=True)
    print(render(parser.parse_args().depmodctl.resolve()), end='')


if __name__ == '__main__':
    main()
