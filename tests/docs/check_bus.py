# SPDX-License-Identifier: LGPL-2.1-or-later
"""io.github.depmodd.Depmod1(5) describes what units/dbus and common/wire say, and nothing else."""

import re
import xml.etree.ElementTree as ElementTree

PAGE = 'io.github.depmodd.Depmod1.5'
PARTS = {'Manager': 'manager', 'Kernel': 'kernel'}

CHANGES = {'const': 'constant', 'true': 'announced', 'false': 'not announced'}
CHANGES_KEY = 'org.freedesktop.DBus.Property.EmitsChangedSignal'


def tests(documents):
    for interface, noun in PARTS.items():
        for title, describe in (('Methods', methods), ('Properties', properties),
                                ('Signals', signals)):
            yield (f'{title.lower()} of {interface} are described as in the XML',
                   lambda it=(interface, f'{title} of the {noun}' if noun == 'manager'
                              else f'{title} of a {noun}', describe): check(documents, *it))
    yield 'flags and edges are those of wire.h', lambda: check_numbers(documents)
    yield 'errors are those of wire.h', lambda: check_errors(documents)
    yield 'polkit\'s actions are those of wire.h, in the page and in the policy', \
        lambda: check_actions(documents)
    yield 'codes of problems are those of problem.c', lambda: check_problems(documents)
    yield 'fields of modules are those of the daemon', lambda: check_fields(documents)
    yield 'statistics are those of the daemon', lambda: check_statistics(documents)


def check(documents, interface, title, describe):
    path = documents.root / f'units/dbus/io.github.depmodd.Depmod1.{interface}.xml'
    expected = set(describe(ElementTree.parse(path).getroot().find('interface')))
    described = set(terms(documents, title))
    yield from compare(expected, described, title)


def compare(expected, described, where):
    for term in sorted(expected - described):
        yield f'not in {where}: {term}'
    for term in sorted(described - expected):
        yield f'{where} has too much: {term}'
    if not expected:
        yield f'there is nothing to compare {where} with'


def terms(documents, title):
    """What stands at the left margin: what the indented lines below it are about."""
    term = ''
    for line in [*documents.pages[PAGE].section(title), '']:
        if line and not line.startswith('\t'):
            term += (' ' if term else '') + line
        elif term:
            if line.startswith('\t'):
                yield term
            term = ''


def arguments(node, with_direction):
    return ', '.join((f'{one.get("direction")} ' if with_direction else '') +
                     f'{one.get("type")} _{one.get("name")}_' for one in node.iter('arg'))


def methods(interface):
    return [f'*{node.get("name")}*({arguments(node, True)})' for node in interface.iter('method')]


def signals(interface):
    return [f'*{node.get("name")}*({arguments(node, False)})' for node in interface.iter('signal')]


def properties(interface):
    for node in interface.iter('property'):
        changes = {one.get('name'): one.get('value') for one in node.iter('annotation')}
        yield (f'*{node.get("name")}* ({node.get("type")}, '
               f'{CHANGES[changes.get(CHANGES_KEY, "true")]})')


def wire(documents):
    return (documents.root / 'common/wire/wire.h').read_text()


def check_numbers(documents):
    numbers = {name: 1 << int(bit) for name, bit in
               re.findall(r'#define DEPMOD1_(\w+) \(UINT\d\d_C\(1\) << (\d+)\)', wire(documents))}
    expected = {f'{name} {number}' for name, number in numbers.items()}
    described = {f'{name} {number}' for title in ('FLAGS', 'EDGES')
                 for term in terms(documents, title)
                 for name, number in re.findall(r'\*(\w+)\* \((\d+)\)', term)}
    yield from compare(expected, described, PAGE)


def strings(documents, prefix):
    return {'io.github.depmodd.Depmod1' + rest for rest in
            re.findall(rf'#define DEPMOD1_{prefix}_\w+ DEPMOD1_NAME "([^"]+)"', wire(documents))} \
        | set(re.findall(rf'#define DEPMOD1_{prefix}_\w+ "([^"]+)"', wire(documents)))


def bold(documents, title):
    return {name for term in terms(documents, title) for name in re.findall(r'\*([^*]+)\*', term)}


def check_errors(documents):
    yield from compare(strings(documents, 'ERROR'), bold(documents, 'ERRORS'), 'ERRORS')


def check_actions(documents):
    expected = strings(documents, 'ACTION')
    yield from compare(expected, bold(documents, 'AUTHORISATION'), 'AUTHORISATION')
    policy = ElementTree.parse(
        documents.root / 'units/polkit/io.github.depmodd.depmod1.policy').getroot()
    yield from compare(expected, {action.get('id') for action in policy.iter('action')},
                       'the policy')


def check_problems(documents):
    text = (documents.root / 'common/problem/problem.c').read_text()
    expected = set(re.findall(r'\[PROBLEM_\w+\] = \{ PROBLEM_\w+, "([\w-]+)" \}', text))
    yield from compare(expected, bold(documents, 'PROBLEMS'), 'PROBLEMS')


def check_fields(documents):
    expected = {key for name in ('answers-module.c', 'module-properties.c') for key in
                re.findall(r'"([A-Z]\w+)"', (documents.root / 'daemon' / name).read_text())}
    yield from compare(expected, bold(documents, 'FIELDS OF A MODULE'), 'FIELDS OF A MODULE')


def check_statistics(documents):
    path = documents.root / 'daemon/bus-manager.c'
    expected = set(re.findall(r'^ *\{ "(\w+)", ', path.read_text(), re.MULTILINE))
    yield from compare(expected, bold(documents, 'STATISTICS'), 'STATISTICS')
