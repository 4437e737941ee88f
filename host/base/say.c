/* SPDX-License-Identifier: Apache-2.0 */
#include "base/say.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/utf8.h"

int say_verbosity;

static bool in_progress;

void say_progress(const char *what)
{
	if (what && !in_progress && !isatty(STDERR_FILENO))
		return;
	if (what && !in_progress)
		fprintf(stderr, "kwhile: %s ...", what);
	else if (!what && in_progress)
		fputs("\r\033[K", stderr);
	in_progress = what != NULL;
}

static void say_line(const char *fmt, va_list ap)
{
	struct buf text = {0}, line = {0};

	say_progress(NULL);
	/*
	 * One write a line: several processes may share this standard error. Paths and names of
	 * other people's files are in it, and are not to steer a terminal.
	 */
	buf_vaddf(&text, fmt, ap);
	buf_adds(&line, "kwhile: ");
	utf8_add_lines(&line, buf_string(&text), text.len);
	buf_addc(&line, '\n');
	if (!buf_error(&text) && !buf_error(&line))
		fwrite(line.data, 1, line.len, stderr);
	buf_free(&text);
	buf_free(&line);
}

void say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say_line(fmt, ap);
	va_end(ap);
}

void say_once(const char *fmt, ...)
{
	static char **said;
	static size_t nsaid;
	struct buf text = {0};
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&text, fmt, ap);
	va_end(ap);
	for (size_t i = 0; i < nsaid; i++) {
		if (strcmp(said[i], buf_string(&text)) == 0) {
			buf_free(&text);
			return;
		}
	}
	say("%s", buf_string(&text));
	char **more = realloc(said, (nsaid + 1) * sizeof(*said));

	if (more) {
		said = more;
		said[nsaid] = buf_take(&text);
		if (said[nsaid])
			nsaid++;
	}
	buf_free(&text);
}

void say_detail(const char *fmt, ...)
{
	va_list ap;

	if (say_verbosity < 1)
		return;
	va_start(ap, fmt);
	say_line(fmt, ap);
	va_end(ap);
}

void say_error(const struct error *err)
{
	if (err->detail && err->detail[0]) {
		fputs(err->detail, stderr);
		if (err->detail[strlen(err->detail) - 1] != '\n')
			fputc('\n', stderr);
	}
	say("%s", err->text[0] ? err->text : "failed");
}
