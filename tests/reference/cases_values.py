# SPDX-License-Identifier: LGPL-2.1-or-later
"""What modules say of themselves: aliases, soft and weak dependencies, device nodes."""

from case import Case, lines
from module_writer import ModuleImage, simple_module

HEADER = '# Aliases extracted from modules themselves.'


def saying(*strings):
    return ModuleImage(modinfo=[string if isinstance(string, bytes) else string.encode()
                                for string in strings]).to_bytes()


def alias(name, *values, **fields):
    strings = [b'alias=' + (value if isinstance(value, bytes) else value.encode())
               for value in values]
    return Case('alias ' + name, {'kernel/a.ko': saying(*strings)}, **{'status': 0, **fields})


def devname(name, *aliases, expected=b''):
    content = saying(*['alias=' + text for text in aliases])
    if expected:
        expected = lines('# Device nodes to trigger on-demand module loading.') + expected
    return Case('devname ' + name, {'kernel/dev-mod.ko': content}, status=0,
                expected={'modules.devname': expected})


CASES = [
    Case('alias without =', {'kernel/a.ko': saying('alias')}, status=0,
         expected={'modules.alias': lines(HEADER, 'alias  a')}),
    alias('empty', '', expected={'modules.alias': lines(HEADER, 'alias  a')}),
    alias('with == ', '=x', '==', 'a=b'),
    alias('with blanks', 'a b', ' a', 'a ', '\t'),
    alias('with a bracket that is not closed', 'x[a', 'y', stderr=lines(
        'depmod: WARNING: Unmatched bracket in x[a')),
    alias('with a bracket that is not opened', 'xa]', 'y', stderr=lines(
        'depmod: WARNING: Unmatched bracket in xa]')),
    alias('with brackets in brackets', '[[a-b]c-d', '[a]]', '[]', '[[]]'),
    alias('of 4200 bytes', 'a-' * 2100, 'a-' * 2100 + 'b'),
    alias('around 4095 bytes', *['l' * size for size in (4094, 4095, 4096)]),
    alias('normalised', 'test[abcfoobar]2211', 'bar[aaa][bbbb]sss', 'kmod[p.b]lib',
          '[az]1234[AZ]', 'a-b[c-d]e-f'),
    alias('twice', 'x', 'x', 'y', 'x', arguments=('-w',)),
    alias('with control characters', '\x01', 'a\x7fb', 'line\nbreak'),
    alias('that is the prefix of another', 'a', 'ab', 'abc', 'abd', 'b', ''),
    Case('alias of several modules', {
        f'kernel/{name}.ko': saying('alias=x', 'alias=y-' + name) for name in 'abc'}),

    Case('softdep and weakdep', {
        'kernel/a.ko': saying('softdep=pre: b-c post: d', 'softdep=', 'weakdep=x', 'weakdep'),
        'kernel/b.ko': saying('weakdep=a-b c', 'softdep= x ', 'softdepx=y')}, status=0),
    Case('softdep that is not ASCII', {'kernel/a.ko': saying(b'softdep=pre: \xc3\xa4 \xff')},
         status=0),
    Case('modinfo with NULs', {'kernel/a.ko': saying('', '', 'alias=x', '', 'alias=y', '')}),
    Case('modinfo keys must match exactly', {
        'kernel/a.ko': saying('Alias=1', ' alias=2', 'aliases=3', 'alias =4', 'alias=5')}),

    devname('with numbers', 'devname:fuse', 'char-major-10-229', expected=lines(
        'dev_mod fuse c10:229')),
    devname('behind numbers', 'block-major-7-237', 'devname:loop-control', expected=lines(
        'dev_mod loop-control b7:237')),
    devname('without numbers', 'devname:x', 'char-major-10-*'),
    devname('with a wildcard', 'block-major-8-*', 'devname:sd'),
    devname('twice', 'devname:a', 'devname:b', 'char-major-1-2', 'devname:c', expected=lines(
        'dev_mod b c1:2')),
    devname('with numbers twice', 'char-major-1-2', 'block-major-3-4', 'devname:a',
            'char-major-5-6', expected=lines('dev_mod a b3:4')),
    devname('empty', 'devname:', 'char-major-1-2', expected=lines('dev_mod  c1:2')),
    devname('with a blank', 'devname:a b', 'char-major-1-2', expected=lines('dev_mod a b c1:2')),
    devname('with signs and blanks', 'devname:a', 'char-major- 7- +8x', expected=lines(
        'dev_mod a c7:8')),
    devname('with wrapping numbers', 'devname:a', 'char-major--1-4294967296', expected=lines(
        'dev_mod a c4294967295:0')),
    devname('not in the exact spelling', 'Devname:a', 'devname', 'char-major-1-2'),
    Case('devname of two modules', {
        'kernel/z.ko': saying('alias=devname:z', 'alias=char-major-1-1'),
        'kernel/a.ko': saying('alias=devname:a', 'alias=char-major-1-2'),
        'modules.order': lines('kernel/z.ko', 'kernel/a.ko')}),
    Case('symbol names of any length', {'kernel/a.ko': simple_module(
        exports=['s' * size for size in (1, 55, 56, 57, 1016, 1017, 3000)])}),
]
