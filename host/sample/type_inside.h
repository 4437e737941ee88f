/* SPDX-License-Identifier: Apache-2.0 */
/*
 * type_inside.h - for those who make types only: type.c, and the readers of descriptions,
 * type_parse.c (libbcc's) and type_given.c (those with offsets).
 */
#ifndef KW_SAMPLE_TYPE_INSIDE_H
#define KW_SAMPLE_TYPE_INSIDE_H

#include <jansson.h>

#include "sample/type.h"

#define TYPE_DEPTH 32
/* No table has larger entries; it keeps sums of sizes from wrapping. */
#define TYPE_MOST_BYTES ((uint64_t)1 << 32)

/**
 * type_scalar - by its name in C; Return: 0, or -EINVAL where that is none that is known
 */
int type_scalar(const char *name, struct type *out);

/**
 * type_set_name - Return: 0 or -ENOMEM
 */
int type_set_name(struct type *type, const char *name);

/**
 * type_good_name - names are printed and looked for by path: they must be what C has
 */
bool type_good_name(const char *name);

/**
 * type_given - read a description that says where everything is
 * @out:	zeroed; to be freed by the caller, also on failure
 * @why:	set to what is wrong
 *
 * Nothing in it lies outside of its record. Return: 0, -EINVAL, -ENOMEM.
 */
int type_given(json_t *node, struct type *out, const char **why);

#endif
