# SPDX-License-Identifier: LGPL-2.1-or-later
"""The man pages as such, and the verbs in them."""

import os
import re
import shutil
import subprocess

from documents import Skip

COLUMNS = 80

FORMATTERS = [
    ['man', '--warnings', '-E', 'UTF-8', '-l'],
    ['groff', '-man', '-ww', '-z', '-Kutf8', '-Tutf8'],
    ['mandoc', '-T', 'lint', '-W', 'error'],
]


def tests(documents):
    for page in documents.pages.values():
        yield f'{page.name} is formatted without warnings', lambda it=page: check(documents, it)
    yield 'verbs have a heading and a line of synopsis', lambda: check_verbs(documents)
    yield 'verbs with options are compared', lambda: check_compared(documents)


def check(documents, page):
    path = documents.build / 'units/man' / page.name
    if not path.exists():
        raise Skip(f'there is no {path}')
    formatter = next((words for words in FORMATTERS if shutil.which(words[0])), None)
    if not formatter:
        raise Skip('there is neither man nor groff nor mandoc on this machine')

    environment = {**os.environ, 'LC_ALL': 'C.UTF-8', 'MANROFFSEQ': '', 'MANWIDTH': str(COLUMNS)}
    formatted = subprocess.run([*formatter, path], env=environment, capture_output=True, text=True,
                               check=False)
    yield from formatted.stderr.splitlines()
    if formatted.returncode != 0:
        yield f'exit status {formatted.returncode} of {formatter[0]}: {formatted.stdout}'
    for line in formatted.stdout.splitlines():
        if len(line) > COLUMNS:
            yield f'{len(line)} columns: {line}'


def check_verbs(documents):
    page = documents.pages['depmodctl.1']
    synopsis = [re.sub(r'[*_]|\+\+$', '', line) for line in page.section('SYNOPSIS')]
    for verb in documents.verbs():
        if ' '.join(verb) not in page.headings():
            yield f'no heading "{" ".join(verb)}"'
        if 'depmodctl ' + ' '.join(verb) not in synopsis:
            yield f'no synopsis "depmodctl {" ".join(verb)}"'
    if not documents.verbs():
        yield 'depmodctl --help has no verbs'


def check_compared(documents):
    compared = {command.words[1] for command in documents.commands if len(command.words) > 1}
    for verb, *arguments in documents.verbs():
        if '[OPTIONS]' in ' '.join(arguments) and verb not in compared:
            yield f'{verb} is not'
