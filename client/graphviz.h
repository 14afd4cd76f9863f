/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "buffer.h"

/*
 * Lets graphviz draw a graph: writes a picture in one of its formats, such as "svg", to a
 * descriptor. 0 or a negative errno, which has been said: -ENOENT without graphviz.
 */
int graphviz_draw(const Buffer *dot, const char *format, int output_fd);
