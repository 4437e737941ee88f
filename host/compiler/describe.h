/* SPDX-License-Identifier: Apache-2.0 */
/*
 * describe.h - what a table's keys and leaves are, from the BTF that clang made of the text.
 *
 * libbcc's own descriptions have no offsets, one dimension of an array and no names of enumerators.
 * These have, as JSON (sample/type.h); the tracer reads them without BTF.
 */
#ifndef KW_COMPILER_DESCRIBE_H
#define KW_COMPILER_DESCRIBE_H

#include <stdbool.h>
#include <stddef.h>

/**
 * describe - the description of a table's key or leaf
 * @size:	bytes that it has, as libbcc says
 *
 * libbcc's macros declare a struct ____btf_map_TABLE with both for BTF, and so does expansion for
 * records. Return: to be freed by the caller; NULL where there is no such type, or one of another
 * size: then libbcc's description has to do.
 */
char *describe(const char *table, bool key, size_t size);

#endif
