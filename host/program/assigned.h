/* SPDX-License-Identifier: Apache-2.0 */
/*
 * assigned.h - tables whose values a text sets, such as a maximum, the time of the last event or
 * what a task waits for. The difference of two of them is nothing: they are shown as they stand,
 * where those that a text adds to are subtracted.
 */
#ifndef KW_PROGRAM_ASSIGNED_H
#define KW_PROGRAM_ASSIGNED_H

#include <stdbool.h>

/**
 * assigned_is - does the text only set the values of @table, by BCC's calls?
 *
 * A table is taken for one that is added to unless all that the text does with it is seen: it is
 * updated, what is put there does not come from what was there, and what look-ups find is only
 * read.
 */
bool assigned_is(const char *text, const char *table);

#endif
