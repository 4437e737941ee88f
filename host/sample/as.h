/* SPDX-License-Identifier: Apache-2.0 */
/*
 * as.h - what a field stands for: the function at an address, an IP address, a device. By the as
 * lines of a text, or by a place of a format (%{field:kind}).
 */
#ifndef KW_SAMPLE_AS_H
#define KW_SAMPLE_AS_H

#include <sys/types.h>

#include "base/buf.h"
#include "base/error.h"
#include "program/header.h"
#include "sample/naming.h"
#include "sample/type.h"

/**
 * struct as_owner - whose an entry is
 * @naming:	what addresses are called
 * @pid:	its process (AS_USYM); 0: not known
 */
struct as_owner {
	struct naming *naming;
	pid_t pid;
};

/**
 * as_of - what the as lines of a table say of a field
 * @field:	of @key or @leaf, or one of these itself
 */
enum as_kind as_of(const struct header *header, const char *table, const struct type *key,
		   const struct type *leaf, const struct type *field);

/**
 * as_lines_check - do the as lines of a table fit its key and leaf?
 *
 * Return: 0, or -EINVAL with a line.
 */
int as_lines_check(const struct header *header, const char *table, const struct type *key,
		   const struct type *leaf, struct error *err);

/**
 * as_unfit - why a field cannot be shown so; NULL where it can
 */
const char *as_unfit(enum as_kind as, const struct type *field);

/**
 * as_print - a field as what it stands for
 * @record:	start of the record that @field is in
 * @owner:	whose addresses it has
 */
void as_print(enum as_kind as, const struct type *field, const void *record, struct as_owner owner,
	      struct buf *out);

#endif
