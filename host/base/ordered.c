/* SPDX-License-Identifier: Apache-2.0 */
#include "base/ordered.h"

#include <string.h>

size_t ordered_upto(const void *list, size_t n, size_t size, uint64_t number)
{
	size_t from = 0, to = n;

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		uint64_t found;

		memcpy(&found, (const char *)list + middle * size, sizeof(found));
		if (found <= number)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}
