/* SPDX-License-Identifier: Apache-2.0 */
#include "sample/sample.h"

#include <string.h>

#include "base/arena.h"

void sample_free(struct sample *sample)
{
	arena_free(sample->arena);
	memset(sample, 0, sizeof(*sample));
}
