/* SPDX-License-Identifier: Apache-2.0 */
#include "program/ctext.h"

#include <ctype.h>
#include <string.h>

/* Bytes of a backslash and the end of the line behind it, which make one line of two; else 0. */
static size_t splice(const char *p)
{
	size_t blanks = *p == '\\' ? strspn(p + 1, " \t\r") : 0;

	return *p == '\\' && p[1 + blanks] == '\n' ? blanks + 2 : 0;
}

static const char *literal_end(const char *p)
{
	char quote = *p++;

	while (*p && *p != quote && *p != '\n') {
		if (*p == '\\' && p[1])
			p += splice(p) ? splice(p) : 2;
		else
			p++;
	}
	return *p == quote ? p + 1 : p;
}

/* The end of a line, and of those that it goes on with. */
static const char *line_end(const char *p)
{
	while (*p && *p != '\n')
		p += splice(p) ? splice(p) : 1;
	return p;
}

const char *ctext_inert(const char *p)
{
	if (p[0] == '/' && p[1] == '/')
		return line_end(p);
	if (p[0] == '/' && p[1] == '*') {
		const char *end = strstr(p + 2, "*/");

		return end ? end + 2 : p + strlen(p);
	}
	if (*p == '"' || *p == '\'')
		return literal_end(p);
	return p;
}

/* Does a line begin at @p, blanks aside, that no line before goes on with? */
static bool begins_line(const char *from, const char *p)
{
	while (p > from && (p[-1] == ' ' || p[-1] == '\t'))
		p--;
	if (p == from)
		return true;
	if (*--p != '\n')
		return false;
	while (p > from && strchr(" \t\r", p[-1]))
		p--;
	return p == from || p[-1] != '\\';
}

const char *ctext_directive(const char *from, const char *p)
{
	if (*p != '#' || !begins_line(from, p))
		return p;
	while (*p && *p != '\n') {
		const char *end = ctext_inert(p);

		p = end != p ? end : p + (splice(p) ? splice(p) : 1);
	}
	return p;
}

enum branch { BRANCH_NONE, BRANCH_IF, BRANCH_ELSE, BRANCH_END };

/* What the # at @p begins; *@condition is what stands behind its word. */
static enum branch branch_at(const char *from, const char *p, const char **condition)
{
	if (!begins_line(from, p))
		return BRANCH_NONE;
	const char *word = p + 1 + strspn(p + 1, " \t");
	size_t len = ctext_word(word);

	*condition = word + len;
	if (ctext_is(word, len, "if") || ctext_is(word, len, "ifdef") ||
	    ctext_is(word, len, "ifndef"))
		return BRANCH_IF;
	if (ctext_is(word, len, "else") || ctext_is(word, len, "elif"))
		return BRANCH_ELSE;
	return ctext_is(word, len, "endif") ? BRANCH_END : BRANCH_NONE;
}

static bool is_never(const char *condition)
{
	condition += strspn(condition, " \t");
	if (*condition++ != '0')
		return false;
	condition += strspn(condition, " \t\r");
	return !*condition || *condition == '\n' || ctext_inert(condition) != condition;
}

const char *ctext_skip(const char *from, const char *p)
{
	const char *condition;
	unsigned ifs = 0;

	if (*p != '#')
		return ctext_inert(p);
	if (branch_at(from, p, &condition) != BRANCH_IF || !is_never(condition))
		return p;
	for (p = condition; *p;) {
		const char *end = ctext_inert(p);
		enum branch branch = *p == '#' ? branch_at(from, p, &condition) : BRANCH_NONE;

		if (branch == BRANCH_IF)
			ifs++;
		else if (branch != BRANCH_NONE && !ifs)
			return p;
		else if (branch == BRANCH_END)
			ifs--;
		p = end != p ? end : p + 1;
	}
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
	const char *condition;

	switch (branch_at(from, p, &condition)) {
	case BRANCH_IF:
		if (nest->ifs < CTEXT_NEST)
			nest->saved[nest->ifs] = nest->depth;
		nest->ifs++;
		break;
	case BRANCH_ELSE:
		/* The #if was ahead of the bracket that this began with. */
		if (!nest->ifs)
			nest->saved[nest->ifs++] = 0;
		if (nest->ifs <= CTEXT_NEST)
			nest->depth = nest->saved[nest->ifs - 1];
		break;
	case BRANCH_END:
		nest->ifs -= nest->ifs > 0;
		break;
	case BRANCH_NONE:
		break;
	}
}

const char *ctext_close(const char *p)
{
	return ctext_close_within(p, NULL);
}

const char *ctext_close_within(const char *p, const char *limit)
{
	const char *from = p;
	const char closing = *p == '(' ? ')' : *p == '[' ? ']' : '}';
	struct ctext_nest nest = {0};

	while (*p && (!limit || p < limit) && nest.depth <= CTEXT_DEEPEST) {
		const char *end = ctext_skip(from, p);

		if (*p == '#') {
			ctext_branch(&nest, from, p);
			end = end == p ? ctext_directive(from, p) : end;
		}
		if (end != p) {
			p = end;
			continue;
		}
		if (strchr("([{", *p)) {
			nest.depth++;
		} else if (strchr(")]}", *p)) {
			if (!nest.depth)
				return NULL;
			if (--nest.depth == 0 && *p == closing)
				return p;
		}
		p++;
		p += strcspn(p, "([{}])#/\"'");
	}
	return NULL;
}

const char *ctext_unclosed(const char *text)
{
	const char *open[CTEXT_DEEPEST] = {0};
	struct ctext_nest nest = {0};

	for (const char *p = text; *p && nest.depth < CTEXT_DEEPEST;) {
		const char *end = ctext_skip(text, p);

		if (*p == '#') {
			ctext_branch(&nest, text, p);
			end = end == p ? ctext_directive(text, p) : end;
		}
		if (p[0] == '/' && p[1] == '*' && (end - p < 4 || end[-2] != '*' || end[-1] != '/'))
			return p;
		if (end != p) {
			p = end;
			continue;
		}
		if (strchr("([{", *p)) {
			open[nest.depth++] = p;
		} else if (strchr(")]}", *p) && nest.depth) {
			const char of = *open[nest.depth - 1];

			if (*p != (of == '(' ? ')' : of == '[' ? ']' : '}'))
				return open[nest.depth - 1];
			nest.depth--;
		}
		p++;
	}
	return nest.depth ? open[nest.depth - 1] : NULL;
}

size_t ctext_argument(const char *open, const char *close, unsigned n, const char **from)
{
	const char *p = open + 1, *begin = p;
	unsigned commas = 0;

	*from = NULL;
	while (p < close) {
		const char *end = ctext_skip(open, p);

		if (end == p && strchr("([{", *p)) {
			end = ctext_close(p);
			if (!end)
				return 0;
			end++;
		} else if (end == p && *p == ',') {
			if (commas == n)
				break;
			commas++;
			begin = p + 1;
		}
		p = end == p ? p + 1 : end;
	}
	if (commas < n)
		return 0;
	*from = ctext_space(begin);
	while (p > *from && strchr(" \t\n\r", p[-1]))
		p--;
	return p > *from ? (size_t)(p - *from) : 0;
}

unsigned ctext_line(const char *text, const char *p)
{
	unsigned line = 1;

	for (; text < p; text++)
		line += *text == '\n';
	return line;
}
