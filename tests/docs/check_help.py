# SPDX-License-Identifier: LGPL-2.1-or-later
"""What --help prints, as such."""

COLUMNS = 80


def tests(documents):
    for command in documents.commands:
        yield f'{command.name} --help is fit to be read', lambda it=command: check(documents, it)
        yield f'{command.name} -h is the same', lambda it=command: check_short(documents, it)
    yield 'depmodctl help is the same as --help', lambda: check_verb(documents)


def check(documents, command):
    shown = documents.run(*command.words, '--help')
    if shown.returncode != 0:
        yield f'exit status {shown.returncode}'
    if shown.stderr:
        yield f'said on standard error: {shown.stderr}'
    if not shown.stdout.endswith('\n'):
        yield 'there is no text that ends in a newline'
    for line in shown.stdout.splitlines():
        if len(line) > COLUMNS:
            yield f'{len(line)} columns: {line}'
        if line != line.rstrip() or '\t' in line:
            yield f'tabulators, or blanks at the end: {line}'


def check_short(documents, command):
    yield from compare(documents, (*command.words, '-h'), (*command.words, '--help'))


def check_verb(documents):
    yield from compare(documents, ('depmodctl', 'help'), ('depmodctl', '--help'))
    for command in documents.commands:
        if command.words[0] == 'depmodctl' and len(command.words) > 1:
            yield from compare(documents, ('depmodctl', 'help', *command.words[1:]),
                               (*command.words, '--help'))


def compare(documents, *calls):
    first, second = [(shown.returncode, shown.stdout, shown.stderr)
                     for shown in (documents.run(*words) for words in calls)]
    if first != second:
        yield f'{" ".join(calls[0])}: {first}'
        yield f'{" ".join(calls[1])}: {second}'
