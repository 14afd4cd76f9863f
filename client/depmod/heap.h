/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Prepares the heap for a program that fills some ten megabytes once and then ends. First touches
 * of fresh pages are a good part of its time, so memory that was given back is kept. To be called
 * before anything else; it cannot fail, only not help.
 */
void heap_prepare(void);
