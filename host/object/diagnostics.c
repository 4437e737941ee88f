/* SPDX-License-Identifier: Apache-2.0 */
#include "object/diagnostics.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

#define INCLUDED "In file included from "
/* Of LLVM before 15; it is followed by an abort. */
#define DIVISION ": Unsupport signed division"

/* A part of a text, mostly a line without its end. */
struct part {
	const char *at;
	size_t len;
};

/* "FILE:LINE:COLUMN: words", of the user's own file. */
struct place {
	unsigned long line;
	unsigned long column;
	struct part words; /* from the space behind the last colon on */
};

static bool line_has(struct part line, const char *word)
{
	return memmem(line.at, line.len, word, strlen(word)) != NULL;
}

static bool line_begins(struct part line, const char *word)
{
	return line.len >= strlen(word) && memcmp(line.at, word, strlen(word)) == 0;
}

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
		if (line_begins(line, noise[i]))
			return true;
	return false;
}

/* libbcc stumbles over what clang has complained of already: that is all there is to say. */
static bool line_is_aftermath(struct part line, const char *said)
{
	return line_begins(line, "kwhile-compile: ") && line_has(line, ": Assertion `") &&
	       diagnostics_has_error(said);
}

/* Where a macro of BCC's own helpers or of ours stands, or what clang made of it. */
static bool line_is_inner_note(struct part line)
{
	return line_has(line, ": note: ") &&
	       (line_begins(line, "/virtual/include/") || line_begins(line, "<scratch space>:") ||
		line_begins(line, "kwhile:"));
}

static bool line_is_message(struct part line)
{
	return line_has(line, ": note: ") || line_has(line, ": error: ") ||
	       line_has(line, ": warning: ") || line_has(line, ": fatal error: ");
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
	place->column = column;
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

/*
 * Is @own what is shown? Expansion puts an end of line behind the { of a function: what stands
 * before it is shown alone, and what stands behind it in its own column behind blanks.
 */
static bool shows(struct part shown, struct part own)
{
	size_t blanks = 0;

	while (blanks < shown.len && isspace((unsigned char)shown.at[blanks]))
		blanks++;
	if (shown.len && shown.len < own.len && shown.at[shown.len - 1] == '{')
		own.len = shown.len;
	size_t brace = blanks;

	while (brace && brace < own.len && isspace((unsigned char)own.at[brace - 1]))
		brace--;
	if (brace && brace < own.len && own.at[brace - 1] == '{') {
		own.at += brace;
		own.len -= brace;
	}
	return same(own, shown);
}

/*
 * libbcc puts lines of its own ahead of a function, and its head seems to stand further down. The
 * user's line is the last one before that shows the same. Return: its number, or the one given.
 */
static unsigned long line_moved(const char *source, struct part shown, unsigned long number)
{
	unsigned long found = number, at = 1;

	if (shows(shown, line_number(source, number)))
		return number;
	for (struct part line = line_at(source); at < number; at++) {
		if (line.len && shows(shown, line))
			found = at;
		if (!*line.at)
			break;
		line = line_at(line_after(line));
	}
	return found;
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
	/* What to write instead stands in the column of the line that was made. */
	const char *next = line_after(mark);

	return *next == ' ' ? line_after(line_at(next)) : next;
}

/*
 * LLVM 14 gives up on a signed division with a page about its own insides, and with the place in
 * the middle of a line: "Error at line 2: Unsupport signed division for DAG: …, FILE:2:81Please …".
 */
static bool division_add(struct buf *out, struct part line, const char *file, const char *source)
{
	static const char begin[] = "Error at line ";
	char *end;

	if (!line_begins(line, begin))
		return false;
	unsigned long number = strtoul(line.at + sizeof(begin) - 1, &end, 10);

	if (!number || strncmp(end, DIVISION, sizeof(DIVISION) - 1) != 0)
		return false;
	buf_addf(out,
		 "%s:%lu: error: BPF has no division of signed numbers: make both unsigned (u64)\n",
		 file, number);
	if (source)
		line_add(out, line_number(source, number), file);
	return true;
}

/* What to do about LLVM's words, where they do not say it; "": nothing. */
static const char *backend_advice(struct part words)
{
	if (line_has(words, "built-in function '__") &&
	    (line_has(words, "sf") || line_has(words, "df")))
		return " BPF has no floating-point numbers: count in whole ones.";
	if (line_has(words, "built-in function 'mem"))
		return " 1024 bytes are the most at once.";
	return "";
}

/*
 * What LLVM cannot make code of, with the function's type, a column of the line as it was
 * rewritten, and 0:0 where it knows no place: "error: FILE:5:13: in function on_call i32 (i8*): A
 * call to …".
 */
static bool backend_add(struct buf *out, struct part line, const char *file, const char *source)
{
	static const char error[] = "error: ", in[] = ": in function ", type[] = "): ";
	struct part place = {line.at + sizeof(error) - 1, line.len - (sizeof(error) - 1)};
	const char *at, *words;

	if (!line_begins(line, error))
		return false;
	at = memmem(place.at, place.len, in, sizeof(in) - 1);
	if (!at || strncmp(place.at, file, strlen(file)) != 0)
		return false;
	unsigned long number =
		place.at[strlen(file)] == ':' ? strtoul(place.at + strlen(file) + 1, NULL, 10) : 0;

	at += sizeof(in) - 1;
	words = memmem(at, (size_t)(line.at + line.len - at), type, sizeof(type) - 1);
	if (!words)
		return false;
	words += sizeof(type) - 1;
	struct part rest = {words, (size_t)(line.at + line.len - words)};

	buf_adds(out, file);
	if (number)
		buf_addf(out, ":%lu", number);
	buf_addf(out, ": error: %.*s(): %.*s%s\n", (int)strcspn(at, " "), at, (int)rest.len,
		 rest.at, backend_advice(rest));
	if (number && source)
		line_add(out, line_number(source, number), file);
	return true;
}

bool diagnostics_has_error(const char *said)
{
	for (struct part line = line_at(said); *line.at; line = line_at(line_after(line)))
		if (line_has(line, ": error: ") || line_has(line, ": fatal error: ") ||
		    line_has(line, DIVISION))
			return true;
	return false;
}

/* What follows a message and what is shown of a line: "code", "  ^~~", and perhaps what to write.
 */
static const char *message_end(struct part message)
{
	struct part line = line_at(line_after(message));

	/* The name of a macro may go on in the next line, and so does its code. */
	for (int i = 0; i < 4 && *line.at; i++) {
		if (line_is_message(line))
			break;
		const char *next = line_after(line);

		if (is_mark(line))
			return *next == ' ' ? line_after(line_at(next)) : next;
		line = line_at(next);
	}
	return line_after(message);
}

/* Where the message before was said to be, and where it is. */
struct moved {
	unsigned long line;
	unsigned long column;
	unsigned long to;
};

/* A message and the line that it shows. Return: what follows them. */
static const char *message_add(struct buf *out, struct part line, const char *file,
			       const char *source, struct moved *last)
{
	const struct part shown = line_at(line_after(line));
	const bool is_shown = shown.len && is_mark(line_at(line_after(shown)));
	struct place place;

	if (!source || !place_read(line, file, &place)) {
		line_add(out, line, file);
		return line_after(line);
	}
	/* The same place is not shown again. */
	if (is_shown)
		*last = (struct moved){place.line, place.column,
				       line_moved(source, shown, place.line)};
	if (last->line == place.line && last->column == place.column)
		place.line = last->to;
	struct part own = line_number(source, place.line);

	if (is_shown && own.len && !shows(shown, own))
		return replace(out, &place, shown, own, file);
	buf_addf(out, "%s:%lu:%lu:", file, place.line, place.column);
	line_add(out, place.words, file);
	if (!is_shown || !own.len || same(own, shown))
		return line_after(line);
	/* A part of the user's line was shown: the marks are in the same column of all of it. */
	line_add(out, own, file);
	return line_after(shown);
}

/*
 * What follows a warning about the kernel's headers that begins here, with how they came to be
 * included; NULL: none does. libbcc works in their directory, so their names are relative.
 */
static const char *header_warning_end(const char *said)
{
	struct part line = line_at(said);

	while (line_begins(line, INCLUDED))
		line = line_at(line_after(line));
	if (!line_has(line, ": warning: ") ||
	    (!line_begins(line, "include/") && !line_begins(line, "arch/")))
		return NULL;
	for (line = line_at(line_after(line)); *line.at; line = line_at(line_after(line)))
		if (line_begins(line, INCLUDED) || line_has(line, " generated.") ||
		    (line_is_message(line) && !line_has(line, ": note: ")))
			break;
	return line.at;
}

/*
 * Of a handler with several arguments libbcc makes " int b = (int)ctx->di;", for x86-64, ahead of
 * its body. The line is not the user's, nor has it the number of one of his.
 */
static bool is_of_arguments(struct part line, const char *file, const char *source)
{
	const struct part shown = line_at(line_after(line));
	struct place place;

	if (!source || !line_has(shown, ")") || !line_has(shown, "->di;") ||
	    !place_read(line, file, &place))
		return false;
	return !shows(shown, line_number(source, line_moved(source, shown, place.line)));
}

char *diagnostics_clean(const char *said, const char *file, const char *source)
{
	const char *const all = said;
	const bool failed = diagnostics_has_error(said);
	struct part before = {0};  /* the error before this line */
	bool again = false;	   /* and it came a second time */
	bool of_arguments = false; /* that was said */
	struct moved last = {0};
	struct buf out = {0};

	while (*said) {
		const char *end = failed ? header_warning_end(said) : NULL;

		if (end) {
			said = end;
			continue;
		}
		const struct part line = line_at(said);
		const bool error = line_has(line, ": error: ");

		said = line_after(line);
		if (line_is_noise(line) || line_is_aftermath(line, all))
			continue;
		/* What a macro has in many places is wrong once, and the notes belong to it. */
		if (error && is_of_arguments(line, file, source)) {
			if (!of_arguments)
				buf_addf(
					&out,
					"%s: error: the arguments behind a handler's first one are "
					"read from it: it has to be struct pt_regs *ctx, which "
					"<uapi/linux/ptrace.h> has\n",
					file);
			of_arguments = again = true;
			said = message_end(line);
			continue;
		}
		if (error)
			again = before.len && line.len == before.len &&
				memcmp(line.at, before.at, line.len) == 0;
		else if (line_is_message(line) && !line_has(line, ": note: "))
			again = false;
		if (line_is_inner_note(line) || (again && line_is_message(line))) {
			said = message_end(line);
			continue;
		}
		if (error)
			before = line;
		if (division_add(&out, line, file, source))
			break;
		if (backend_add(&out, line, file, source)) {
			said += strspn(said, "\n");
			continue;
		}
		said = message_add(&out, line, file, source, &last);
	}
	return buf_take(&out);
}
