# SPDX-License-Identifier: LGPL-2.1-or-later
"""Files as a whole: where they lie, what they are called, their licence line."""

import re
from pathlib import PurePosixPath

import c_code

TOP_LEVEL = {'daemon', 'common', 'client', 'units', 'tests', 'CMakeLists.txt', 'README.md'}

LICENCE = 'SPDX-License-Identifier: LGPL-2.1-or-later'
LICENCE_LINES = 3

# Bytes that are compared or fed to a program, and a language without comments.
WITHOUT_LICENCE = ('tests/fuzz/corpus/', 'tests/reference/golden/', 'tests/golden/')
WITHOUT_COMMENTS = ('.json',)

# Words that name nothing.
FILE_WORDS = {'util', 'utils', 'helper', 'helpers', 'misc', 'common', 'stuff', 'tools', 'internal',
              'tmp', 'ctx', 'info', 'data'}
TYPE_WORDS = {'Util', 'Utils', 'Helper', 'Misc', 'Common', 'Data', 'Info', 'Handle', 'Process',
              'Ctx', 'Context', 'Tmp', 'Flag', 'Flags', 'Internal', 'Struct', 'Type'}
TYPE = re.compile(r'\b(?:struct|enum|union)\s+([A-Z]\w*)\s*\{|^\}\s*([A-Z]\w*);|'
                  r'^typedef\s[^{;]*?\b([A-Z]\w*);', re.MULTILINE)


def check_licence(tree, report):
    for path in tree.paths:
        if path.startswith(WITHOUT_LICENCE) or path.endswith(WITHOUT_COMMENTS) \
                or tree.is_binary(path):
            continue
        head = tree.content(path).decode(errors='replace').split('\n')[:LICENCE_LINES]
        if not any(LICENCE in line for line in head):
            report.fault(path, f'no {LICENCE} in its first {LICENCE_LINES} lines')


def check_top_level(tree, report):
    for name in sorted({path.split('/')[0] for path in tree.paths}):
        if name not in TOP_LEVEL and not name.startswith('.'):
            report.fault(name, 'does not belong to the top level')


def check_file_names(tree, report):
    for path in tree.paths:
        parts = PurePosixPath(path).parts
        for part in parts[1:] if parts[0] == 'common' else parts:
            for word in sorted(set(re.split(r'[-_.]', part)) & FILE_WORDS):
                report.fault(path, f'"{word}" names nothing')


def check_type_names(tree, report):
    for path in tree.sources():
        for match in TYPE.finditer(c_code.bare(tree.text(path))):
            name = next(filter(None, match.groups()))
            for word in sorted(set(re.findall(r'[A-Z][a-z0-9]*', name)) & TYPE_WORDS):
                report.fault(path, f'"{word}" in {name} names nothing')


CHECKS = [
    ('every text file says its licence', check_licence),
    ('the top level holds what it should', check_top_level),
    ('file names name something', check_file_names),
    ('type names name something', check_type_names),
]
