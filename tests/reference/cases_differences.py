# SPDX-License-Identifier: LGPL-2.1-or-later
"""Where ours differs from kmod on purpose. The expectations are our own.

kmod aborts on some modules and some cycles or never ends, follows folder links round and round,
lets the order of a listing choose a module, and dies on bytes that an index cannot hold.
"""

import index_file
from case import VERSION, Case, lines
from depmod_run import OUTPUTS
from difference import DIRECTORY, PLAIN, Difference, index
from module_writer import ModuleImage, simple_module
from tree import Link, Tree


def cycle(name, needs, count):
    """needs: {module: its needs}, count: modules that lie on cycles."""
    def test(depmod, base):
        tree = Tree()
        for module, wanted in needs.items():
            tree.file(f'{DIRECTORY}/kernel/{module}.ko', simple_module(
                exports=['of_' + module], imports=['of_' + letter for letter in wanted]))
        tree.build(base)
        result = index(depmod, base)
        differences = [f'{output} was written' for output in result.files]
        if result.status != 1:
            differences.append(f'exit status: {result.status} instead of 1')
        wanted = f'depmod: ERROR: Found {count} modules in dependency cycles!\n'.encode()
        if not result.stderr.endswith(wanted) or b'Cycle detected: ' not in result.stderr:
            differences.append(f'said {result.stderr}')
        return differences

    return Difference('cycles end: ' + name, test)


def first_by_path(name, winner, *paths):
    """Made in both orders, because some file systems list what is newest first."""
    def test(depmod, base):
        differences = []
        for turn, ordered in enumerate((sorted(paths), sorted(paths, reverse=True))):
            root = base / str(turn)
            for path in ordered:
                (root / DIRECTORY / path).parent.mkdir(parents=True, exist_ok=True)
                (root / DIRECTORY / path).write_bytes(PLAIN)
            result = index(depmod, root)
            if result.files.get('modules.dep', (0, b''))[1] != winner.encode() + b':\n':
                differences.append(f'{ordered[0]} made first: {result.files.get("modules.dep")}')
        return differences

    return Difference('equal rank, first by path: ' + name, test)


def not_ascii(name, entries, output, kept, lost):
    """The text keeps what the index cannot hold; all other keys are in the index."""
    def test(depmod, base):
        tree = Tree()
        for path, content in entries.items():
            tree.file(f'{DIRECTORY}/{path}', content)
        tree.build(base)
        result = index(depmod, base)
        if result.status != 0 or set(result.files) < set(OUTPUTS):
            return [f'exit status {result.status}, {sorted(result.files)}, {result.stderr}']
        root = index_file.decode(result.content(output + '.bin'))
        keys = {key for key, _, _ in index_file.entries(root)}
        differences = [f'keys of the index: {keys}'] if keys != kept else []
        if b'depmod: ERROR: ' not in result.stderr:
            differences.append(f'no error was told: {result.stderr}')
        if output in result.files and lost not in result.content(output):
            differences.append(f'the text lacks {lost}')
        return differences

    return Difference('not ASCII: ' + name, test)


def no_section_names(number):
    def damage(writer):
        writer.header['shstrndx'] = number

    content = ModuleImage(modinfo=[b'alias=x'], damage=damage).to_bytes()
    return Case(f'section name table {number}', {'kernel/a.ko': content, 'kernel/b.ko': PLAIN},
                status=0, expected={'modules.dep': lines('kernel/b.ko:', 'kernel/a.ko:')},
                stderr=lines('depmod: ERROR: failed to load symbols from '
                             f'@/lib/modules/{VERSION}/kernel/a.ko: Invalid argument'),
                why_not_reference='kmod aborts')


def folder_loop(name, links, *paths):
    return Case(f'folder links in a loop: {name}', {
        'kernel/a.ko': PLAIN, 'kernel/deep/b.ko': PLAIN,
        **{path: Link(target) for path, target in links.items()}}, status=0,
        expected={'modules.dep': lines(*[path + ':' for path in paths])},
        why_not_reference='kmod goes round until it has no descriptors left')


UMLAUT = 'kernel/\N{LATIN SMALL LETTER A WITH DIAERESIS}.ko'

CASES = [
    cycle('of one', {'a': 'a'}, 1),
    cycle('two of two', {'a': 'b', 'b': 'a', 'c': 'd', 'd': 'c'}, 4),
    cycle('figure eight', {'a': 'b', 'b': 'ac', 'c': 'b'}, 3),
    cycle('one behind the other', {'a': 'b', 'b': 'ac', 'c': 'd', 'd': 'c'}, 4),
    cycle('all with all', {letter: 'abcdefgh' for letter in 'abcdefgh'}, 8),
    cycle('of many', {f'm{number}': [f'm{(number + 1) % 500}'] for number in range(500)}, 500),

    no_section_names(0),
    no_section_names(99),
    folder_loop('to itself', {'kernel/loop': '.'}, 'kernel/deep/b.ko', 'kernel/a.ko'),
    folder_loop('to the top', {'kernel/deep/loop': '../..'}, 'kernel/deep/b.ko', 'kernel/a.ko'),

    first_by_path('two folders', 'kernel/a/x.ko', 'kernel/a/x.ko', 'kernel/b/x.ko'),
    first_by_path('two endings', 'kernel/x.ko', 'kernel/x.ko', 'kernel/x.ko.xz'),
    first_by_path('dash and underscore', 'kernel/a-b.ko', 'kernel/a-b.ko', 'kernel/a_b.ko'),
    first_by_path('under one searched folder', 'updates/x.ko', 'updates/x.ko', 'updates/x.ko.xz'),
    first_by_path('two folders under a searched one', 'updates/a/x.ko', 'updates/a/x.ko',
                  'updates/b/x.ko', 'kernel/x.ko'),

    not_ascii('alias', {'kernel/a.ko': ModuleImage(
        modinfo=[b'alias=\xc3\xa4-b', b'alias=good', b'alias=x\xff']).to_bytes()},
        'modules.alias', {b'good'}, b'alias \xc3\xa4-b a\n'),
    not_ascii('module name', {UMLAUT: PLAIN, 'kernel/b.ko': PLAIN},
              'modules.dep', {b'b'}, UMLAUT.encode() + b':\n'),
    not_ascii('folder', {UMLAUT + '/x.ko': PLAIN, 'kernel/b.ko': PLAIN},
              'modules.dep', {b'b'}, UMLAUT.encode() + b'/x.ko:\n'),
    not_ascii('symbol', {'kernel/a.ko': simple_module(exports=['f\N{DEGREE SIGN}', 'good'])},
              'modules.symbols', {b'symbol:good'}, b'alias symbol:f\xc2\xb0 a\n'),
    not_ascii('builtin module', {'modules.builtin': b'kernel/a\xc3\xa4.ko\nkernel/b.ko\n'},
              'modules.builtin', {b'b'}, b'a\xc3\xa4'),
    not_ascii('alias of a builtin module', {
        'modules.builtin.modinfo': b'a.alias=\xc3\xa4\0a.alias=good\0'},
        'modules.builtin.alias', {b'good'}, b''),
]
