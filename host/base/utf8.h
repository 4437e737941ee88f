/* SPDX-License-Identifier: Apache-2.0 */
/*
 * utf8.h - text from the kernel (task names, paths) is any bytes; what is shown is UTF-8.
 */
#ifndef KW_BASE_UTF8_H
#define KW_BASE_UTF8_H

#include <stddef.h>

#include "base/buf.h"

/**
 * utf8_char - Return: bytes of the well-formed character that @text begins with, or 0 when it
 * begins with none (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF)
 */
size_t utf8_char(const char *text, size_t len);

/**
 * utf8_add_line - add text so that it stays on its line and cannot steer a terminal: control
 * characters and bytes that are not UTF-8 become \xHH
 */
void utf8_add_line(struct buf *out, const char *text, size_t len);

/**
 * utf8_add_lines - the same, but line feeds and tabs stay
 */
void utf8_add_lines(struct buf *out, const char *text, size_t len);

#endif
