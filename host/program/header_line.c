/* SPDX-License-Identifier: Apache-2.0 */
#include "program/header_line.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "program/word.h"

#define SHOW_FORM                                                                                  \
	"show TABLE KIND [\"FORMAT\"] [UNIT] [/N] [by FIELD] [limit N] [nonzero] [when "           \
	"NAME=VALUE]"
#define ACCOUNT_FORM "account TABLE repaired|refused|skipped|lost|missed"
#define REPAIR_FORM "repair TABLE OPTION COUNTER"
#define LABEL_FORM "label TABLE VALUE WORD [quiet]"

static const char *const view_names[] = {
	[VIEW_HIST] = "hist", [VIEW_LHIST] = "lhist",	[VIEW_COUNT] = "count",
	[VIEW_SUM] = "sum",   [VIEW_TOP] = "top",	[VIEW_LINES] = "lines",
	[VIEW_AGE] = "age",   [VIEW_STACKS] = "stacks",
};

/* The next word; NULL in *word at the end of the line. */
int line_word(const char **at, char **word, bool *quoted, struct error *err)
{
	int rc = word_next(at, word, quoted);

	if (rc == -ENOMEM)
		return error_nomem(err);
	if (rc)
		return error_usage(err, "a quoted text must end with \", have a blank behind it, "
					"and knows \\\" \\\\ \\n \\t");
	return 0;
}

/* The next word, which must be there and be the name of a table. */
int line_table(const char **at, char **table, const char *form, struct error *err)
{
	int rc = line_word(at, table, NULL, err);

	if (rc)
		return rc;
	if (!*table)
		return error_usage(err, "write %s", form);
	if (!word_is_identifier(*table))
		return error_usage(err, "'%.60s' is not the name of a table; write %s", *table,
				   form);
	return 0;
}

int line_end(const char *at, const char *form, struct error *err)
{
	while (char_is_blank(*at))
		at++;
	if (*at)
		return error_usage(err, "'%.60s' is too much; write %s", at, form);
	return 0;
}

/* A point that mentions options has no meaning yet, but it has a kind. */
static int check_point(const char *point, struct error *err)
{
	enum probe_kind kind;
	struct probe probe;
	const char *rest;

	if (point[0] == '$')
		return 0;
	if (strchr(point, '$'))
		return probe_parse_kind(point, &kind, &rest, err);
	int rc = probe_parse(point, &probe, err);

	if (rc == 0)
		probe_free(&probe);
	return rc;
}

/* [?]PROBE=HANDLER */
int attach_line_read(struct attach_line *line, const char *rest, struct error *err)
{
	while (char_is_blank(*rest))
		rest++;
	line->optional = *rest == '?';
	rest += line->optional;
	const char *equals = strrchr(rest, '=');

	if (!equals)
		return error_usage(err, "write [?]PROBE=HANDLER");
	line->point = word_trim(rest, (size_t)(equals - rest));
	line->handler = word_trim(equals + 1, strlen(equals + 1));
	if (!line->point || !line->handler)
		return error_nomem(err);
	if (!*line->point)
		return error_usage(err, "the probe point is missing; write [?]PROBE=HANDLER");
	if (!word_is_identifier(line->handler))
		return error_usage(err, "'%.60s' is not the name of a function of the text",
				   line->handler);
	return check_point(line->point, err);
}

/* FUNCTION PROBE=HANDLER */
int standin_line_read(struct attach_line *line, const char *rest, struct error *err)
{
	int rc = line_word(&rest, &line->standin_for, NULL, err);

	if (rc)
		return rc;
	if (!line->standin_for)
		return error_usage(err, "write standin FUNCTION PROBE=HANDLER");
	if (!word_is_symbol(line->standin_for, NULL))
		return error_usage(err, "'%.60s' is not a function name", line->standin_for);
	return attach_line_read(line, rest, err);
}

int fresh_line_read(struct fresh_line *line, const char *rest, struct error *err)
{
	int rc = line_table(&rest, &line->table, "fresh TABLE", err);

	return rc ? rc : line_end(rest, "fresh TABLE", err);
}

static int size_read(struct size_line *line, const char *rest, struct error *err)
{
	uint64_t n;
	int rc = line_table(&rest, &line->table, "size TABLE N or size TABLE $LIST", err);

	if (rc)
		return rc;
	rc = line_word(&rest, &line->size, NULL, err);
	if (rc)
		return rc;
	if (!line->size)
		return error_usage(err, "write size TABLE N or size TABLE $LIST");
	if (line->size[0] == '$' ? !word_is_identifier(line->size + 1)
				 : number_u64(line->size, &n) || n == 0 || n > UINT32_MAX)
		return error_usage(err, "'%.60s' is no size: write a number above 0 or $LIST",
				   line->size);
	return line_end(rest, "size TABLE N", err);
}

/* TABLE N, or TABLE=N as one types it on a command line. */
int size_line_read(struct size_line *line, const char *rest, struct error *err)
{
	char *spaced = strdup(rest);
	char *equals = spaced ? strchr(spaced, '=') : NULL;

	if (!spaced)
		return error_nomem(err);
	if (equals)
		*equals = ' ';
	int rc = size_read(line, spaced, err);

	free(spaced);
	return rc;
}

int label_line_read(struct label_line *line, const char *rest, struct error *err)
{
	char *value = NULL, *quiet = NULL;
	int64_t number = 0;
	int rc = line_table(&rest, &line->table, LABEL_FORM, err);

	if (rc == 0)
		rc = line_word(&rest, &value, NULL, err);
	if (rc == 0 && (!value || number_i64(value, &number)))
		rc = error_usage(err, "'%.60s' is not a number; write " LABEL_FORM,
				 value ? value : "");
	if (rc == 0)
		rc = line_word(&rest, &line->word, NULL, err);
	if (rc == 0 && !line->word)
		rc = error_usage(err, "the word is missing; write " LABEL_FORM);
	if (rc == 0)
		rc = line_word(&rest, &quiet, NULL, err);
	if (rc == 0 && quiet && strcmp(quiet, "quiet") != 0)
		rc = error_usage(err, "'%.60s' is too much; write " LABEL_FORM, quiet);
	if (rc == 0)
		rc = line_end(rest, LABEL_FORM, err);
	line->value = number;
	line->quiet = quiet != NULL;
	free(value);
	free(quiet);
	return rc;
}

/* TABLE KIND */
int account_line_read(struct account_line *line, const char *rest, struct error *err)
{
	static const char *const kinds[] = {
		[ACCOUNT_REPAIRED] = "repaired", [ACCOUNT_REFUSED] = "refused",
		[ACCOUNT_SKIPPED] = "skipped",	 [ACCOUNT_LOST] = "lost",
		[ACCOUNT_MISSED] = "missed",
	};
	char *kind = NULL;
	bool known = false;
	int rc = line_table(&rest, &line->table, ACCOUNT_FORM, err);

	if (rc == 0)
		rc = line_word(&rest, &kind, NULL, err);
	for (size_t i = 0; rc == 0 && kind && i < ACCOUNT_NKINDS; i++) {
		if (strcmp(kind, kinds[i]) == 0) {
			line->kind = (enum account_kind)i;
			known = true;
		}
	}
	if (rc == 0 && !known)
		rc = error_usage(err, "write " ACCOUNT_FORM);
	free(kind);
	return rc ? rc : line_end(rest, ACCOUNT_FORM, err);
}

/* TABLE OPTION COUNTER */
int repair_line_read(struct repair_line *line, const char *rest, struct error *err)
{
	int rc = line_table(&rest, &line->table, REPAIR_FORM, err);

	if (rc == 0)
		rc = line_word(&rest, &line->option, NULL, err);
	if (rc == 0 && !line->option)
		rc = error_usage(err, "write " REPAIR_FORM);
	if (rc == 0)
		rc = line_table(&rest, &line->counter, REPAIR_FORM, err);
	return rc ? rc : line_end(rest, REPAIR_FORM, err);
}

/* function OPTION */
int word_line_read(char **option, const char *rest, struct error *err)
{
	char *type = NULL;
	int rc = line_word(&rest, &type, NULL, err);

	if (rc == 0 && (!type || strcmp(type, "function") != 0))
		rc = error_usage(err, "write word function OPTION");
	free(type);
	free(*option);
	*option = NULL;
	if (rc == 0)
		rc = line_word(&rest, option, NULL, err);
	if (rc == 0 && !*option)
		rc = error_usage(err, "write word function OPTION");
	return rc ? rc : line_end(rest, "word function OPTION", err);
}

static int read_kind(struct show_line *line, const char **rest, struct error *err)
{
	size_t n = sizeof(view_names) / sizeof(view_names[0]);
	struct buf all = {0};
	char *word;
	int rc = line_word(rest, &word, NULL, err);

	if (rc)
		return rc;
	for (size_t i = 0; i < n; i++) {
		buf_addf(&all, "%s%s", i ? ", " : "", view_names[i]);
		if (word && strcmp(word, view_names[i]) == 0) {
			line->kind = (enum view_kind)i;
			goto out;
		}
	}
	if (word)
		rc = error_usage(err, "'%.60s' is not a kind of view; there are %s", word,
				 buf_string(&all));
	else
		rc = error_usage(err, "the kind of view is missing; there are %s",
				 buf_string(&all));
out:
	buf_free(&all);
	free(word);
	return rc;
}

/* What follows "when": NAME=VALUE or NAME!=VALUE, and VALUE may be empty. */
static int read_when(struct show_line *line, const char **rest, struct error *err)
{
	char *word;
	int rc = line_word(rest, &word, NULL, err);

	if (rc)
		return rc;
	char *equals = word ? strchr(word, '=') : NULL;

	if (line->when || !equals) {
		rc = error_usage(err, line->when ? "there are two conditions"
						 : "write when NAME=VALUE or when NAME!=VALUE");
		goto out;
	}
	line->when_not = equals > word && equals[-1] == '!';
	line->when = strndup(word, (size_t)(equals - word) - line->when_not);
	line->when_value = strdup(equals + 1);
	if (!line->when || !line->when_value)
		rc = error_nomem(err);
	else if (!word_is_identifier(line->when))
		rc = error_usage(err, "'%.60s' is not the name of an option", line->when);
out:
	free(word);
	return rc;
}

static int read_divisor(struct show_line *line, const char *word, bool *seen, struct error *err)
{
	uint64_t n;

	if (*seen)
		return error_usage(err, "there are two divisors");
	*seen = true;
	if (number_u64(word + 1, &n) || n == 0 || n > INT64_MAX)
		return error_usage(err, "'%.60s' is not a divisor: write / and a number above 0",
				   word);
	line->divisor = n;
	return 0;
}

/* What follows "by": a field of key or leaf, "key" or "value". */
static int read_by(struct show_line *line, const char **rest, struct error *err)
{
	if (line->by)
		return error_usage(err, "rows can be sorted by one field only");
	int rc = line_word(rest, &line->by, NULL, err);

	if (rc == 0 && !line->by)
		rc = error_usage(err, "by what? write by FIELD");
	return rc;
}

/* What follows "limit". */
static int read_limit(struct show_line *line, const char **rest, struct error *err)
{
	uint64_t n = 0;
	char *word;
	int rc = line_word(rest, &word, NULL, err);

	if (rc)
		return rc;
	if (line->limit || !word || number_u64(word, &n) || n == 0 || n > UINT32_MAX)
		rc = error_usage(err, "'%.60s' is no limit: write limit and a number above 0, once",
				 word ? word : "");
	line->limit = n;
	free(word);
	return rc;
}

/* One of the parts that may follow the kind. Takes over @word. */
static int read_part(struct show_line *line, char *word, bool quoted, struct error *err)
{
	char **part = quoted ? &line->format : &line->unit;

	if (*part) {
		int rc = quoted ? error_usage(err, "there are two formats")
				: error_usage(err, "'%.60s' is too much; write " SHOW_FORM, word);
		free(word);
		return rc;
	}
	*part = word;
	return 0;
}

int show_line_read(struct show_line *line, const char *rest, struct error *err)
{
	bool quoted, divided = false;
	int rc = line_table(&rest, &line->table, SHOW_FORM, err);

	line->divisor = 1;
	if (rc == 0)
		rc = read_kind(line, &rest, err);
	while (rc == 0) {
		char *word;

		rc = line_word(&rest, &word, &quoted, err);
		if (rc || !word)
			return rc;
		if (!quoted && strcmp(word, "nonzero") == 0) {
			line->nonzero = true;
			free(word);
		} else if (!quoted && strcmp(word, "by") == 0) {
			rc = read_by(line, &rest, err);
			free(word);
		} else if (!quoted && strcmp(word, "limit") == 0) {
			rc = read_limit(line, &rest, err);
			free(word);
		} else if (!quoted && strcmp(word, "when") == 0) {
			rc = read_when(line, &rest, err);
			free(word);
		} else if (!quoted && word[0] == '/') {
			rc = read_divisor(line, word, &divided, err);
			free(word);
		} else {
			rc = read_part(line, word, quoted, err);
		}
	}
	return rc;
}

void attach_line_free(struct attach_line *line)
{
	free(line->point);
	free(line->handler);
	free(line->standin_for);
}

void fresh_line_free(struct fresh_line *line)
{
	free(line->table);
}

void size_line_free(struct size_line *line)
{
	free(line->table);
	free(line->size);
}

void label_line_free(struct label_line *line)
{
	free(line->table);
	free(line->word);
}

void account_line_free(struct account_line *line)
{
	free(line->table);
}

void repair_line_free(struct repair_line *line)
{
	free(line->table);
	free(line->option);
	free(line->counter);
}

void show_line_free(struct show_line *line)
{
	free(line->table);
	free(line->format);
	free(line->unit);
	free(line->by);
	free(line->when);
	free(line->when_value);
}
