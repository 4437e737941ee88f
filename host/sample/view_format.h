/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view_format.h - the format of a show line, checked once and filled in for each row.
 */
#ifndef KW_SAMPLE_VIEW_FORMAT_H
#define KW_SAMPLE_VIEW_FORMAT_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/buf.h"
#include "base/error.h"
#include "program/plan.h"
#include "sample/as.h"
#include "sample/type.h"

struct format; /* opaque */

/**
 * struct format_row - what a row's text is made from
 * @key, @leaf:	of its entry; NULL in a sum, which has none
 * @key_word:	shown for %key instead of the number, or NULL
 * @item:	name of the list's item, or NULL where the key is no index of one
 * @shown:	for %value, divided
 * @is_signed:	of @shown
 * @owner:	whose entry it is
 * @count, @longest: of an age view; @longest is divided
 */
struct format_row {
	const void *key;
	const void *leaf;
	const char *key_word;
	const char *item;
	uint64_t shown;
	bool is_signed;
	uint64_t count;
	uint64_t longest;
	struct as_owner owner;
	struct timespec wall;
};

/**
 * format_new - read and check the format of @show
 * @has_value:	there is a number for %value
 * @err:	a name that is nothing here: what there is instead
 */
int format_new(const struct show_line *show, const struct plan *plan, const struct type *key,
	       const struct type *leaf, bool has_value, struct format **out, struct error *err);

/**
 * format_list - the list option that it names the items of, or NULL
 */
const struct plan_list *format_list(const struct format *format);

/**
 * format_fill - add the text of one row
 */
void format_fill(const struct format *format, const struct format_row *row, struct buf *out);

void format_free(struct format *format);

/**
 * show_fails - "FILE:LINE: show TABLE: …" as a usage error
 */
int show_fails(const struct show_line *show, struct error *err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
