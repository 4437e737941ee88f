/* SPDX-License-Identifier: Apache-2.0 */
/*
 * history.h - the previous reading of a growing table, to be subtracted from the next.
 */
#ifndef KW_SAMPLE_HISTORY_H
#define KW_SAMPLE_HISTORY_H

#include <stddef.h>

#include "kernel/table.h"
#include "sample/type.h"

struct history; /* opaque: a hash from key to leaf */

/**
 * history_new - an empty history: the first reading counts whole. NULL when memory ran out
 */
struct history *history_new(size_t key_size, size_t leaf_size);

/**
 * history_subtract - make @now the difference to the reading before, and remember what it was
 * @type:	of the leaf, numbers only
 * @now:	a reading, one leaf a key; changed in place
 *
 * A key that is in the history and not in @now is forgotten: it was deleted, and counts whole when
 * it comes again.
 * Return: 0, or -ENOMEM: @now is empty then, the history as before, so that nothing is lost.
 */
int history_subtract(struct history *history, const struct type *type, struct entries *now);

/**
 * history_reset - forget the reading before: the table was emptied
 */
void history_reset(struct history *history);

void history_free(struct history *history);

#endif
