# SPDX-License-Identifier: LGPL-2.1-or-later
import re
import shutil
import subprocess

from source_tree import Skip

VERSION = 14  # others break lines elsewhere
PLACE = re.compile(r'^([^:\n]+):(\d+):\d+: error: .*clang-format', re.MULTILINE)


def check_format(tree, report):
    program = shutil.which(f'clang-format-{VERSION}') or shutil.which('clang-format')
    if not program:
        raise Skip('there is no clang-format on this machine')
    version = subprocess.run([program, '--version'], capture_output=True, text=True,
                             check=True).stdout
    if f'version {VERSION}.' not in version:
        raise Skip(f'it takes clang-format {VERSION}, this is {version.strip()}')

    process = subprocess.run([program, '--dry-run', '-Werror', '--', *tree.sources()],
                             cwd=tree.root, capture_output=True, text=True, check=False)
    places = {}
    for path, line in PLACE.findall(process.stderr):
        places.setdefault(path, []).append(line)
    for path, lines in places.items():
        report.fault(path, f'clang-format would change {len(lines)} places', lines[0])
    if process.returncode != 0 and not places:
        report.fault('clang-format', process.stderr.strip())


CHECKS = [('C files are formatted', check_format)]
