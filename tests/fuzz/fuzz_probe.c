/* SPDX-License-Identifier: Apache-2.0 */
/* What parses is written, and read again, as the same probe point. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "program/probe.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same(const char *a, const char *b)
{
	if ((a == NULL) != (b == NULL) || (a && strcmp(a, b) != 0))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error err = {0};
	struct probe probe, again, copy;
	char *text = strndup((const char *)data, size);
	size_t room = size + 64; /* a number may grow: 0x… is written in decimals */
	char *written = malloc(room);

	if (!text || !written)
		abort();
	if (probe_parse(text, &probe, &err) == 0) {
		probe_format(&probe, written, room);
		if (probe_parse(written, &again, &err))
			abort();
		if (probe.kind != again.kind || probe.offset != again.offset ||
		    probe.number != again.number)
			abort();
		same(probe.group, again.group);
		same(probe.name, again.name);
		if (probe_copy(&copy, &probe))
			abort();
		same(probe.name, copy.name);
		probe_free(&copy);
		probe_free(&again);
		probe_free(&probe);
	} else if (!err.text[0] || strchr(err.text, '\n')) {
		abort();
	}
	error_clear(&err);
	free(written);
	free(text);
	return 0;
}
