/* SPDX-License-Identifier: Apache-2.0 */
/*
 * similar.h - "did you mean": how far two words are apart.
 */
#ifndef KW_BASE_SIMILAR_H
#define KW_BASE_SIMILAR_H

#include <stdbool.h>

/**
 * similar_distance - single-letter edits (insert, delete, replace, swap neighbours) from one word
 * to the other; words longer than 127 letters are compared by their first 127
 */
unsigned similar_distance(const char *a, const char *b);

/**
 * similar_enough - near enough to be offered as what was meant
 */
bool similar_enough(const char *typed, const char *candidate);

#endif
