/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A text becomes C whose lines are the text's own, or one line says what is wrong with it; and what
 * it says by the names of its handlers and tables is a header.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "program/assigned.h"
#include "program/bare.h"
#include "program/ctext.h"
#include "program/expand.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t lines_of(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

/* The number of the last line, as the compiler counts: a directive only repeats the line it is in.
 */
static size_t counted(const char *body)
{
	size_t line = 1;

	while ((body = strchr(body, '\n'))) {
		body++;
		line++;
		if (strncmp(body, "#line ", 6) != 0)
			continue;
		if (strtoul(body + 6, NULL, 10) != line - 1)
			abort();
		line -= 2;
	}
	return line;
}

static void check_expansion(const char *source, const struct expansion *out)
{
	static const char mark[] = "#line 1 \"fuzz.c\"\n";
	const char *body = out->text ? strstr(out->text, mark) : NULL;

	if (!body)
		abort();
	if (!strstr(source, "#line") && counted(body + sizeof(mark) - 1) != lines_of(source) + 1)
		abort();
	for (size_t i = 0; i < out->nhalved; i++)
		if (!out->halved[i].name[0] || out->halved[i].refused >= REFUSED_SLOTS)
			abort();
	for (size_t i = 0; i < out->nstreams; i++)
		if (!out->streams[i].name[0] || out->streams[i].lost >= LOST_SLOTS)
			abort();
}

static void check_bare(const char *source)
{
	struct header header = {0};
	struct error err = {0};

	if ((bare_attaches(&header, source, "fuzz.c", &err) ||
	     bare_shows(&header, source, "fuzz.c", &err)) &&
	    !err.text[0])
		abort();
	for (size_t i = 0; i < header.nshows; i++)
		assigned_is(source, header.shows[i].table);
	error_clear(&err);
	header_free(&header);
	const char *open = ctext_unclosed(source);

	if (open && (open < source || open >= source + strlen(source) || !strchr("([{/", *open)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct header header = {0};
	struct expansion out = {0};
	struct error err = {0};
	char *source = strndup((const char *)data, size);

	if (!source)
		abort();
	/* The fuzzer must not read files of this machine. */
	for (char *p = source; *p; p++)
		if (*p == '@')
			*p = 'a';
	if (header_parse(source, "fuzz.c", &header, &err) == 0) {
		int rc = expand(source, "fuzz.c", &header, &out, &err);

		if (rc && (!err.text[0] || out.text))
			abort();
		if (rc == 0)
			check_expansion(source, &out);
	}
	check_bare(source);
	expansion_free(&out);
	error_clear(&err);
	header_free(&header);
	free(source);
	return 0;
}
