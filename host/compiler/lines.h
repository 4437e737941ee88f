/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lines.h - from which line of the text an instruction came: the line table that clang puts into
 * .BTF.ext, which libbcc keeps to itself but hands to the kernel with each program that it loads.
 *
 * So lines.c stands in for two functions of libbpf that libbcc calls: the one that would load BTF,
 * and the one that would load a program. Neither loads anything.
 */
#ifndef KW_COMPILER_LINES_H
#define KW_COMPILER_LINES_H

#include "object/object.h"

/**
 * lines_collect - fill in @function->lines
 * @module:	of libbcc, compiled
 * @file:	what #line calls the text; lines of other files get the number 0
 *
 * Where libbcc gives no lines there are none. Return: 0 or -ENOMEM.
 */
int lines_collect(void *module, const char *file, struct object_function *function);

struct btf;

/**
 * lines_btf - the text's BTF, which libbcc owns; NULL where it has none
 */
const struct btf *lines_btf(void);

#endif
