/* SPDX-License-Identifier: Apache-2.0 */
#include "base/grow.h"

#include <stdlib.h>

void *grow(void *list, size_t n, size_t size)
{
	return n & (n - 1) ? list : reallocarray(list, n ? n * 2 : 1, size);
}
