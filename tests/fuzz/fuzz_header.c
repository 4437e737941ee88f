/* SPDX-License-Identifier: Apache-2.0 */
/* A text either has a header that can be used, or one line says what is wrong with it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "program/header.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct header header = {0};
	struct error err = {0};
	char *text = strndup((const char *)data, size);

	if (!text)
		abort();
	/* The fuzzer must not read files of this machine. */
	for (char *p = text; *p; p++) {
		if (*p == '@')
			*p = 'a';
	}
	int rc = header_parse(text, "fuzz", &header, &err);

	if (rc && (!err.text[0] || !err.status))
		abort();
	for (size_t i = 0; i < header.options.n; i++) {
		struct program_option *option = &header.options.list[i];

		if (!option->name || !option->value || !option->fallback || !option->help)
			abort();
		if (!option_shown(option) || option_find(&header.options, option->name) != option)
			abort();
		/* What is in force can be given again. */
		if (!option_needs_value(option) && option_bind(option, option->fallback, NULL))
			abort();
	}
	if (rc == 0 && header_check(&header, &err) == 0) {
		for (size_t i = 0; i < header.nshows; i++)
			show_is_wanted(&header, &header.shows[i]);
	}
	header_free(&header);
	error_clear(&err);
	free(text);
	return 0;
}
