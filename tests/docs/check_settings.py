# SPDX-License-Identifier: LGPL-2.1-or-later
"""Settings and log messages of the daemon: the man pages, what is installed, and the program."""

import re

PAGE = 'depmodd.conf.5'


def tests(documents):
    yield 'depmodd.conf.5 and depmodd.conf have the same settings and defaults', \
        lambda: compare(of_page(documents), of_file(documents), PAGE, 'depmodd.conf')
    yield 'depmodd.conf.5 and the daemon have the same settings and defaults', \
        lambda: compare(of_page(documents), of_daemon(documents), PAGE, 'settings-file.c')
    yield 'depmodd.conf is all comment, but for its section', lambda: check_comments(documents)
    yield 'the fields of log messages are those of log.c', lambda: check_fields(documents)
    yield 'the ids of log messages are those of log.h, and in the catalog', \
        lambda: check_ids(documents)


def compare(first, second, first_name, second_name):
    if not first or not second:
        yield f'no settings in {second_name if first else first_name}'
    for name in sorted(first.keys() | second.keys()):
        if first.get(name) != second.get(name):
            yield (f'{name}: {first.get(name)} in {first_name}, '
                   f'{second.get(name)} in {second_name}')


def of_page(documents):
    text = '\n'.join(documents.pages[PAGE].section('SETTINGS'))
    return dict(re.findall(r'^\*(\w+)=\*_[A-Z]+_\n(?:\t.*\n)*?.*Default:\s+\*([^*]+)\*', text,
                           re.MULTILINE))


def shipped(documents):
    return (documents.root / 'units/depmodd.conf').read_text()


def of_file(documents):
    return dict(re.findall(r'^#(\w+)=(.*)$', shipped(documents), re.MULTILINE))


def of_daemon(documents):
    text = (documents.root / 'daemon/settings-file.c').read_text()
    return dict(re.findall(r'\{ "(\w+)", "(\w+)", take_\w+ \}', text))


def check_comments(documents):
    lines = [line for line in shipped(documents).splitlines()
             if line and not line.startswith('#')]
    if lines != ['[Depmodd]']:
        yield f'it has {lines}'


def messages(documents):
    return documents.pages['depmodd.service.8'].section('MESSAGES')


def check_fields(documents):
    text = (documents.root / 'daemon/log.c').read_text()
    written = {f'{name}=' for name in re.findall(r'"(DEPMODD_\w+|MESSAGE_ID)=', text)}
    described = set(re.findall(r'^\*([A-Z_\\]+=)\*$', '\n'.join(messages(documents)),
                               re.MULTILINE))
    described = {name.replace('\\', '') for name in described}
    if written != described:
        yield f'{sorted(described)} in depmodd.service.8, {sorted(written)} in log.c'


def check_ids(documents):
    header = set(re.findall(r'#define LOG_ID_\w+ "([0-9a-f]{32})"',
                            (documents.root / 'daemon/log.h').read_text()))
    catalog = set(re.findall(r'^-- ([0-9a-f]{32})$',
                             (documents.root / 'units/systemd/depmodd.catalog').read_text(),
                             re.MULTILINE))
    described = set(re.findall(r'^\*([0-9a-f]{32})\*$', '\n'.join(messages(documents)),
                               re.MULTILINE))
    if not header or not header == catalog == described:
        yield f'log.h: {sorted(header)}'
        yield f'catalog: {sorted(catalog)}'
        yield f'depmodd.service.8: {sorted(described)}'
