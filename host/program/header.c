/* SPDX-License-Identifier: Apache-2.0 */
#include "program/header.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "base/similar.h"
#include "program/header_line.h"
#include "program/word.h"

#define LINE_MAX_BYTES 4096

/* More is no header but a mistake, or an attack on what walks these lists. */
#define LINES_MAX 4096

#define WORDS                                                                                      \
	"option, attach, standin, fresh, size, label, account, repair, word, tail, inner, as, "    \
	"show"

static const char *const words[] = {"option", "attach",	 "standin", "fresh", "size",
				    "label",  "account", "repair",  "word",  "tail",
				    "inner",  "as",	 "show"};

/*
 * Append one line to a list of them.
 * Return: the list, perhaps elsewhere now; NULL on failure, and the old one is untouched.
 */
static void *append(void *list, size_t *n, const void *line, size_t size, struct error *err)
{
	if (*n >= LINES_MAX) {
		error_usage(err, "more than %d lines of one kind", LINES_MAX);
		return NULL;
	}
	char *to = grow(list, *n, size);

	if (!to) {
		error_nomem(err);
		return NULL;
	}
	memcpy(to + *n * size, line, size);
	(*n)++;
	return to;
}

static int add_attach(struct header *h, const char *rest, bool standin, struct origin origin,
		      struct error *err)
{
	struct attach_line line = {.origin = origin};
	struct attach_line *more = NULL;
	int rc = standin ? standin_line_read(&line, rest, err) : attach_line_read(&line, rest, err);

	if (rc == 0)
		more = append(h->attaches, &h->nattaches, &line, sizeof(line), err);
	if (!more) {
		attach_line_free(&line);
		return -1;
	}
	h->attaches = more;
	return 0;
}

static int add_fresh(struct header *h, const char *rest, struct origin origin, struct error *err)
{
	struct fresh_line line = {.origin = origin};
	struct fresh_line *more = NULL;

	if (fresh_line_read(&line, rest, err) == 0)
		more = append(h->freshes, &h->nfreshes, &line, sizeof(line), err);
	if (!more) {
		fresh_line_free(&line);
		return -1;
	}
	h->freshes = more;
	return 0;
}

static int add_size(struct header *h, const char *rest, struct origin origin, struct error *err)
{
	struct size_line line = {.origin = origin};
	struct size_line *more = NULL;

	if (size_line_read(&line, rest, err) == 0)
		more = append(h->sizes, &h->nsizes, &line, sizeof(line), err);
	if (!more) {
		size_line_free(&line);
		return -1;
	}
	h->sizes = more;
	return 0;
}

static int add_label(struct header *h, const char *rest, struct origin origin, struct error *err)
{
	struct label_line line = {.origin = origin};
	struct label_line *more = NULL;

	if (label_line_read(&line, rest, err) == 0)
		more = append(h->labels, &h->nlabels, &line, sizeof(line), err);
	if (!more) {
		label_line_free(&line);
		return -1;
	}
	h->labels = more;
	return 0;
}

static int add_account(struct header *h, const char *rest, struct origin origin, struct error *err)
{
	struct account_line line = {.origin = origin};
	struct account_line *more = NULL;

	if (account_line_read(&line, rest, err) == 0)
		more = append(h->accounts, &h->naccounts, &line, sizeof(line), err);
	if (!more) {
		account_line_free(&line);
		return -1;
	}
	h->accounts = more;
	return 0;
}

static int add_repair(struct header *h, const char *rest, struct origin origin, struct error *err)
{
	struct repair_line line = {.origin = origin};
	struct repair_line *more = NULL;

	if (repair_line_read(&line, rest, err) == 0)
		more = append(h->repairs, &h->nrepairs, &line, sizeof(line), err);
	if (!more) {
		repair_line_free(&line);
		return -1;
	}
	h->repairs = more;
	return 0;
}

static int add_tail(struct header *h, const char *rest, struct origin origin, struct error *err)
{
	struct tail_line line = {.origin = origin};
	struct tail_line *more = NULL;

	if (tail_line_read(&line, rest, err) == 0)
		more = append(h->tails, &h->ntails, &line, sizeof(line), err);
	if (!more) {
		tail_line_free(&line);
		return -1;
	}
	h->tails = more;
	return 0;
}

static int add_inner(struct header *h, const char *rest, struct origin origin, struct error *err)
{
	struct inner_line line = {.origin = origin};
	struct inner_line *more = NULL;

	if (inner_line_read(&line, rest, err) == 0)
		more = append(h->inners, &h->ninners, &line, sizeof(line), err);
	if (!more) {
		inner_line_free(&line);
		return -1;
	}
	h->inners = more;
	return 0;
}

static int add_as(struct header *h, const char *rest, struct origin origin, struct error *err)
{
	struct as_line line = {.origin = origin};
	struct as_line *more = NULL;

	if (as_line_read(&line, rest, err) == 0)
		more = append(h->ases, &h->nases, &line, sizeof(line), err);
	if (!more) {
		as_line_free(&line);
		return -1;
	}
	h->ases = more;
	return 0;
}

static void keep_shows(struct header *h, bool (*keeps)(const struct show_line *show, void *ctx),
		       void *ctx)
{
	size_t kept = 0;

	for (size_t i = 0; i < h->nshows; i++) {
		if (keeps(&h->shows[i], ctx))
			h->shows[kept++] = h->shows[i];
		else
			show_line_free(&h->shows[i]);
	}
	h->nshows = kept;
}

/* What the command line says of a table replaces what the text says of it. */
static bool is_of_another(const struct show_line *show, void *table)
{
	return !show->origin.line || strcmp(show->table, table) != 0;
}

static int add_show(struct header *h, const char *rest, struct origin origin, struct error *err)
{
	struct show_line line = {.origin = origin};
	struct show_line *more = NULL;

	if (show_line_read(&line, rest, err) == 0)
		more = append(h->shows, &h->nshows, &line, sizeof(line), err);
	if (!more) {
		show_line_free(&line);
		return -1;
	}
	h->shows = more;
	if (origin.line == 0)
		keep_shows(h, is_of_another, line.table);
	return 0;
}

static int add_line(struct header *h, const char *word, const char *rest, struct origin origin,
		    struct error *err)
{
	if (strcmp(word, "option") == 0)
		return option_declare(&h->options, rest, err);
	if (strcmp(word, "attach") == 0 || strcmp(word, "standin") == 0)
		return add_attach(h, rest, word[0] == 's', origin, err);
	if (strcmp(word, "fresh") == 0)
		return add_fresh(h, rest, origin, err);
	if (strcmp(word, "size") == 0)
		return add_size(h, rest, origin, err);
	if (strcmp(word, "label") == 0)
		return add_label(h, rest, origin, err);
	if (strcmp(word, "account") == 0)
		return add_account(h, rest, origin, err);
	if (strcmp(word, "repair") == 0)
		return add_repair(h, rest, origin, err);
	if (strcmp(word, "word") == 0)
		return word_line_read(&h->word_function, rest, err);
	if (strcmp(word, "tail") == 0)
		return add_tail(h, rest, origin, err);
	if (strcmp(word, "inner") == 0)
		return add_inner(h, rest, origin, err);
	if (strcmp(word, "as") == 0)
		return add_as(h, rest, origin, err);
	if (strcmp(word, "show") == 0)
		return add_show(h, rest, origin, err);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (similar_enough(word, words[i]))
			return error_usage(err, "there is no header word '%.60s'; did you mean %s?",
					   word, words[i]);
	}
	return error_usage(err, "there is no header word '%.60s'; there are " WORDS, word);
}

int header_add(struct header *header, const char *word, const char *rest, struct origin origin,
	       struct error *err)
{
	struct error why = {0};

	if (add_line(header, word, rest, origin, &why) == 0)
		return 0;
	int rc = why.status == EXIT_USAGE ? -EINVAL : -ENOMEM;

	if (rc == -ENOMEM)
		return error_nomem(err);
	if (origin.line == 0)
		return error_usage(err, "--%s '%.200s': %s", word, rest, why.text);
	return error_usage(err, "%s:%u: %s", origin.file, origin.line, why.text);
}

struct presence {
	bool (*is_there)(void *ctx, const char *table);
	void *ctx;
};

static bool is_certain(const struct show_line *show, void *presence)
{
	const struct presence *p = presence;

	return !show->tentative || p->is_there(p->ctx, show->table);
}

void header_drop_shows(struct header *header, bool (*is_there)(void *ctx, const char *table),
		       void *ctx)
{
	struct presence presence = {is_there, ctx};

	keep_shows(header, is_certain, &presence);
}

/* NAME - TITLE, and nothing else has " - " behind its first word. */
static bool is_title(const char *line)
{
	size_t n = strcspn(line, " \t");

	return n && strncmp(line + n, " - ", 3) == 0;
}

static int add_title(struct header *h, const char *line, struct origin origin, struct error *err)
{
	size_t n = strcspn(line, " \t");

	if (h->name)
		return error_usage(err, "%s:%u: a second NAME - TITLE line; this text is %s",
				   origin.file, origin.line, h->name);
	for (size_t i = 0; i < n; i++) {
		if (!char_is_name(line[i]) && line[i] != '-')
			return error_usage(err,
					   "%s:%u: '%.*s': a name has letters, digits, _ and -",
					   origin.file, origin.line, (int)(n < 60 ? n : 60), line);
	}
	h->name = strndup(line, n);
	h->title = word_trim(line + n + 3, strlen(line + n + 3));
	return h->name && h->title ? 0 : error_nomem(err);
}

/* One header line, without its slashes and blanks at its ends. */
static int parse_line(struct header *h, const char *line, struct origin origin, struct error *err)
{
	size_t n = strcspn(line, " \t");
	char word[64];

	if (!*line)
		return 0;
	if (is_title(line))
		return add_title(h, line, origin, err);
	if (n >= sizeof(word))
		n = sizeof(word) - 1;
	memcpy(word, line, n);
	word[n] = '\0';
	return header_add(h, word, line + n, origin, err);
}

int header_parse(const char *text, const char *file, struct header *header, struct error *err)
{
	struct origin origin = {.file = file};

	for (const char *p = text; *p;) {
		size_t len = strcspn(p, "\n");
		const char *next = p + len + (p[len] == '\n');

		origin.line++;
		while (len && char_is_blank(*p)) {
			p++;
			len--;
		}
		if (len >= 3 && memcmp(p, "///", 3) == 0 && (len == 3 || p[3] != '/')) {
			if (len > LINE_MAX_BYTES)
				return error_usage(err,
						   "%s:%u: a header line of more than %d bytes",
						   file, origin.line, LINE_MAX_BYTES);
			char *line = word_trim(p + 3, len - 3);

			if (!line)
				return error_nomem(err);
			int rc = parse_line(header, line, origin, err);

			free(line);
			if (rc)
				return rc;
		}
		p = next;
	}
	return 0;
}

void origin_place(struct origin origin, const char *word, char *place, size_t size)
{
	if (origin.line)
		snprintf(place, size, "%s:%u", origin.file, origin.line);
	else
		snprintf(place, size, "--%s", word);
}

static int unknown_option(const struct header *h, const char *place, const char *name,
			  struct error *err)
{
	for (size_t i = 0; i < h->options.n; i++) {
		if (similar_enough(name, h->options.list[i].name))
			return error_usage(err, "%s: there is no option %.60s; did you mean %s?",
					   place, name, h->options.list[i].name);
	}
	return error_usage(err, "%s: there is no option %.60s", place, name);
}

int header_check(const struct header *header, struct error *err)
{
	const struct option_set *options = &header->options;
	char place[ORIGIN_ROOM];

	for (size_t i = 0; i < header->nshows; i++) {
		const struct show_line *show = &header->shows[i];

		origin_place(show->origin, "show", place, sizeof(place));
		if (show->when && !option_find(options, show->when))
			return unknown_option(header, place, show->when, err);
	}
	for (size_t i = 0; i < header->nsizes; i++) {
		const struct size_line *size = &header->sizes[i];

		if (size->size[0] != '$')
			continue;
		const struct program_option *list = option_find(options, size->size + 1);

		origin_place(size->origin, "size", place, sizeof(place));
		if (!list)
			return unknown_option(header, place, size->size + 1, err);
		if (list->type != OPTION_FUNCTIONS)
			return error_usage(err, "%s: %s is not a list of functions", place,
					   list->name);
	}
	if (header->word_function) {
		const struct program_option *option = option_find(options, header->word_function);

		if (!option || option->type != OPTION_FUNCTION)
			return error_usage(err,
					   "word function %.60s: there is no such option for "
					   "one function",
					   header->word_function);
	}
	return 0;
}

int header_check_given(const struct header *header, struct error *err)
{
	for (size_t i = 0; i < header->options.n; i++) {
		const struct program_option *option = &header->options.list[i];

		if (option_needs_value(option))
			return error_usage(err, "%s%s must be given: %s",
					   option_is_positional(option) ? "" : "--", option->name,
					   option->help);
	}
	return 0;
}

bool show_is_wanted(const struct header *header, const struct show_line *show)
{
	if (!show->when)
		return true;
	const struct program_option *option = option_find(&header->options, show->when);

	if (!option)
		return false;
	bool holds = show->when_value[0] ? option_equals(option, show->when_value)
					 : option_is_unset(option);

	return holds != show->when_not;
}

void header_free(struct header *header)
{
	free(header->name);
	free(header->title);
	option_set_free(&header->options);
	free(header->word_function);
	for (size_t k = 0; k < header->naccounts; k++)
		account_line_free(&header->accounts[k]);
	free(header->accounts);
	for (size_t k = 0; k < header->nrepairs; k++)
		repair_line_free(&header->repairs[k]);
	free(header->repairs);
	for (size_t i = 0; i < header->nattaches; i++)
		attach_line_free(&header->attaches[i]);
	for (size_t i = 0; i < header->nfreshes; i++)
		fresh_line_free(&header->freshes[i]);
	for (size_t i = 0; i < header->nsizes; i++)
		size_line_free(&header->sizes[i]);
	for (size_t i = 0; i < header->nlabels; i++)
		label_line_free(&header->labels[i]);
	for (size_t i = 0; i < header->ntails; i++)
		tail_line_free(&header->tails[i]);
	for (size_t i = 0; i < header->ninners; i++)
		inner_line_free(&header->inners[i]);
	for (size_t i = 0; i < header->nases; i++)
		as_line_free(&header->ases[i]);
	for (size_t i = 0; i < header->nshows; i++)
		show_line_free(&header->shows[i]);
	free(header->tails);
	free(header->inners);
	free(header->ases);
	free(header->attaches);
	free(header->freshes);
	free(header->sizes);
	free(header->labels);
	free(header->shows);
	memset(header, 0, sizeof(*header));
}
