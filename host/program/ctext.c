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

void ctext_branch(struct ctext_nest *nest, const char *from, const char *p)
{
	const char *before = p;

	while (before > from && (before[-1] == ' ' || before[-1] == '\t'))
		before--;
	if (before > from && before[-1] != '\n')
		return;
	const char *word = p + 1 + strspn(p + 1, " \t");
	size_t len = ctext_word(word);

	if (ctext_is(word, len, "if") || ctext_is(word, len, "ifdef") ||
	    ctext_is(word, len, "ifndef")) {
		if (nest->ifs < CTEXT_NEST)
			nest->saved[nest->ifs] = nest->depth;
		nest->ifs++;
	} else if (ctext_is(word, len, "else") || ctext_is(word, len, "elif")) {
		/* The #if was ahead of the bracket that this began with. */
		if (!nest->ifs)
			nest->saved[nest->ifs++] = 0;
		if (nest->ifs <= CTEXT_NEST)
			nest->depth = nest->saved[nest->ifs - 1];
	} else if (ctext_is(word, len, "endif") && nest->ifs) {
		nest->ifs--;
	}
}

const char *ctext_close(const char *p)
{
	const char *from = p;
	const char closing = *p == '(' ? ')' : *p == '[' ? ']' : '}';
	struct ctext_nest nest = {0};

	while (*p) {
		const char *end = ctext_inert(p);

		if (end != p) {
			p = end;
			continue;
		}
		if (*p == '#')
			ctext_branch(&nest, from, p);
		else if (strchr("([{", *p))
			nest.depth++;
		else if (strchr(")]}", *p)) {
			if (!nest.depth)
				return NULL;
			if (--nest.depth == 0 && *p == closing)
				return p;
		}
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
