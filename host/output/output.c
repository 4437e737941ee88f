/* SPDX-License-Identifier: Apache-2.0 */
#include "output/output.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
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

void output_begin(FILE *out)
{
	setvbuf(out, NULL, _IONBF, 0);
}

/* As many whole lines of @text as a pipe takes in one piece; a longer line alone. */
static size_t piece_len(const char *text, size_t len)
{
	if (len <= PIPE_BUF)
		return len;
	const char *end = memrchr(text, '\n', PIPE_BUF);

	if (!end)
		end = memchr(text + PIPE_BUF, '\n', len - PIPE_BUF);
	return end ? (size_t)(end - text) + 1 : len;
}

/*
 * Errno of what kept the stream from taking more, or 0: there is room now. Others who have the same
 * pipe or terminal may have made it one that does not wait. The first signal asks for an end once
 * all is written, the second for one at once.
 */
static int wait_for_room(FILE *out, bool *interrupted)
{
	struct pollfd room = {.fd = fileno(out), .events = POLLOUT};
	int code = errno;

	if (code == EAGAIN && poll(&room, 1, -1) < 0)
		code = errno;
	if (code != EAGAIN && (code != EINTR || *interrupted))
		return code ? code : EIO;
	*interrupted |= code == EINTR;
	clearerr(out);
	return 0;
}

int output_write(FILE *out, struct buf *text)
{
	bool interrupted = false;
	int rc = buf_error(text);

	for (size_t at = 0; rc == 0 && at < text->len;) {
		size_t len = piece_len(text->data + at, text->len - at);

		errno = 0;
		size_t done = fwrite(text->data + at, 1, len, out);

		at += done;
		rc = done == len ? output_flush(out) : -wait_for_room(out, &interrupted);
	}
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
