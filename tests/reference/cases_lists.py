# SPDX-License-Identifier: LGPL-2.1-or-later
"""modules.order, modules.builtin and modules.builtin.modinfo in all their odd forms."""

from case import Case, lines
from module_writer import simple_module

PLAIN = simple_module()
TREE = {f'kernel/{name}.ko': PLAIN for name in ('alpha', 'beta', 'ga-mma', 'delta', 'epsilon')}
IN_HASH_ORDER = lines('kernel/beta.ko:', 'kernel/delta.ko:', 'kernel/ga-mma.ko:',
                      'kernel/alpha.ko:', 'kernel/epsilon.ko:')
ORDER = lines('kernel/epsilon.ko', 'kernel/ga-mma.ko', 'kernel/alpha.ko')
ORDERED = lines('kernel/epsilon.ko:', 'kernel/ga-mma.ko:', 'kernel/alpha.ko:',
                'kernel/beta.ko:', 'kernel/delta.ko:')


def order(name, content, dependencies=None, **fields):
    expected = {'modules.dep': dependencies} if dependencies else {}
    return Case('modules.order ' + name, {**TREE, 'modules.order': content}, expected=expected,
                status=0, **fields)


def builtin(name, content, stderr=None):
    return Case('modules.builtin ' + name, {'modules.builtin': content}, status=0, stderr=stderr)


def modinfo(name, *records, end=b'\0'):
    content = b'\0'.join(records) + end
    return Case('modules.builtin.modinfo ' + name, {'modules.builtin.modinfo': content}, status=0)


def invalid(line):
    return f'depmod: ERROR: Invalid modules.builtin line: {line}\n'


CASES = [
    order('is honoured', ORDER, ORDERED),
    order('is missing', None, IN_HASH_ORDER,
          stderr=lines('depmod: WARNING: could not open modules.order at @/lib/modules/4.4.4: '
                       'No such file or directory')),
    order('is empty', b'', IN_HASH_ORDER, stderr=b''),
    order('lacks the last newline', ORDER[:-1], IN_HASH_ORDER,
          stderr=lines('depmod: ERROR: @/lib/modules/4.4.4/modules.order:3 '
                       "corrupted line misses '\\n'")),
    order('has an overlong line', ORDER + b'x' * 5000 + b'\n', IN_HASH_ORDER),
    order('has a line of 4094 bytes', ORDER + b'x' * 4093 + b'\n', ORDERED),
    order('has a line of 4095 bytes', ORDER + b'x' * 4094 + b'\n', ORDERED),
    order('has a line of 4096 bytes', ORDER + b'x' * 4095 + b'\n', IN_HASH_ORDER),
    order('lists a module twice', ORDER + b'kernel/epsilon.ko\n', ORDERED),
    order('has CRLF', ORDER.replace(b'\n', b'\r\n'), IN_HASH_ORDER),
    order('has a NUL behind a name', ORDER.replace(b'ga-mma.ko\n', b'ga-mma.ko\0\n')),
    order('has a NUL in a name', ORDER.replace(b'ga-mma.ko\n', b'ga\0mma.ko\n')),
    order('begins with a NUL', b'\0\n' + ORDER),
    order('has a line with a NUL first', ORDER.replace(b'kernel/ga', b'\0kernel/ga')),
    order('has comments, blanks and strangers',
          b'#336\n\n # x\nkernel/zeta.ko\n' + ORDER.replace(b'kernel/a', b' kernel/a')),
    order('spells a name with underscore', ORDER.replace(b'ga-mma', b'ga_mma')),

    builtin('is missing', None, stderr=lines(
        'depmod: WARNING: could not open modules.builtin at @/lib/modules/4.4.4: '
        'No such file or directory')),
    builtin('is empty', b'', stderr=b''),
    builtin('has a blank line', b'kernel/a.ko\n\nkernel/b.ko\n', invalid('\n').encode()),
    builtin('has a comment', b'# c\nkernel/a.ko\n', invalid('# c\n').encode()),
    builtin('has a digit first', b'9p.ko\nkernel/9p.ko\n', invalid('9p.ko\n').encode()),
    builtin('has a name without a dot', b'kernel/a\nkernel/b.ko\n'),
    builtin('has a name twice', b'kernel/a.ko\nkernel/b.ko\nkernel/x/a.ko\n'),
    builtin('has a trailing slash', b'kernel/a/\nkernel/b.ko\n'),
    builtin('lacks the last newline', b'kernel/a.ko\nkernel/b.ko'),
    builtin('lacks the last newline behind a name without a dot', b'kernel/a.ko\nkernel/b'),
    builtin('has an overlong line', b'kernel/' + b'x' * 5000 + b'.ko\nkernel/b.ko\n'),
    builtin('has dashes and dots', b'kernel/a-b.c.ko\nkernel/a_b.ko\n'),

    Case('modules.builtin.modinfo is missing', {'modules.builtin.modinfo': None}, status=0,
         expected={'modules.builtin.alias.bin': b''},
         stderr=lines('depmod: WARNING: could not open modules.builtin.modinfo at '
                      '@/lib/modules/4.4.4: No such file or directory')),
    Case('modules.builtin.modinfo is empty', status=0, stderr=b''),
    modinfo('has aliases', b'ext4.license=GPL', b'ext4.alias=fs-ext4', b'ext4.alias=ext3',
            b'ext2.alias=ext3', b'ext-2.alias=a-[b-c]'),
    modinfo('has a record without =', b'a.alias', b'b.alias=swallowed', b'c.alias=kept'),
    modinfo('has a record without a dot', b'alias=x', b'b.alias=kept'),
    modinfo('has an empty value', b'a.alias=', b'b.alias=kept'),
    modinfo('has no last NUL', b'a.alias=kept', b'b.alias=dropped', end=b''),
    modinfo('has an alias twice', b'a.alias=x', b'a.alias=x', b'b.alias=x'),
    modinfo('has unbalanced brackets', b'a.alias=x[', b'a.alias=x]', b'a.alias=[x]'),
    modinfo('has file and other keys', b'a.file=x', b'a.file.alias=x', b'a.aliasx=y'),
    modinfo('has an empty name', b'.alias=x', b'b.alias=kept', b'.c.alias=y', b'..d.alias=z'),
    modinfo('has a dot alone', b'.', b'b.alias=kept', b'c.alias=kept'),
    modinfo('has empty records', b'', b'', b'a.alias=x', b'', b''),
    modinfo('has an overlong value', b'a.alias=' + b'v' * 5000, b'b.alias=kept'),
    modinfo('has an overlong name', b'a' * 5000 + b'.alias=x', b'b.alias=kept'),
    modinfo('has an overlong key', b'a.' + b'k' * 5000 + b'=x', b'b.alias=kept'),
]
