/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "buffer.h"
#include "candidate.h"

/*
 * The record of candidates: strings, each ended by a NUL, whose first character says what the rest
 * is. It passes from the process that has read foreign files to the one that has not, which
 * believes nothing of it: any bytes will do to be parsed.
 *
 *   M path                    begins a candidate
 *   E errno reason            nothing is known of it
 *   k compression             m machine class byte_order (decimal numbers)
 *   i crc name                an import; w: a weak one; v: a CRC without a symbol
 *   x crc name                an export; the CRC is in hexadecimal digits, or - if there is none
 *   a name / g name           how an export of before is exported: to all, or to GPL modules
 *   n namespace               the namespace of the export that the last a or g was about
 *   V vermagic   L license   G signer   A alias   N namespace that is imported
 *   Z                         the end: whoever wrote it has come that far
 */

/* Appends one line. The text is cut at a NUL. */
void candidate_put(Buffer *record, char what, const char *text, size_t size);
void candidate_put_symbol(Buffer *record, char what, bool has_crc, uint32_t crc, const char *name,
                          size_t size);
void candidate_put_error(Buffer *record, int error, const char *reason);
void candidate_put_machine(Buffer *record, unsigned machine, unsigned class, unsigned byte_order);

/*
 * Parses a record into an empty list, which is to be cleared in any case. 0; -EBADMSG: it is no
 * record or not a whole one; -ENOMEM.
 */
int candidates_parse(Candidates *candidates, const char *record, size_t size);
