# SPDX-License-Identifier: LGPL-2.1-or-later
"""ELF relocatable files of any class and byte order, right or deliberately wrong.

Everything that a header says can be overridden, because what a reader does with a lie is what the
tests want to know.
"""

import struct
from dataclasses import dataclass, field

SHT_PROGBITS, SHT_SYMTAB, SHT_STRTAB, SHT_NOBITS = 1, 2, 3, 8
SHN_UNDEF, SHN_ABS, SHN_COMMON = 0, 0xfff1, 0xfff2
STB_LOCAL, STB_GLOBAL, STB_WEAK = 0, 1, 2
STT_NOTYPE, STT_FUNC, STT_REGISTER = 0, 2, 13

HEADER_SIZE = {32: 52, 64: 64}
SECTION_HEADER_SIZE = {32: 40, 64: 64}
SYMBOL_SIZE = {32: 16, 64: 24}


@dataclass
class Section:
    name: bytes
    content: bytes = b''
    kind: int = SHT_PROGBITS
    flags: int = 0
    link: int = 0
    info: int = 0
    entry_size: int = 0
    offset: int = None  # what the header says, where it is not the truth
    size: int = None
    size_change: int = 0
    name_offset: int = None


@dataclass
class Symbol:
    name: bytes
    value: int = 0
    section: object = SHN_UNDEF  # an index, or the name of a section
    binding: int = STB_GLOBAL
    kind: int = STT_NOTYPE
    name_offset: int = None  # instead of the right one


@dataclass
class ElfWriter:
    bits: int = 64
    order: str = '<'
    machine: int = 62
    sections: list = field(default_factory=list)
    symbols: list = None  # None: the file has no symbol table
    header: dict = field(default_factory=dict)  # fields of the ELF header to override
    section_fields: dict = field(default_factory=dict)  # the same for sections: {name: {field: …}}
    section_headers_first: bool = False

    def add(self, name, content=b'', **fields):
        self.sections.append(Section(name, content, **fields))

    def section_index(self, name):
        return 1 + [section.name for section in self.sections].index(name)

    def to_bytes(self):
        """The file. Section names stand in a section of their own, the last one."""
        sections = self.sections + self._symbol_sections()
        names = Section(b'.shstrtab', kind=SHT_STRTAB)
        sections.append(names)
        offsets, names.content = string_table([section.name for section in sections])
        for section, offset in zip(sections, offsets):
            if section.name_offset is None:
                section.name_offset = offset
            for name, value in self.section_fields.get(section.name, {}).items():
                setattr(section, name, value)

        position = HEADER_SIZE[self.bits]
        table_size = SECTION_HEADER_SIZE[self.bits] * (len(sections) + 1)
        if self.section_headers_first:
            table_offset = position
            position += table_size
        body, headers = b'', self._section_header(Section(b'', name_offset=0, kind=0), 0)
        for section in sections:
            body += bytes(-(position + len(body)) % 8)
            headers += self._section_header(section, position + len(body))
            if section.kind != SHT_NOBITS:
                body += section.content
        if self.section_headers_first:
            return self._header(table_offset, len(sections)) + headers + body
        body += bytes(-(position + len(body)) % 8)
        return self._header(position + len(body), len(sections)) + body + headers

    def _symbol_sections(self):
        if self.symbols is None:
            return []
        offsets, strings = string_table([symbol.name for symbol in self.symbols])
        table = bytes(SYMBOL_SIZE[self.bits])
        for symbol, offset in zip(self.symbols, offsets):
            table += self._symbol(symbol, offset)
        index = len(self.sections) + 1
        return [Section(b'.symtab', table, SHT_SYMTAB, link=index + 1, info=1,
                        entry_size=SYMBOL_SIZE[self.bits]),
                Section(b'.strtab', strings, SHT_STRTAB)]

    def _symbol(self, symbol, offset):
        section = symbol.section
        if isinstance(section, bytes):
            section = self.section_index(section)
        if symbol.name_offset is not None:
            offset = symbol.name_offset
        info = symbol.binding << 4 | symbol.kind
        if self.bits == 64:
            return struct.pack(self.order + 'IBBHQQ', offset, info, 0, section, symbol.value, 0)
        return struct.pack(self.order + 'IIIBBH', offset, symbol.value, 0, info, 0, section)

    def _section_header(self, section, offset):
        layout = 'IIQQQQIIQQ' if self.bits == 64 else 'IIIIIIIIII'
        offset = offset if section.offset is None else section.offset
        size = len(section.content) if section.size is None else section.size
        size = max(size + section.size_change, 0)
        return struct.pack(self.order + layout, section.name_offset, section.kind, section.flags,
                           0, offset, size, section.link, section.info, 8, section.entry_size)

    def _header(self, table_offset, n_sections):
        fields = {'class': self.bits // 32, 'data': 1 if self.order == '<' else 2,
                  'shoff': table_offset, 'shentsize': SECTION_HEADER_SIZE[self.bits],
                  'shnum': n_sections + 1, 'shstrndx': n_sections, 'type': 1}
        fields.update(self.header)
        layout = 'HHIQQQIHHHHHH' if self.bits == 64 else 'HHIIIIIHHHHHH'
        identity = b'\x7fELF' + bytes([fields['class'], fields['data'], 1]) + bytes(9)
        return identity + struct.pack(self.order + layout, fields['type'], self.machine, 1, 0, 0,
                                      fields['shoff'], 0, HEADER_SIZE[self.bits], 0, 0,
                                      fields['shentsize'], fields['shnum'], fields['shstrndx'])


def string_table(strings):
    """The offset of each string, and the table's bytes; the empty string is at 0."""
    offsets, table = [], bytearray(b'\0')
    for string in strings:
        offsets.append(len(table) if string else 0)
        if string:
            table += string + b'\0'
    return offsets, bytes(table)
