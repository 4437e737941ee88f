/* SPDX-License-Identifier: Apache-2.0 */
#include "program/shipped.h"

#include <string.h>

const struct shipped *shipped_find(const char *name)
{
	for (size_t i = 0; i < shipped_count; i++) {
		if (strcmp(shipped_programs[i].name, name) == 0)
			return &shipped_programs[i];
	}
	return NULL;
}
