/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdint.h>

/*
 * The bytes of kmod's binary index (specification section 6.8). Integers are unsigned and
 * big-endian; nothing is aligned or padded.
 *
 *     file      u32 INDEX_MAGIC, u32 INDEX_VERSION, u32 pointer to the root, nodes
 *
 *     pointer   low 28 bits: where the node begins in the file
 *               high 4 bits: which parts it has; 0 altogether = there is no such child
 *
 *     node      INDEX_HAS_PREFIX:   bytes, NUL
 *               INDEX_HAS_CHILDREN: u8 first, u8 last, a pointer for each byte from first to last
 *               INDEX_HAS_VALUES:   u32 count, and for each value: u32 priority, bytes, NUL
 *
 * The nodes are a Patricia trie. A key is spelled by the way from the root: a node's prefix, the
 * byte that chooses the child, the child's prefix and so on. Of the keys "ab", "abcd" and "abce":
 *
 *     root, children a..a
 *       a: prefix "b", the values of "ab", children c..c
 *            c: children d..e
 *                 d: the values of "abcd"
 *                 e: the values of "abce"
 *
 * Each node but the root has values or at least two children, which makes the shape a function of
 * the keys alone. The root's prefix is empty; so is its key, whose values it holds. An index of
 * nothing is a header whose root pointer has no parts and stands at the end of the file.
 */
#define INDEX_MAGIC UINT32_C(0xb007f457)
#define INDEX_VERSION UINT32_C(0x00020001)
#define INDEX_VERSION_MAJOR(version) ((version) >> 16)
#define INDEX_HEADER_SIZE 12

#define INDEX_HAS_PREFIX UINT32_C(0x80000000)
#define INDEX_HAS_VALUES UINT32_C(0x40000000)
#define INDEX_HAS_CHILDREN UINT32_C(0x20000000)
#define INDEX_PARTS (INDEX_HAS_PREFIX | INDEX_HAS_VALUES | INDEX_HAS_CHILDREN)
#define INDEX_OFFSET_MASK UINT32_C(0x0fffffff)

/* The bytes that keys and values are made of: 1 to 127. */
#define INDEX_BYTE_MAX 0x7f

static inline uint32_t index_get_u32(const void *bytes) {
        const uint8_t *b = bytes;

        return (uint32_t) b[0] << 24 | (uint32_t) b[1] << 16 | (uint32_t) b[2] << 8 | b[3];
}

/* Returns where the next thing is to be put. */
static inline uint8_t *index_put_u32(uint8_t *bytes, uint32_t value) {
        bytes[0] = (uint8_t) (value >> 24);
        bytes[1] = (uint8_t) (value >> 16);
        bytes[2] = (uint8_t) (value >> 8);
        bytes[3] = (uint8_t) value;
        return bytes + sizeof(value);
}
