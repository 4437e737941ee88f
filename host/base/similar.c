/* SPDX-License-Identifier: Apache-2.0 */
#include "base/similar.h"

#include <string.h>

#define LONGEST 127

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

unsigned similar_distance(const char *a, const char *b)
{
	/* Three rows of the table are alive at a time: swapping neighbours looks two rows back. */
	unsigned rows[3][LONGEST + 1];
	unsigned *before = rows[0], *above = rows[1], *row = rows[2];
	size_t alen = strnlen(a, LONGEST), blen = strnlen(b, LONGEST);

	for (size_t j = 0; j <= blen; j++)
		above[j] = (unsigned)j;
	for (size_t i = 1; i <= alen; i++) {
		row[0] = (unsigned)i;
		for (size_t j = 1; j <= blen; j++) {
			unsigned replace = above[j - 1] + (a[i - 1] != b[j - 1]);

			row[j] = least(replace, 1 + least(above[j], row[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], before[j - 2] + 1);
		}
		unsigned *oldest = before;

		before = above;
		above = row;
		row = oldest;
	}
	return above[blen];
}

bool similar_enough(const char *typed, const char *candidate)
{
	size_t len = strnlen(typed, LONGEST), other = strnlen(candidate, LONGEST);
	/* About one slip in four letters; a one-letter word is not a misspelling of another. */
	size_t limit = len < 2 ? 0 : len < 6 ? 1 : len < 10 ? 2 : 3;

	if (len > other + limit || other > len + limit)
		return false;
	return similar_distance(typed, candidate) <= limit;
}

void similar_say(struct buf *text, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_addf(text, "%s%s",
			 i == 0	      ? "did you mean "
			 : i + 1 == n ? " or "
				      : ", ",
			 names[i]);
	if (n)
		buf_addc(text, '?');
}
