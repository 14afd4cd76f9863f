# SPDX-License-Identifier: LGPL-2.1-or-later
"""Files that somebody may put into a kernel's directory who means no good, or has had bad luck."""

import gzip
import lzma
import os
import stat
import struct
import subprocess
import zlib

from elf_writer import SHT_STRTAB, SHT_SYMTAB, ElfWriter
from module_writer import simple_module

MEBIBYTE = 1 << 20
BOMB_SIZE = 1 << 30
TOO_MANY_ALIASES = 300000


def elf(symbols, strings, sections=()):
    """symbols: (offset of the name, section, value) of each."""
    writer = ElfWriter()
    for name, content in sections:
        writer.add(name, content)
    table = b''.join(struct.pack('<IBBHQQ', name, 0x10, 0, section, value, 0)
                     for name, section, value in [(0, 0, 0), *symbols])
    writer.add(b'.symtab', table, kind=SHT_SYMTAB, entry_size=24)
    writer.add(b'.strtab', strings, kind=SHT_STRTAB)
    return writer.to_bytes()


def in_pieces(compressor):
    pieces = [compressor.compress(bytes(MEBIBYTE)) for _ in range(BOMB_SIZE // MEBIBYTE)]
    return b''.join(pieces) + compressor.flush()


def zstd_bomb():
    return subprocess.run(['zstd', '-q', f'--stream-size={BOMB_SIZE}'], input=bytes(BOMB_SIZE),
                          stdout=subprocess.PIPE, check=True).stdout


def overlapping_names():
    """Each name begins a byte after the last, and all go on to the end of a megabyte."""
    return lzma.compress(elf([(1 + at, 0, 0) for at in range(20000)],
                             b'\0' + b'n' * MEBIBYTE + b'\0'), preset=0)


def crcs_here_and_there():
    """In turns in one of three large sections."""
    sections = [(name, bytes(8 * MEBIBYTE)) for name in (b'A', b'B', b'C')]
    return gzip.compress(elf([(1, 1 + number % 3, 0) for number in range(3000)], b'\0__crc_x\0',
                             sections), compresslevel=1)


def aliases():
    return gzip.compress(simple_module([], modinfo=[
        f'alias=a:{number:x}' for number in range(TOO_MANY_ALIASES)]), compresslevel=1)


def streams():
    """With dictionaries of two sizes, so that there is something to be done for each."""
    def one(size):
        return lzma.compress(b'x', check=lzma.CHECK_NONE, filters=[
            {'id': lzma.FILTER_LZMA2, 'dict_size': size}])
    return (one(96 * MEBIBYTE) + one(4096)) * 20000


# By name: what makes the content, and the code of the problem with it.
CONTENTS = {
    'empty.ko': (bytes, 'unreadable'),
    'garbage.ko': (lambda: bytes(range(1, 256)) * 9, 'unreadable'),
    'cut.ko': (lambda: simple_module(['x'])[:200], 'unreadable'),
    'cut-inside.ko.xz': (lambda: lzma.compress(simple_module(['x']))[:-50], 'bad-compression'),
    'gzip-bomb.ko.gz': (lambda: in_pieces(zlib.compressobj(9, zlib.DEFLATED, 31)),
                        'bad-compression'),
    'xz-bomb.ko.xz': (lambda: in_pieces(lzma.LZMACompressor(preset=0)), 'bad-compression'),
    'zstd-bomb.ko.zst': (zstd_bomb, 'bad-compression'),
    'overlapping-names.ko.xz': (overlapping_names, 'unreadable'),
    'crcs-here-and-there.ko.gz': (crcs_here_and_there, 'unreadable'),
    'too-many-aliases.ko.gz': (aliases, 'unreadable'),
    'many-streams.ko.xz': (streams, 'unreadable'),
    'brackets.ko': (lambda: simple_module(['y'], modinfo=['alias=pci:[0-']), 'bad-alias'),
}


def make_sparse(path):
    """Its tables take all of its terabyte, of which the disk knows nothing."""
    size = 1 << 40
    writer = ElfWriter()
    for name, kind in ((b'.symtab', SHT_SYMTAB), (b'.strtab', SHT_STRTAB)):
        writer.add(name, kind=kind, offset=4096, size=size - 8192)
    path.write_bytes(writer.to_bytes())
    os.truncate(path, size)


def make_socket(path):
    os.mknod(path, stat.S_IFSOCK | 0o600)


# By name: what makes it, where it is no ordinary file.
MADE = {
    'sparse.ko': (make_sparse, 'unreadable'),
    'socket.ko': (make_socket, 'entry-type'),
    'pipe.ko': (os.mkfifo, 'entry-type'),
    'zeros.ko': (lambda path: path.symlink_to('/dev/zero'), 'entry-type'),
    'itself.ko': (lambda path: path.symlink_to(path.name), 'entry-stat'),
    'nothing.ko': (lambda path: path.symlink_to('/nonexistent'), 'entry-stat'),
}


def make_ladder(folder, steps=20):
    """Two links from each step to the next: a million ways to the last."""
    for number in range(steps + 1):
        (folder / f'{number:02d}').mkdir(parents=True)
    for number in range(steps):
        for side in 'lr':
            (folder / f'{number:02d}' / side).symlink_to(f'../{number + 1:02d}')


def make_all(folder):
    """What is wrong with which file: {name: code}."""
    folder.mkdir(exist_ok=True)
    for name, (content, _) in CONTENTS.items():
        (folder / name).write_bytes(content())
    for name, (make, _) in MADE.items():
        make(folder / name)
    return {name: code for names in (CONTENTS, MADE) for name, (_, code) in names.items()}
