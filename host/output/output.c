/* SPDX-License-Identifier: Apache-2.0 */
#include "output/output.h"

#include <errno.h>
#include <string.h>

#include "output/write.h"

static const struct output_format *const formats[] = {
	&output_text,
	&output_json,
	&output_folded,
	&output_flamegraph,
};

#define NFORMATS (sizeof(formats) / sizeof(formats[0]))

const struct output_format *output_find(const char *name)
{
	for (size_t i = 0; i < NFORMATS; i++) {
		if (strcmp(formats[i]->name, name) == 0)
			return formats[i];
	}
	return NULL;
}

const char *output_names(void)
{
	static char names[128];

	if (names[0])
		return names;
	for (size_t i = 0; i < NFORMATS; i++) {
		size_t len = strlen(names);

		snprintf(names + len, sizeof(names) - len, "%s%s", i ? ", " : "", formats[i]->name);
	}
	return names;
}

int output_write(FILE *out, struct buf *text)
{
	int rc = buf_error(text);

	errno = 0;
	if (!rc && text->len && fwrite(text->data, 1, text->len, out) != text->len)
		rc = errno ? -errno : -EIO;
	buf_free(text);
	return rc ? rc : output_flush(out);
}

int output_flush(FILE *out)
{
	errno = 0;
	if (fflush(out) == 0 && !ferror(out))
		return 0;
	return errno ? -errno : -EIO;
}
