# SPDX-License-Identifier: LGPL-2.1-or-later
import os
import re
import stat
import xml.etree.ElementTree as ElementTree


def check_list(installation):
    expected = set()
    for line in (installation.source / 'tests/units/installed-files').read_text().splitlines():
        if line and not line.startswith('#'):
            expected.add(tuple(line.split(' ', 1)))
    found = set(files(installation))
    for mode, path in sorted(expected - found):
        yield f'not there: {mode} {path}'
    for mode, path in sorted(found - expected):
        yield f'not in the list: {mode} {path}'


def files(installation):
    for path in sorted(installation.root.rglob('*')):
        name = '/' + str(path.relative_to(installation.root))
        if name.startswith('/lib/'):
            name = '/usr' + name
        if path.is_symlink():
            yield 'link', name
        elif path.is_file():
            yield f'{stat.S_IMODE(path.stat().st_mode):04o}', name


def check_link(installation):
    link = installation.path('/usr/sbin/depmod')
    if link.resolve() != installation.path('/usr/bin/depmodctl'):
        yield f'depmod leads to {os.readlink(link)}'


def check_substitution(installation):
    """Every path of a program in a file is one that is installed."""
    for mode, name in files(installation):
        if mode == 'link' or name.startswith(('/usr/bin/', '/usr/share/man/')) \
                or name == '/usr/libexec/depmodd':
            continue
        text = installation.path(name).read_text()
        for left in re.findall(r'@(?:CMAKE|DEPMODD)_\w*(?:DIR|PREFIX)@', text):
            yield f'{name}: {left}'
        for program in re.findall(r'(?<![\w.-])/usr/(?:s?bin|libexec)/depmod[\w-]*', text):
            if program != '/usr/sbin/depmod' and not installation.path(program).exists():
                yield f'{name}: there is no {program}'


def check_xml(installation):
    n_files = 0
    for mode, name in files(installation):
        if name.endswith(('.xml', '.policy')) or '/dbus-1/system.d/' in name:
            n_files += 1
            try:
                ElementTree.parse(installation.path(name))
            except ElementTree.ParseError as error:
                yield f'{name}: {error}'
    if n_files != 4:
        yield f'{n_files} files'


TESTS = [
    ('all files are where they are expected, and no others', check_list),
    ('depmod is a link to depmodctl', check_link),
    ('files name programs that are installed', check_substitution),
    ('policies and interfaces are XML', check_xml),
]
