/* SPDX-License-Identifier: Apache-2.0 */
/*
 * similar.h - "did you mean": how far two words are apart.
 */
#ifndef KW_BASE_SIMILAR_H
#define KW_BASE_SIMILAR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/**
 * similar_distance - single-letter edits (insert, delete, replace, swap neighbours) from one word
 * to the other; words longer than 127 letters are compared by their first 127
 */
unsigned similar_distance(const char *a, const char *b);

/**
 * similar_enough - near enough to be offered as what was meant
 */
bool similar_enough(const char *typed, const char *candidate);

/**
 * similar_say - add "did you mean a, b or c?", or nothing where there is none
 * @names:	@n of them, the best first
 */
void similar_say(struct buf *text, const char *const *names, size_t n);

#endif
