# SPDX-License-Identifier: LGPL-2.1-or-later
"""Synthetic kernel modules: what depmod reads of a module, without a compiler."""

import gzip
import lzma
import struct
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from elf_writer import (SHN_ABS, SHN_UNDEF, STB_GLOBAL, STB_LOCAL, STT_FUNC, STT_NOTYPE, ElfWriter,
                        Symbol)

VERSION_RECORD_SIZE = 64
SIGNATURE_MAGIC = b'~Module signature appended~\n'

# How the CRC of an exported symbol is told.
CRC_IN_SECTION, CRC_ABSOLUTE, CRC_UNDEFINED, NO_CRC = 'section', 'absolute', 'undefined', 'none'


@dataclass
class Export:
    name: bytes
    crc: int = 0
    form: str = CRC_IN_SECTION


@dataclass
class Import:
    name: bytes
    binding: int = STB_GLOBAL
    kind: int = STT_NOTYPE


@dataclass
class ModuleImage:
    bits: int = 64
    order: str = '<'
    machine: int = 62
    exports: list = field(default_factory=list)
    imports: list = field(default_factory=list)
    versions: list = field(default_factory=list)  # (CRC, name) of each __versions record
    modinfo: list = field(default_factory=list)  # bytes, "key=value"
    vermagic: bytes = b'9.9.9 SMP mod_unload '
    ksymtab_strings: bytes = None  # instead of the names of the exports
    signature: bytes = b''
    damage: object = None  # called with the ElfWriter before the bytes are made

    def to_bytes(self):
        writer = ElfWriter(self.bits, self.order, self.machine)
        writer.add(b'.text', bytes(16), flags=6)
        writer.add(b'.modinfo', self._modinfo())
        self._add_export_sections(writer)
        if self.versions:
            writer.add(b'__versions', self._versions())
        writer.add(b'.gnu.linkonce.this_module', bytes(64), flags=3)
        writer.symbols = self._symbols()
        if self.damage:
            self.damage(writer)
        return writer.to_bytes() + self._signature()

    def _modinfo(self):
        strings = list(self.modinfo)
        if self.vermagic:
            strings.append(b'vermagic=' + self.vermagic)
        return b''.join(string + b'\0' for string in strings)

    def _add_export_sections(self, writer):
        strings = self.ksymtab_strings
        if strings is None:
            strings = b''.join(export.name + b'\0' for export in self.exports)
        if strings:
            writer.add(b'__ksymtab_strings', strings, flags=0x32, entry_size=1)
        if self.exports:
            writer.add(b'__ksymtab', bytes(12 * len(self.exports)), flags=2)
            crcs = [struct.pack(self.order + 'I', export.crc) for export in self.exports]
            writer.add(b'__kcrctab', b''.join(crcs), flags=2)

    def _versions(self):
        crc_layout = self.order + ('I' if self.bits == 32 else 'Q')
        records = [struct.pack(crc_layout, crc) + name for crc, name in self.versions]
        return b''.join(record[:VERSION_RECORD_SIZE].ljust(VERSION_RECORD_SIZE, b'\0')
                        for record in records)

    def _symbols(self):
        symbols = []
        for index, export in enumerate(self.exports):
            name = b'__crc_' + export.name
            if export.form == CRC_IN_SECTION:
                symbols.append(Symbol(name, 4 * index, b'__kcrctab', STB_LOCAL))
            elif export.form == CRC_ABSOLUTE:
                symbols.append(Symbol(name, export.crc, SHN_ABS))
            elif export.form == CRC_UNDEFINED:
                symbols.append(Symbol(name, export.crc, SHN_UNDEF))
        for index, export in enumerate(self.exports):
            symbols.append(Symbol(export.name, index, b'.text', kind=STT_FUNC))
        for wanted in self.imports:
            symbols.append(Symbol(wanted.name, binding=wanted.binding, kind=wanted.kind))
        return symbols

    def _signature(self):
        if not self.signature:
            return b''
        trailer = struct.pack('>BBBBB3xI', 0, 0, 2, 0, 0, len(self.signature))
        return self.signature + trailer + SIGNATURE_MAGIC


def simple_module(exports=(), imports=(), weak=(), modinfo=(), **fields):
    """A module from plain strings, for the tests that care about nothing else."""
    wanted = [Import(name.encode()) for name in imports]
    wanted += [Import(name.encode(), binding=2) for name in weak]
    return ModuleImage(exports=[Export(name.encode(), 0x1000 + index)
                                for index, name in enumerate(exports)],
                       imports=wanted, modinfo=[string.encode() for string in modinfo],
                       **fields).to_bytes()


def compress_gzip(content):
    return gzip.compress(content, mtime=0)


def compress_xz(content):
    """As the kernel's modules_install does it."""
    filters = [{'id': lzma.FILTER_LZMA2, 'dict_size': 1 << 20}]
    return lzma.compress(content, check=lzma.CHECK_CRC32, filters=filters)


def compress_zstd(contents):
    """Many at once: a process for each would take most of a test's time."""
    with tempfile.TemporaryDirectory() as directory:
        paths = [Path(directory, str(number)) for number in range(len(contents))]
        for path, content in zip(paths, contents):
            path.write_bytes(content)
        if paths:
            subprocess.run(['zstd', '-q', '--'] + paths, check=True)
        return [path.with_name(path.name + '.zst').read_bytes() for path in paths]


def compress(content, kind):
    """kind: the ending of the file's name, one of '', '.gz', '.xz', '.zst'."""
    if kind == '.gz':
        return compress_gzip(content)
    if kind == '.xz':
        return compress_xz(content)
    if kind == '.zst':
        return compress_zstd([content])[0]
    return content
