#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Writes the seeds that have bytes no editor can: compressed files, modules, indexes, long lines.

They are committed, so this is only to be run to change them. The other seeds are plain files.
"""

import gzip
import lzma
import random
import struct
import subprocess
import sys
import zlib
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / 'support'))

import index_file  # noqa: E402
from elf_writer import Symbol  # noqa: E402
from index_file import Node  # noqa: E402
from module_flaws import FLAWS  # noqa: E402
from module_writer import (CRC_ABSOLUTE, CRC_UNDEFINED, NO_CRC, SIGNATURE_MAGIC,  # noqa: E402
                           Export, Import, ModuleImage)

PLAIN = b'a module\0' * 5
LONG = bytes(range(256)) * 520  # more than the first piece of memory of a decoder
HUGE = bytes(1 << 20)

MACHINES = {'le64': (64, '<', 62), 'be64': (64, '>', 22), 'le32': (32, '<', 40),
            'be32': (32, '>', 20), 'sparc': (32, '>', 2)}

# What other seeds do not have already, as little as a change of one byte or two makes out of them.
CHOSEN_FLAWS = ('truncated behind the headers', 'other class', 'no symbols', 'symbols at 0',
                'odd size of symbols', 'strings too short', 'section name outside',
                'modinfo with NULs first', 'modinfo of one byte', 'odd size of versions',
                'bad name of an undefined symbol', 'bad name of a defined symbol',
                'two modinfo sections', 'export strings without end')


def write(fuzzer, name, content):
    path = HERE / 'corpus' / fuzzer / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


# gzip, RFC 1952

def gzip_member(content, fields=0):
    header = b'\x1f\x8b\x08' + bytes([fields]) + bytes(4) + b'\0\x03'
    header += b'\x05\0ex\0ra' if fields & 4 else b''
    header += b'name\0' if fields & 8 else b''
    header += b'comment\0' if fields & 16 else b''
    header += struct.pack('<H', zlib.crc32(header) & 0xffff) if fields & 2 else b''
    deflated = zlib.compress(content, 9)[2:-4]
    return header + deflated + struct.pack('<II', zlib.crc32(content), len(content))


def write_gzip():
    plain = gzip_member(PLAIN)
    stored = gzip.compress(PLAIN, compresslevel=0, mtime=0)
    write('inflate', 'gzip', plain)
    write('inflate', 'gzip-stored', stored)
    write('inflate', 'gzip-all-fields', gzip_member(PLAIN, 30))
    write('inflate', 'gzip-fields-cut', gzip_member(PLAIN, 30)[:14])
    write('inflate', 'gzip-members', plain + gzip_member(b'') + gzip_member(b'x', 8))
    write('inflate', 'gzip-members-garbage', plain + b'\x1f\x8b')
    write('inflate', 'gzip-trailer-cut', plain[:-3])
    write('inflate', 'gzip-cut', plain[:-12])
    write('inflate', 'gzip-reserved-field', plain[:3] + b'\x20' + plain[4:])
    write('inflate', 'gzip-long', gzip_member(LONG))
    write('inflate', 'gzip-too-long', gzip_member(HUGE))


# xz, https://tukaani.org/xz/xz-file-format.txt

def xz(content, check=lzma.CHECK_CRC32, filters=None):
    filters = filters or [{'id': lzma.FILTER_LZMA2, 'dict_size': 1 << 16}]
    return lzma.compress(content, check=check, filters=filters)


def with_block_header(content, at, byte):
    """The first block's header, changed at one byte and with the right checksum."""
    size = (content[12] + 1) * 4
    header = bytearray(content[12:12 + size - 4])
    header[at] = byte
    return content[:12] + bytes(header) + struct.pack('<I', zlib.crc32(header)) + \
        content[12 + size:]


def write_xz():
    plain = xz(PLAIN)
    bcj = [{'id': lzma.FILTER_X86}, {'id': lzma.FILTER_LZMA2, 'dict_size': 1 << 16}]
    write('inflate', 'xz', plain)
    write('inflate', 'xz-x86', xz(PLAIN, lzma.CHECK_CRC64, bcj))
    write('inflate', 'xz-no-check', xz(PLAIN, lzma.CHECK_NONE))
    write('inflate', 'xz-streams', plain + bytes(4) + xz(b''))
    write('inflate', 'xz-garbage', plain + b'garbage!' * 2)
    write('inflate', 'xz-cut', plain[:-20])
    write('inflate', 'xz-corrupt', plain[:30] + b'\xff' + plain[31:])
    write('inflate', 'xz-bad-header', plain[:8] + b'\xff' + plain[9:])
    write('inflate', 'xz-long', xz(LONG))
    write('inflate', 'xz-too-long', xz(HUGE))
    # size of the header, flags, filter, size of its properties, dictionary
    write('inflate', 'xz-dictionary-4g', with_block_header(plain, 4, 40))
    write('inflate', 'xz-unknown-filter', with_block_header(plain, 2, 3))


def zstd(content, *options):
    return subprocess.run(['zstd', '-q', '-19', '--stream-size', str(len(content)), *options],
                          input=content, stdout=subprocess.PIPE, check=True).stdout


def write_zstd():
    plain = zstd(PLAIN)
    skippable = b'\x50\x2a\x4d\x18\x03\0\0\0abc'
    write('inflate', 'zstd', plain)
    write('inflate', 'zstd-no-check', zstd(PLAIN, '--no-check'))
    write('inflate', 'zstd-no-size', zstd(PLAIN, '--no-content-size'))
    write('inflate', 'zstd-frames', plain + skippable)
    write('inflate', 'zstd-two-contents', plain + plain)
    write('inflate', 'zstd-corrupt', plain[:-2] + b'\0\0')
    write('inflate', 'zstd-cut', plain[:-8])
    write('inflate', 'zstd-long', zstd(LONG))
    write('inflate', 'zstd-too-long', zstd(HUGE))


# modules

def module(machine, **fields):
    bits, order, number = MACHINES[machine]
    image = ModuleImage(
        bits, order, number,
        exports=[Export(b'one', 0x11223344), Export(b'.two', 0xfffffff0, CRC_ABSOLUTE)],
        imports=[Import(b'printk'), Import(b'weak', binding=2), Import(b'.dotted')],
        versions=[(7, b'module_layout'), (0x8000000100000005 if bits == 64 else 5, b'printk'),
                  (6, b'printk'), (9, b'.dotted')],
        modinfo=[b'license=GPL', b'alias=pci:v*d*', b'alias', b'softdep=pre: a'])
    for name, value in fields.items():
        setattr(image, name, value)
    return image


def move_crc_behind_section(writer):
    """By one byte; the file goes on there."""
    section = writer.sections[writer.section_index(b'__kcrctab') - 1]
    writer.symbols[0].value = len(section.content) - 3


def write_elf():
    for machine in MACHINES:
        write('elf', machine, module(machine).to_bytes())
    write('elf', 'register', module('sparc', imports=[Import(b'r', kind=13)]).to_bytes())
    write('elf', 'no-register', module('be32', imports=[Import(b'r', kind=13)]).to_bytes())
    write('elf', 'crc-behind-section', module('le64', damage=move_crc_behind_section).to_bytes())
    write('elf', 'listed', module('le64', exports=[Export(b'one', 0, NO_CRC),
                                                   Export(b'two', 0, NO_CRC)]).to_bytes())
    write('elf', 'undefined-crc', module('be32', exports=[Export(b'x', 3, CRC_UNDEFINED),
                                                          Export(b'', 4)]).to_bytes())
    write('elf', 'version-without-end', module('le64', versions=[(1, b'n' * 70)]).to_bytes())
    write('elf', 'used-version-without-end', module(
        'le32', versions=[(1, b'n' * 60)], imports=[Import(b'n' * 60)]).to_bytes())
    little = module('le32').to_bytes()
    write('elf', 'version-0', little[:6] + b'\0' + little[7:])
    for number, name in enumerate(CHOSEN_FLAWS):
        machine = list(MACHINES)[number % 4]
        write('elf', name.replace(' ', '-'), FLAWS[name](random.Random(1), module(machine)))


# signatures and what else is shown of a module

def der(tag, *parts):
    content = b''.join(parts)
    size = len(content)
    return bytes([tag, size] if size < 0x80 else [tag, 0x82, size >> 8, size & 0xff]) + content


def pkcs7(has_extras):
    common_name = der(0x30, der(0x06, b'\x55\x04\x03'), der(0x0c, b'Some signer'))
    algorithm = der(0x30, der(0x06, b'\x60\x86\x48\x01\x65\x03\x04\x02\x01'))
    certificate = der(0x30, der(0x30, der(0x31, common_name)), der(0x02, b'\0\xa0\x0f'))
    signer = der(0x30, der(0x02, b'\x01'), certificate if has_extras else der(0x80, b'key'),
                 algorithm, der(0xa0, b'attributes') if has_extras else b'', algorithm,
                 der(0x04, b'signature' * 20))
    extras = der(0xa0, b'certificates') + der(0xa1, b'revocations') if has_extras else b''
    signed = der(0x30, der(0x02, b'\x01'), der(0x31, algorithm), der(0x30, b'content'), extras,
                 der(0x31, signer))
    return der(0x30, der(0x06, b'\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02'), der(0xa0, signed))


def add_details(writer):
    """A build id behind another note, and a symbol "x" in a namespace."""
    word = writer.order + 'III'
    writer.add(b'.note.gnu.build-id', struct.pack(word, 6, 1, 1) + b'Linux\0\0\0a\0\0\0' +
               struct.pack(word, 4, 20, 3) + b'GNU\0' + b'\xab' * 20)
    writer.symbols += [Symbol(b'__ksymtab_x', 0, b'__ksymtab'),
                       Symbol(b'__kstrtabns_x', 2, b'__ksymtab_strings')]


def write_details():
    for machine in MACHINES:
        write('details', machine, module(machine, damage=add_details, signature=pkcs7(
            MACHINES[machine][1] == '<')).to_bytes())
    old = module('le64').to_bytes() + b'NameKeysigned' + b'\x01\x06\x01\x04\x03\0\0\0\0\0\0\x06'
    write('details', 'old-signature', old + SIGNATURE_MAGIC)


def write_signatures():
    """Five bytes of the trailer, then the signature; see fuzz-signature.c."""
    number = der(0x02, b'\x01')
    write('signature', 'certificate', bytes(5) + pkcs7(True))
    write('signature', 'key', bytes(5) + pkcs7(False))
    write('signature', 'other-object', bytes(5) + der(0x30, der(0x06, b'\x2a')))
    write('signature', 'no-signer', bytes(5) + der(0x30, der(
        0x06, b'\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02'), der(0xa0, der(
            0x30, number, der(0x31), der(0x30), der(0x31)))))
    write('signature', 'old', b'\x01\x04\x00\x04\x03' + b'NameKey' + b'signed' * 10)
    write('signature', 'long-length', bytes(5) + b'\x30\x84\0\0\0\x05\x02\x83\0\0\x00')
    write('signature', 'length-too-long', bytes(5) + b'\x30\x84\xff\xff\xff\xff\x02\x01\x01')


# calls, see bus-calls.c: the method, the object, whether the types are right, the arguments

def bus_call(method, arguments, place=0, types=0):
    return bytes([method, place, types]) + arguments


def write_calls():
    text, flags = b'\x81a', b'\0'
    texts = b'\x03' + text + b'\x81b\x82[!'
    kernel_name = [bus_call(method, text + flags) for method in (10, 11, 12, 13, 15, 17, 19, 22)]
    write('bus', 'manager', bus_call(0, flags) + bus_call(1, b'\x831.0' + flags) +
          bus_call(2, b'\0' + flags + flags) + bus_call(3, b'\x01\x831.0' + flags) +
          bus_call(4, flags) + bus_call(5, b'\0' + texts + flags) +
          bus_call(6, text + text + flags) + bus_call(7, b'') + bus_call(8, b'') + bus_call(9, b''))
    write('bus', 'kernel-name', b''.join(kernel_name))
    write('bus', 'kernel-names', b''.join(bus_call(method, texts + flags)
                                          for method in (14, 16, 18)))
    write('bus', 'kernel', b''.join(bus_call(method, flags) for method in (20, 21, 23)))
    write('bus', 'flags', b''.join(bus_call(12, text + bytes([bits])) for bits in range(2, 16)))
    write('bus', 'unknown-flags', bus_call(12, text + b'\x7f') + bus_call(2, b'\0\xff\xff'))
    write('bus', 'types', b''.join(bus_call(method, b'\0\1\2\3\4\5\6', types=0xe0 + method % 8)
                                   for method in range(16)))
    write('bus', 'no-interface', bus_call(11, text + flags, 0x60) + bus_call(0, flags, 0x60))
    write('bus', 'other-interface', bus_call(11, text + flags, 0x70) + bus_call(0, flags, 0x70))
    write('bus', 'places', b''.join(bus_call(11, text + flags, 0x80 + place)
                                    for place in range(8)))
    log_control = b'\x20'
    write('bus', 'properties', bus_call(24, b'\x1e\x21') + bus_call(25, b'\x1e') +
          bus_call(25, b'\x1f', 0x81) + bus_call(25, log_control, 0x86) +
          bus_call(26, log_control + b'\x23\x25', 0x86) + bus_call(26, b'\x1e\x21\x01'))
    write('bus', 'standard', bus_call(27, b'') + bus_call(27, b'', 0x81) + bus_call(28, b'') +
          bus_call(29, b''))
    write('bus', 'not-utf-8', bus_call(11, b'\x82\xc3\x28' + flags))


# indexes

def trie(entries):
    """A trie whose nodes have one byte each, apart from the root: right, if not as short as can be."""
    root = Node()
    for key, priority, value in entries:
        node = root
        for byte in key:
            node = node.children.setdefault(byte, Node())
        node.values.append((priority, value))
    return shorten(root)


def shorten(node):
    for byte, child in node.children.items():
        while len(child.children) == 1 and not child.values:
            (next_byte, below), = child.children.items()
            below.prefix = child.prefix + bytes([next_byte]) + below.prefix
            child = below
        node.children[byte] = shorten(child)
    return node


def write_indexes():
    aliases = index_file.encode(trie([
        (b'pci:v*', 1, b'all'), (b'pci:v8086d*', 2, b'intel'), (b'pci:v8086d1234', 3, b'one'),
        (b'pci:v8086d[12]*', 4, b'some'), (b'p?i', 5, b'short'), (b'', 6, b'root')]))
    symbols = index_file.encode(trie([(b'symbol:a', 0, b'a'), (b'symbol:ab', 1, b'b'),
                                      (b'symbol:a', 1, b'c'), (b'symbol:b\\*', 1, b'c')]))
    circle = struct.pack('>III', index_file.MAGIC, index_file.VERSION, 0x2000000c) + \
        b'aa\x20\0\0\x0c'
    shared = struct.pack('>III', index_file.MAGIC, index_file.VERSION, 0x2000000c) + \
        b'ab\x40\0\0\x16\x40\0\0\x16' + b'\0\0\0\1\0\0\0\0v\0'
    many = struct.pack('>III', index_file.MAGIC, index_file.VERSION, 0x4000000c) + \
        b'\xff\xff\xff\xff\0\0\0\0v\0'
    write('index-read', 'aliases', b'pci:v8086d1234\n' + aliases)
    write('index-read', 'wildcards-in-name', b'pci:v*[1]?\n' + aliases)
    write('index-read', 'name-of-wildcards', b'*' * 9 + b'\n' + index_file.encode(trie(
        [(b'*' * n, n, b'') for n in range(1, 10)])))
    write('index-read', 'symbols', b'symbol:a\n' + symbols)
    write('index-read', 'empty', b'a\n' + index_file.EMPTY)
    write('index-read', 'no-bytes', b'a\n')
    write('index-read', 'circle', b'aaaa\n' + circle)
    write('index-read', 'shared', b'a\n' + shared)
    write('index-read', 'many-values', b'\n' + many)


# module caches, see cache-format.h; the fuzzer makes the first part of the head

NO_STRING = 0xffffffff


def cache_record(name, path, lists=(), vermagic=NO_STRING, inode=1):
    """lists: exports, imports, aliases, softdeps, weakdeps, each as words."""
    lists = list(lists) + [()] * (5 - len(lists))
    counts = [len(words) // (2 if index < 2 else 1) for index, words in enumerate(lists)]
    record = struct.pack('<QqqqIIIHBB5II', inode, 4096, 5, 6, name, path, vermagic, 62, 2, 1,
                         *counts, 0)
    return record + b''.join(struct.pack(f'<{len(words)}I', *words) for words in lists)


def cache(records, strings):
    n_words = sum(len(record) - 72 for record in records) // 4
    head = bytes(56) + struct.pack('<QQII', 0, n_words, len(records), len(strings))
    return head + b''.join(records) + b''.join(string + b'\0' for string in strings)


def write_caches():
    names = [b'a', b'kernel/a.ko', b'b', b'b.ko', b'one', b'pci:v*', b'pre: a', b'1.0 SMP']
    full = cache_record(0, 1, [(4, 17, 4 | 1 << 28, 0), (4 | 15 << 28, 3, 2, 0), (5, 5), (6,), (6,)],
                        vermagic=7)
    write('cache', 'none', cache([], []))
    write('cache', 'full', cache([full], names))
    write('cache', 'two', cache([full, cache_record(2, 3, inode=2)], names))
    write('cache', 'id-of-no-string', cache([cache_record(0, 8)], names))
    write('cache', 'too-few-words', cache([full], names)[:-40])
    write('cache', 'string-twice', cache([], [b'a', b'a']))
    write('cache', 'no-end', cache([], [b'a'])[:-1] + b'b')


# long lines

def write_long_lines():
    write('alias', 'size-4097', b'a-' * 2046 + b'-[-]b')
    for size in (4094, 4095, 4096):
        line = b'kernel/' + b'a' * (size - 7)
        write('module-order', f'line-of-{size}', line + b'\nkernel/a.ko\n')
        write('builtin', f'line-of-{size}', line + b'\nkernel/b.ko\n')
    write('builtin', 'long-fields', b'm' * 4097 + b'.alias=a\0' + b'm.' + b'k' * 4097 + b'=b\0' +
          b'm.alias=' + b'v' * 4097 + b'\0n.alias=b\0')
    for size in (10238, 10239, 10240):
        write('kernel-symbols', f'line-of-{size}', b'0x1 n vmlinux' + b' ' * (size - 13) +
              b'\n2 m vmlinux x\n0 T __ksymtab_' + b'a' * 20 + b'\n')


if __name__ == '__main__':
    write_gzip()
    write_xz()
    write_zstd()
    write_elf()
    write_details()
    write_signatures()
    write_calls()
    write_indexes()
    write_caches()
    write_long_lines()
