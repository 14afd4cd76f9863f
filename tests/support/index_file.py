# SPDX-License-Identifier: LGPL-2.1-or-later
"""kmod's binary index as data: the trie of a file, and the file of a trie.

header   u32 magic, u32 version, u32 pointer to the root
pointer  offset in the low 28 bits; above it: has prefix, has values, has children
node     [prefix NUL] [u8 first, u8 last, u32 pointer × (last - first + 1)]
         [u32 count, (u32 priority, value NUL) × count]
"""

import struct
from dataclasses import dataclass, field

MAGIC, VERSION = 0xB007F457, 0x00020001
HAS_PREFIX, HAS_VALUES, HAS_CHILDREN = 0x80000000, 0x40000000, 0x20000000
OFFSET_MASK = 0x0fffffff
EMPTY = struct.pack('>III', MAGIC, VERSION, 12)


@dataclass
class Node:
    prefix: bytes = b''
    values: list = field(default_factory=list)  # (priority, value)
    children: dict = field(default_factory=dict)  # byte: Node


def decode(content):
    magic, version, root = struct.unpack_from('>III', content)
    if (magic, version) != (MAGIC, VERSION):
        raise ValueError('not an index')
    return _decode_node(content, root)


def _decode_string(content, offset):
    end = content.index(b'\0', offset)
    return content[offset:end], end + 1


def _decode_node(content, pointer):
    node, offset = Node(), pointer & OFFSET_MASK
    if pointer & HAS_PREFIX:
        node.prefix, offset = _decode_string(content, offset)
    if pointer & HAS_CHILDREN:
        first, last = content[offset:offset + 2]
        pointers = struct.unpack_from(f'>{last - first + 1}I', content, offset + 2)
        offset += 2 + 4 * len(pointers)
        node.children = {first + index: _decode_node(content, child)
                         for index, child in enumerate(pointers) if child}
    if pointer & HAS_VALUES:
        count, = struct.unpack_from('>I', content, offset)
        offset += 4
        for _ in range(count):
            priority, = struct.unpack_from('>I', content, offset)
            value, offset = _decode_string(content, offset + 4)
            node.values.append((priority, value))
    return node


def encode(root):
    """As kmod 34 does: each node before its children."""
    content = bytearray(EMPTY)
    struct.pack_into('>I', content, 8, _encode_node(content, root))
    return bytes(content)


def _encode_node(content, node):
    pointer = len(content)
    if node.prefix:
        pointer |= HAS_PREFIX
        content += node.prefix + b'\0'
    if node.children:
        pointer |= HAS_CHILDREN
        first, last = min(node.children), max(node.children)
        content += bytes([first, last])
        slots = len(content)
        content += bytes(4 * (last - first + 1))
    if node.values:
        pointer |= HAS_VALUES
        content += struct.pack('>I', len(node.values))
        for priority, value in node.values:
            content += struct.pack('>I', priority) + value + b'\0'
    for byte, child in sorted(node.children.items()):
        struct.pack_into('>I', content, slots + 4 * (byte - first), _encode_node(content, child))
    return pointer


def entries(node, key=b''):
    """(key, priority, value) in key order."""
    key += node.prefix
    for priority, value in node.values:
        yield key, priority, value
    for byte, child in sorted(node.children.items()):
        yield from entries(child, key + bytes([byte]))


def map_values(content, function):
    """The same index with other values."""
    def change(node):
        node.values = [(priority, function(value)) for priority, value in node.values]
        for child in node.children.values():
            change(child)

    if not content:
        return content
    root = decode(content)
    change(root)
    return encode(root)
