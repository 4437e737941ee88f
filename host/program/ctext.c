/* SPDX-License-Identifier: Apache-2.0 */
#include "program/ctext.h"

#include <ctype.h>
#include <string.h>

static const char *literal_end(const char *p)
{
	char quote = *p++;

	while (*p && *p != quote && *p != '\n') {
		if (*p == '\\' && p[1])
			p++;
		p++;
	}
	return *p ? p + 1 : p;
}

const char *ctext_inert(const char *p)
{
	if (p[0] == '/' && p[1] == '/')
		return p + strcspn(p, "\n");
	if (p[0] == '/' && p[1] == '*') {
		const char *end = strstr(p + 2, "*/");

		return end ? end + 2 : p + strlen(p);
	}
	if (*p == '"' || *p == '\'')
		return literal_end(p);
	return p;
}

size_t ctext_word(const char *p)
{
	size_t n = 0;

	if (!isalpha((unsigned char)*p) && *p != '_')
		return 0;
	while (isalnum((unsigned char)p[n]) || p[n] == '_')
		n++;
	return n;
}

bool ctext_is(const char *p, size_t len, const char *word)
{
	return strlen(word) == len && memcmp(p, word, len) == 0;
}

const char *ctext_space(const char *p)
{
	for (;;) {
		const char *end = p;

		if (isspace((unsigned char)*p))
			p++;
		else if (*p == '/' && (end = ctext_inert(p)) != p)
			p = end;
		else
			return p;
	}
}

const char *ctext_close(const char *p)
{
	size_t depth = 0;

	while (*p) {
		const char *end = ctext_inert(p);

		if (end != p) {
			p = end;
			continue;
		}
		if (strchr("([{", *p))
			depth++;
		else if (strchr(")]}", *p) && --depth == 0)
			return p;
		p++;
	}
	return NULL;
}

bool ctext_in_directive(const char *text, const char *p)
{
	const char *line = p;

	/* A line that ends in a backslash goes on. */
	while (line > text && (line[-1] != '\n' || (line - text > 1 && line[-2] == '\\')))
		line--;
	line += strspn(line, " \t");
	return *line == '#' && line < p;
}

unsigned ctext_line(const char *text, const char *p)
{
	unsigned line = 1;

	for (; text < p; text++)
		line += *text == '\n';
	return line;
}
