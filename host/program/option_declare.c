/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the line that declares an option. */
#include "program/option.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "program/option_list.h"
#include "program/word.h"

/* A patched constant's id has 16 bits, and no manual page has more options than this. */
#define OPTIONS_MAX 64

static const struct {
	const char *name;
	enum option_type type;
} types[] = {
	{"int", OPTION_INT},
	{"usec", OPTION_USEC},
	{"choice:A|B", OPTION_CHOICE},
	{"function", OPTION_FUNCTION},
	{"functions", OPTION_FUNCTIONS},
	{"cpu", OPTION_CPU},
	{"pid", OPTION_PID},
	{"expr", OPTION_EXPR},
	{"probe", OPTION_PROBE},
	{"string", OPTION_STRING},
};

static void option_clear(struct program_option *option)
{
	free(option->name);
	free(option->choices);
	free(option->fallback);
	free(option->word);
	free(option->help);
	free(option->value);
	list_free(option->items, option->nitems);
	memset(option, 0, sizeof(*option));
}

static int declare_name(const struct option_set *set, struct program_option *option, char *word,
			struct error *err)
{
	char *comma = strchr(word, ',');

	if (comma) {
		*comma = '\0';
		option->letter = comma[1];
		if (!char_is_name(comma[1]) || comma[1] == '_' || comma[2])
			return error_usage(err, "option %s: '%s' is not one letter", word,
					   comma + 1);
	}
	if (!word_is_identifier(word))
		return error_usage(err, "option '%s': a name has letters, digits and _", word);
	if (set->n >= OPTIONS_MAX)
		return error_usage(err, "more than %d options", OPTIONS_MAX);
	for (size_t i = 0; i < set->n; i++) {
		if (strcmp(set->list[i].name, word) == 0)
			return error_usage(err, "there are two options %s", word);
		if (option->letter && set->list[i].letter == option->letter)
			return error_usage(err, "options %s and %s have the same letter %c",
					   set->list[i].name, word, option->letter);
	}
	option->name = strdup(word);
	return option->name ? 0 : error_nomem(err);
}

/* "a|b": none empty, none twice. */
static bool choices_are_sane(const char *choices)
{
	for (const char *p = choices;; p++) {
		size_t n = strcspn(p, "|");

		if (n == 0)
			return false;
		for (const char *q = choices; q < p; q += strcspn(q, "|") + 1) {
			if (strcspn(q, "|") == n && memcmp(q, p, n) == 0)
				return false;
		}
		p += n;
		if (!*p)
			return true;
	}
}

static int unknown_type(const struct program_option *option, const char *word, struct error *err)
{
	struct buf all = {0};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		buf_addf(&all, "%s%s", i ? ", " : "", types[i].name);
	error_usage(err, "option %s: there is no type '%.60s'; there are %s", option->name, word,
		    buf_string(&all));
	buf_free(&all);
	return -EINVAL;
}

static int declare_type(struct program_option *option, const char *word, struct error *err)
{
	if (strncmp(word, "choice:", 7) == 0) {
		option->type = OPTION_CHOICE;
		if (!choices_are_sane(word + 7))
			return error_usage(err, "option %s: write choice:A|B, each once",
					   option->name);
		option->choices = strdup(word + 7);
		return option->choices ? 0 : error_nomem(err);
	}
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcmp(types[i].name, word) == 0 && types[i].type != OPTION_CHOICE) {
			option->type = types[i].type;
			return 0;
		}
	}
	return unknown_type(option, word, err);
}

/* "compact_zone(compaction)": cut the word off the default. C and probe points have brackets. */
static int declare_word(struct program_option *option, char *fallback, struct error *err)
{
	size_t len = strlen(fallback);
	char *open = strchr(fallback, '(');

	if (option->type == OPTION_EXPR || option->type == OPTION_PROBE)
		return 0;
	if (!open || open == fallback || fallback[len - 1] != ')')
		return 0;
	option->word = strndup(open + 1, (size_t)(fallback + len - 1 - (open + 1)));
	if (!option->word)
		return error_nomem(err);
	*open = '\0';
	return 0;
}

static int declare_default(struct program_option *option, const char **at, struct error *err)
{
	struct error inner = {0};
	char *fallback;
	bool quoted;
	int rc = word_next(at, &fallback, &quoted);

	if (rc == -ENOMEM)
		return error_nomem(err);
	if (rc)
		return error_usage(err, "option %s: a quote of its default is not closed",
				   option->name);
	if (!fallback)
		return error_usage(err, "option %s: its default is missing (- for none)",
				   option->name);
	option->fallback = fallback;
	if (!quoted) {
		rc = declare_word(option, fallback, err);
		if (rc)
			return rc;
	}
	if (option_needs_value(option)) {
		option->number = option->type == OPTION_CPU || option->type == OPTION_PID ? -1 : 0;
		option->value = strdup("");
		return option->value ? 0 : error_nomem(err);
	}
	rc = option_bind(option, fallback, &inner);
	if (rc)
		return error_set(err, inner.status, rc, "option %s: its default is wrong: %s",
				 option->name, inner.text);
	option->given = false;
	return 0;
}

/* The next word of the declaration, which must be there. */
static int declare_next(const char **line, char **word, const char *missing, struct error *err)
{
	int rc = word_next(line, word, NULL);

	if (rc == -ENOMEM)
		return error_nomem(err);
	if (rc || !*word)
		return error_usage(err,
				   "the option's %s is missing; write "
				   "option NAME[,LETTER] TYPE DEFAULT HELP",
				   missing);
	return 0;
}

static int declare_parts(const struct option_set *set, struct program_option *option,
			 const char *line, struct error *err)
{
	char *word;
	int rc = declare_next(&line, &word, "name", err);

	if (rc)
		return rc;
	rc = declare_name(set, option, word, err);
	free(word);
	if (rc)
		return rc;
	rc = declare_next(&line, &word, "type", err);
	if (rc)
		return rc;
	rc = declare_type(option, word, err);
	free(word);
	if (rc == 0)
		rc = declare_default(option, &line, err);
	if (rc)
		return rc;
	option->help = word_trim(line, strlen(line));
	return option->help ? 0 : error_nomem(err);
}

int option_declare(struct option_set *set, const char *line, struct error *err)
{
	struct program_option option = {0};
	int rc = declare_parts(set, &option, line, err);

	if (rc)
		goto fail;
	struct program_option *more = reallocarray(set->list, set->n + 1, sizeof(*more));

	if (!more) {
		rc = error_nomem(err);
		goto fail;
	}
	set->list = more;
	set->list[set->n++] = option;
	return 0;
fail:
	option_clear(&option);
	return rc;
}

void option_set_free(struct option_set *set)
{
	for (size_t i = 0; i < set->n; i++)
		option_clear(&set->list[i]);
	free(set->list);
	memset(set, 0, sizeof(*set));
}
