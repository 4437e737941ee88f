/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of tracefs as an audit reads them: no count is below 0, and none is written past its room.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/witness_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = calloc(1, size + 1);
	int64_t *events = calloc(2, sizeof(*events));

	if (!text || !events)
		abort();
	memcpy(text, data, size);
	size_t found = witness_count(text, 17, events, 2);

	if (found != witness_count(text, 17, NULL, 0))
		abort();
	for (size_t i = 0; i < found && i < 2; i++)
		if (events[i] < 0)
			abort();
	for (const char *line = text; *line; line += *line == '\n') {
		if (witness_owner(line) < 0)
			abort();
		line += strcspn(line, "\n");
	}
	free(events);
	free(text);
	return 0;
}
