/* SPDX-License-Identifier: Apache-2.0 */
/* Fields are inside the text, apart from each other, and not empty. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "program/tracepoint_format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	struct tracepoint_field field;

	if (!text)
		abort();
	const char *end = text + strlen(text), *before = text;

	for (const char *at = text; tracepoint_field_next(&at, &field); before = at) {
		if (field.type < before || !field.type_len || !field.name_len)
			abort();
		if (field.name <= field.type || field.type + field.type_len > field.name)
			abort();
		if (field.name + field.name_len > at || at > end)
			abort();
	}
	free(text);
	return 0;
}
