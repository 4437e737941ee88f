/* SPDX-License-Identifier: Apache-2.0 */
#include "object/diagnostics.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

/* A part of a text, mostly a line without its end. */
struct part {
	const char *at;
	size_t len;
};

/* "FILE:LINE:COLUMN: words", of the user's own file. */
struct place {
	unsigned long line;
	struct part words; /* from the space behind the last colon on */
};

/* Lines that tell a user of the tracer nothing. */
static bool line_is_noise(struct part line)
{
	static const char *const noise[] = {
		"In file included from <built-in>:",
		"In file included from /virtual/",
		"#include \"/virtual/",
		"libbpf: ",
		"bpf: Failed to load program",
	};

	for (size_t i = 0; i < sizeof(noise) / sizeof(noise[0]); i++)
		if (line.len >= strlen(noise[i]) &&
		    memcmp(line.at, noise[i], strlen(noise[i])) == 0)
			return true;
	return false;
}

static struct part line_at(const char *at)
{
	return (struct part){at, strcspn(at, "\n")};
}

static const char *line_after(struct part line)
{
	return line.at + line.len + (line.at[line.len] == '\n');
}

static struct part line_number(const char *source, unsigned long number)
{
	struct part line = line_at(source);

	while (--number && *line.at)
		line = line_at(line_after(line));
	return line;
}

static void line_add(struct buf *out, struct part line, const char *file)
{
	static const char virtual_name[] = "/virtual/main.c";
	const char *at = line.at, *stop = line.at + line.len;

	while (at < stop) {
		const char *hit =
			memmem(at, (size_t)(stop - at), virtual_name, sizeof(virtual_name) - 1);

		buf_add(out, at, (size_t)((hit ? hit : stop) - at));
		if (!hit)
			break;
		buf_adds(out, file);
		at = hit + sizeof(virtual_name) - 1;
	}
	buf_addc(out, '\n');
}

static bool place_read(struct part line, const char *file, struct place *place)
{
	static const char virtual_name[] = "/virtual/main.c";
	size_t len = strlen(file);
	char *end;

	if (line.len < len || memcmp(line.at, file, len) != 0) {
		file = virtual_name;
		len = sizeof(virtual_name) - 1;
	}
	if (line.len <= len || memcmp(line.at, file, len) != 0 || line.at[len] != ':' ||
	    !isdigit((unsigned char)line.at[len + 1]))
		return false;
	place->line = strtoul(line.at + len + 1, &end, 10);
	if (*end != ':' || !isdigit((unsigned char)end[1]))
		return false;
	unsigned long column = strtoul(end + 1, &end, 10);

	if (*end != ':' || end >= line.at + line.len)
		return false;
	place->words = (struct part){end + 1, (size_t)(line.at + line.len - end - 1)};
	return place->line && column;
}

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* "      ^~~~~ " */
static bool is_mark(struct part line)
{
	size_t n = 0;

	while (n < line.len && strchr(" \t~^", line.at[n]))
		n++;
	return n == line.len && memchr(line.at, '^', line.len);
}

static bool same(struct part a, struct part b)
{
	while (a.len && isspace((unsigned char)*a.at)) {
		a.at++;
		a.len--;
	}
	while (b.len && isspace((unsigned char)*b.at)) {
		b.at++;
		b.len--;
	}
	return a.len == b.len && memcmp(a.at, b.at, a.len) == 0;
}

/* Column, from 1, of the word that stands at @column of @shown, if @own has it once; 0: no. */
static unsigned long find_word(struct part shown, unsigned long column, struct part own)
{
	size_t from = column - 1, len = 0;
	unsigned long found = 0;

	while (from + len < shown.len && is_name(shown.at[from + len]))
		len++;
	for (size_t i = 0; len && i + len <= own.len; i++) {
		if (memcmp(own.at + i, shown.at + from, len) != 0 ||
		    (i && is_name(own.at[i - 1])) ||
		    (i + len < own.len && is_name(own.at[i + len])))
			continue;
		if (found)
			return 0;
		found = i + 1;
	}
	return found;
}

static void mark_add(struct buf *out, struct part own, unsigned long column)
{
	for (size_t i = 0; i + 1 < column; i++)
		buf_addc(out, own.at[i] == '\t' ? '\t' : ' ');
	buf_adds(out, "^\n");
}

/* A message and the line that it shows, which is not the user's. Return: what follows them. */
static const char *replace(struct buf *out, const struct place *place, struct part shown,
			   struct part own, const char *file)
{
	const struct part mark = line_at(line_after(shown));
	/* The line is shown with blanks for tabs: the mark stands where the column is in that. */
	const char *caret = memchr(mark.at, '^', mark.len);
	const unsigned long column =
		caret ? find_word(shown, (size_t)(caret - mark.at) + 1, own) : 0;

	buf_addf(out, "%s:%lu:", file, place->line);
	if (column)
		buf_addf(out, "%lu:", column);
	line_add(out, place->words, file);
	line_add(out, own, file);
	if (column)
		mark_add(out, own, column);
	return line_after(mark);
}

char *diagnostics_clean(const char *said, const char *file, const char *source)
{
	struct buf out = {0};

	while (*said) {
		struct part line = line_at(said), shown = line_at(line_after(line));
		struct place place;

		said = line_after(line);
		if (line_is_noise(line))
			continue;
		if (source && shown.len && place_read(line, file, &place) &&
		    is_mark(line_at(line_after(shown)))) {
			struct part own = line_number(source, place.line);

			if (own.len && !same(own, shown)) {
				said = replace(&out, &place, shown, own, file);
				continue;
			}
		}
		line_add(&out, line, file);
	}
	return buf_take(&out);
}
