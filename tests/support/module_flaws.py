# SPDX-License-Identifier: LGPL-2.1-or-later
"""What can be wrong with a module file. Each flaw makes the bytes of a file from a ModuleImage.

Left out is what kmod's depmod aborts on (specification section 13): no section name table, and
CRC symbols in reserved sections.
"""

from elf_writer import SHN_UNDEF, Section, Symbol


def damaged(image, damage):
    image.damage = damage
    return image.to_bytes()


def with_header(**fields):
    return lambda rng, image: damaged(image, lambda writer: writer.header.update(fields))


def with_section(name, **fields):
    return lambda rng, image: damaged(
        image, lambda writer: writer.section_fields.update({name: fields}))


def truncated(rng, image):
    content = image.to_bytes()
    return content[:rng.randrange(len(content))]


def truncated_behind_headers(rng, image):
    def damage(writer):
        writer.section_headers_first = True
        # the table of names is needed to get anywhere, so it must not be the last section
        writer.add(b'.bss', bytes(200))

    content = damaged(image, damage)
    return content[:rng.randrange(len(content) // 2, len(content))]


def some_bytes_changed(rng, image):
    content = bytearray(image.to_bytes())
    for _ in range(rng.randint(1, 6)):
        content[rng.randrange(len(content))] = rng.choice([0, 1, 2, 0x20, 0x41, 0x7f])
    return bytes(content)


def bad_symbol_name(section):
    def flaw(rng, image):
        def damage(writer):
            symbol = Symbol(b'far_away', section=section, name_offset=0x00ffffff)
            writer.symbols.insert(rng.randint(0, len(writer.symbols)), symbol)

        return damaged(image, damage)

    return flaw


def no_symbols(rng, image):
    def damage(writer):
        writer.symbols = None

    return damaged(image, damage)


def huge_section_without_bits(rng, image):
    def damage(writer):
        writer.sections.insert(0, Section(b'.modinfo', kind=8, size=1 << 30))

    return damaged(image, damage)


def second_modinfo(rng, image):
    def damage(writer):
        writer.add(b'.modinfo', b'alias=from-the-second\0')
        if rng.random() < 0.5:
            writer.sections[1].size = 1 << 30

    return damaged(image, damage)


def strings_without_end(rng, image):
    image.exports = []
    image.ksymtab_strings = b'strings_a\0strings_b'
    return image.to_bytes()


FLAWS = {
    'empty': lambda rng, image: b'',
    'three bytes': lambda rng, image: b'abc',
    'text': lambda rng, image: b'this is not a module\n' * 20,
    'magic only': lambda rng, image: b'\x7fELF' + bytes(rng.randint(0, 60)),
    'broken xz': lambda rng, image: b'\xfd7zXZ\0' + bytes(100),
    'broken zstd': lambda rng, image: b'\x28\xb5\x2f\xfd' + bytes(100),
    'truncated': truncated,
    'truncated behind the headers': truncated_behind_headers,
    'some bytes changed': some_bytes_changed,
    'class 3': with_header(**{'class': 3}),
    'class 0': with_header(**{'class': 0}),
    'other class': lambda rng, image: damaged(
        image, lambda writer: writer.header.update({'class': 3 - image.bits // 32})),
    'data 0': with_header(data=0),
    'other byte order': lambda rng, image: damaged(
        image, lambda writer: writer.header.update({'data': 2 if image.order == '<' else 1})),
    'wrong header size': with_header(shentsize=56),
    'headers outside': with_header(shoff=0x00ffffff),
    'headers at 0': with_header(shoff=0),
    'too many headers': with_header(shnum=0xff00),
    'executable': with_header(type=2),
    'no symbols': no_symbols,
    'symbols at 0': with_section(b'.symtab', offset=0),
    'odd size of symbols': with_section(b'.symtab', size_change=-1),
    'symbols outside': with_section(b'.symtab', size=0x00ffffff),
    'strings outside': with_section(b'.strtab', offset=0x00ffffff),
    'strings too short': with_section(b'.strtab', size_change=-20),
    'section names without end': with_section(b'.shstrtab', size_change=-1),
    'section name outside': with_section(b'.modinfo', name_offset=0x00ffffff),
    'no modinfo': with_section(b'.modinfo', name_offset=0),
    'modinfo without end': with_section(b'.modinfo', size_change=-1),
    'modinfo with NULs first': lambda rng, image: damaged(
        image, lambda writer: setattr(writer.sections[1], 'content',
                                      bytes(3) + writer.sections[1].content)),
    'modinfo of one byte': with_section(b'.modinfo', size=1),
    'odd size of versions': with_section(b'__versions', size_change=-8),
    'bad name of an undefined symbol': bad_symbol_name(SHN_UNDEF),
    'bad name of a defined symbol': bad_symbol_name(1),
    'huge section without bits': huge_section_without_bits,
    'two modinfo sections': second_modinfo,
    'export strings without end': strings_without_end,
}
