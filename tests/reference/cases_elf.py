# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is read of a module file, and what happens when it cannot be read."""

import random

from case import Case, lines
from elf_writer import STB_LOCAL, STT_REGISTER
from module_flaws import FLAWS
from module_writer import (CRC_ABSOLUTE, CRC_IN_SECTION, CRC_UNDEFINED, NO_CRC, Export, Import,
                           ModuleImage, compress_gzip, compress_xz, compress_zstd, simple_module)

USER = simple_module(imports=['shared'])
OWNER = simple_module(exports=['shared'])
USES = {'modules.dep': lines('kernel/owner.ko:', 'kernel/user.ko: kernel/owner.ko')}
UNUSED = {'modules.dep': lines('kernel/owner.ko:', 'kernel/user.ko:')}
ORDER = {'modules.order': lines('kernel/owner.ko', 'kernel/user.ko')}


def pair(name, owner=OWNER, user=USER, expected=None, **fields):
    """One module that exports `shared` and one that needs it."""
    entries = {'kernel/owner.ko': owner, 'kernel/user.ko': user, **ORDER}
    return Case(name, entries, status=0, expected=expected or {}, **fields)


def exporting(form, crc=0x11223344, **fields):
    return ModuleImage(exports=[Export(b'shared', crc, form)], **fields).to_bytes()


def platform_mix():
    entries = {}
    for name, bits, order, machine in (('be32', 32, '>', 20), ('le32', 32, '<', 40),
                                       ('be64', 64, '>', 22), ('le64', 64, '<', 62)):
        entries[f'kernel/{name}-owner.ko'] = ModuleImage(
            bits, order, machine, exports=[Export(b'of_' + name.encode(), 0x01020304)]).to_bytes()
        entries[f'kernel/{name}-user.ko'] = ModuleImage(
            bits, order, machine, imports=[Import(b'of_le64'), Import(b'of_be32')],
            versions=[(0x01020304, b'of_le64'), (0x04030201, b'of_be32'), (1, b'of_be64')],
            modinfo=[b'alias=' + name.encode()]).to_bytes()
    return entries


def crc_case(name, form):
    """With -E the CRC becomes visible: a symbol of the kernel that a module exports anew."""
    entries = {'kernel/owner.ko': exporting(form), **ORDER, '/symvers': lines(
        '0x00000001\tother\tvmlinux\tEXPORT_SYMBOL')}
    for crc, user in ((0x11223344, 'right'), (0x11223345, 'wrong'), (0, 'without')):
        entries[f'kernel/{user}.ko'] = ModuleImage(
            imports=[Import(b'shared')], versions=[(crc, b'shared')] if crc else []).to_bytes()
    return Case(name, entries, ('-e', '-E', '@/symvers'), status=0)


def strings(name, content, expected):
    image = ModuleImage(ksymtab_strings=content)
    return pair(f'__ksymtab_strings {name}', image.to_bytes(), expected=expected)


def unreadable(name, content, **fields):
    return pair(f'unreadable: {name}', owner=content, expected=UNUSED, **fields)


def flaw_case(name):
    image = ModuleImage(exports=[Export(b'shared', 1)], imports=[Import(b'of_flawed')],
                        versions=[(1, b'of_flawed'), (2, b'module_layout')],
                        modinfo=[b'alias=flawed', b'softdep=pre: x'])
    other = simple_module(exports=['of_flawed'])
    content = FLAWS[name](random.Random(name), image)
    return Case(f'flaw: {name}', {'kernel/flawed.ko': content, 'kernel/other.ko': other,
                                  'kernel/user.ko': USER}, status=0)


def symbols_of_machine(name, machine, bits):
    wanted = [Import(b'shared', kind=STT_REGISTER), Import(b'other')]
    user = ModuleImage(bits, '>', machine, imports=wanted).to_bytes()
    return pair(f'register symbol on {name}', user=user)


XZ, ZSTD = compress_xz(OWNER), compress_zstd([OWNER])[0]
HALVES = compress_xz(OWNER[:300]) + compress_xz(OWNER[300:])
FRAMES = b''.join(compress_zstd([OWNER[:300], OWNER[300:]]))


def zstd_without_size(content):
    """Raw blocks in a frame that does not tell its content's size, as a pipe makes it."""
    header = b'\x28\xb5\x2f\xfd' + bytes([0, 0x58])
    return header + ((len(content) << 3) | 1).to_bytes(3, 'little') + content


CASES = [
    Case('classes and byte orders mixed', platform_mix(), ('-e', '-E', '/dev/null'), status=0),
    Case('two exporters, the last in order owns', {
        'kernel/a.ko': OWNER, 'kernel/b.ko': OWNER, 'kernel/user.ko': USER,
        'modules.order': lines('kernel/b.ko', 'kernel/a.ko', 'kernel/user.ko')},
        expected={'modules.dep': lines('kernel/b.ko:', 'kernel/a.ko:',
                                       'kernel/user.ko: kernel/a.ko')}),
    Case('two exporters in hash order', {
        'kernel/a.ko': OWNER, 'kernel/b.ko': OWNER, 'kernel/user.ko': USER}),
    Case('three direct dependencies', {
        **{f'kernel/dep-{letter}.ko': simple_module(exports=[f'of_{letter}']) for letter in 'abc'},
        'kernel/user.ko': simple_module(imports=['of_b', 'of_a', 'of_c'])}),
    pair('weak need', user=simple_module(weak=['shared']), expected=USES),
    pair('need with a leading dot', user=simple_module(imports=['.shared']), expected=USES),
    pair('local need', user=ModuleImage(imports=[Import(b'shared', STB_LOCAL)]).to_bytes(),
         expected=USES),
    pair('__versions record without a symbol',
         user=ModuleImage(versions=[(1, b'module_layout'), (2, b'shared')]).to_bytes(),
         expected=USES),
    pair('__versions record whose name fills its field',
         user=ModuleImage(imports=[Import(b'shared')],
                          versions=[(2, b'n' * 60), (1, b'shared')]).to_bytes(), expected=UNUSED),
    pair('symbol prefix', owner=simple_module(exports=['_shared']), arguments=('-P', '_'),
         expected=USES),
    symbols_of_machine('sparc', 2, 32),
    symbols_of_machine('sparc64', 43, 64),
    symbols_of_machine('mips', 8, 32),
    crc_case('CRC in a section', CRC_IN_SECTION),
    crc_case('CRC absolute', CRC_ABSOLUTE),
    crc_case('CRC symbol undefined', CRC_UNDEFINED),
    crc_case('no CRC symbols', NO_CRC),
    strings('only', b'shared\0other\0', USES),
    strings('padded with NULs', b'\0\0other\0\0shared\0\0\0', USES),
    strings('unterminated', b'other\0shared', UNUSED),
    strings('of a single NUL', b'\0', UNUSED),
    pair('one CRC symbol disables __ksymtab_strings', ModuleImage(
        exports=[Export(b'other', 1)], ksymtab_strings=b'shared\0').to_bytes(), expected=UNUSED),
    pair('signature behind the module', exporting(CRC_ABSOLUTE, signature=bytes(256)),
         expected=USES),

    unreadable('empty', b''),
    unreadable('three bytes', b'abc'),
    unreadable('text', b'not a module, not at all\n' * 9, stderr=lines(
        'depmod: ERROR: failed to load symbols from @/lib/modules/4.4.4/kernel/owner.ko: '
        'Exec format error')),
    unreadable('truncated', OWNER[:len(OWNER) - 100]),
    unreadable('xz, truncated', XZ[:-30]),
    unreadable('xz with garbage behind', XZ + b'garbage'),
    unreadable('zstd, truncated', ZSTD[:-30]),
    unreadable('zstd in several frames', FRAMES),
    unreadable('zstd without its size', zstd_without_size(OWNER)),
    pair('xz in several streams', HALVES, expected=USES),
    pair('xz with padding', HALVES + bytes(8), expected=USES),
    pair('content tells the compression, not the name', ZSTD, compress_xz(USER), expected=USES),
    pair('gzip', compress_gzip(OWNER), compress_gzip(USER), expected=USES,
         why_not_reference="Debian's kmod is built without zlib"),
    pair('gzip in several members', compress_gzip(OWNER[:300]) + compress_gzip(OWNER[300:]),
         expected=USES, why_not_reference="Debian's kmod is built without zlib"),
    pair('gzip with a truncated trailer', compress_gzip(OWNER)[:-4], expected=USES,
         why_not_reference="Debian's kmod is built without zlib"),
    *[flaw_case(name) for name in FLAWS],
]
