# SPDX-License-Identifier: LGPL-2.1-or-later
"""The options of a command are the same in --help, in the man page and in the program."""

import option


def tests(documents):
    for command in documents.commands:
        yield (f'{command.name}: --help and {command.page} have the same options',
               lambda it=command: compare_page(documents, it))
        yield (f'{command.name}: --help mentions no other options',
               lambda it=command: check_help_mentions(documents, it))
        if command.source:
            yield (f'{command.name}: --help has what is accepted',
                   lambda it=command: compare_source(documents, it))
    for page in documents.pages.values():
        yield (f'{page.name} mentions no other options',
               lambda it=page: check_mentions(documents, it))
    yield 'every table of options is compared', lambda: check_sources(documents)


def compare_page(documents, command):
    documented = documents.pages[command.page].options(command.section)
    shown = option.of_help(documents.help(command))
    for missing in sorted(map(str, shown - documented)):
        yield f'not in {command.page}: {missing}'
    for missing in sorted(map(str, documented - shown)):
        yield f'not in --help: {missing}'
    if not shown:
        yield '--help has no options'


def compare_source(documents, command):
    accepted, faults = option.of_source((documents.root / command.source).read_text())
    shown = option.of_help(documents.help(command))
    yield from faults
    if not accepted:
        yield f'found no table in {command.source}'
    for one in accepted:
        line = next((other for other in shown if one.names <= other.names), None)
        names = ', '.join(sorted(one.names))
        if not line:
            yield f'not in one line of --help: {names}'
        elif bool(line.argument) != one.takes_argument:
            yield f'{"takes" if one.takes_argument else "takes no"} argument: {names}'
    for name in sorted(names_of(shown) - names_of(accepted)):
        yield f'is not accepted: {name}'


def check_help_mentions(documents, command):
    text = documents.help(command)
    for name in sorted(set(option.MENTION.findall(text)) - names_of(option.of_help(text))):
        yield name


def check_mentions(documents, page):
    of_page = [command for command in documents.commands if command.page == page.name]
    known = {name for command in of_page or documents.commands
             for name in names_of(option.of_help(documents.help(command)))}
    yield from sorted(page.mentioned_options() - known)


def check_sources(documents):
    compared = {command.source for command in documents.commands}
    for path in sorted([*(documents.root / 'client').rglob('*.c'),
                        *(documents.root / 'daemon').rglob('*.c')]):
        name = str(path.relative_to(documents.root))
        if 'getopt_long(' in path.read_text() and name not in compared:
            yield f'{name} is not'


def names_of(options):
    return {name for one in options for name in one.names}
