/* SPDX-License-Identifier: Apache-2.0 */
#include "program/plan_text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/similar.h"
#include "program/word.h"

void place_of_line(const struct attach_line *line, char *place, size_t size)
{
	if (line->origin.line)
		snprintf(place, size, "%.200s:%u: ", line->origin.file, line->origin.line);
	else
		snprintf(place, size,
			 "--%s '%.100s=%.100s': ", line->standin_for ? "standin" : "attach",
			 line->point, line->handler);
}

/* The next $name from *at on; *at is moved behind it, *len is without the dollar. */
static const char *next_name(const char **at, size_t *len)
{
	const char *dollar = strchr(*at, '$');

	if (!dollar)
		return NULL;
	for (*len = 0; char_is_name(dollar[1 + *len]);)
		(*len)++;
	*at = dollar + 1 + *len;
	return dollar + 1;
}

bool point_mentions(const char *point, const char *name)
{
	const char *found;
	size_t len;

	while ((found = next_name(&point, &len)) != NULL) {
		if (strlen(name) == len && memcmp(found, name, len) == 0)
			return true;
	}
	return false;
}

static const struct program_option *option_of(const struct header *h, const char *name, size_t len)
{
	for (size_t i = 0; i < h->options.n; i++) {
		const struct program_option *option = &h->options.list[i];

		if (strlen(option->name) == len && memcmp(option->name, name, len) == 0)
			return option;
	}
	return NULL;
}

static int unknown_name(const struct header *h, const struct attach_line *line, const char *name,
			size_t len, struct error *err)
{
	char place[PLACE_ROOM], word[64];

	snprintf(word, sizeof(word), "%.*s", (int)(len < 60 ? len : 60), name);
	place_of_line(line, place, sizeof(place));
	for (size_t i = 0; i < h->options.n; i++) {
		if (similar_enough(word, h->options.list[i].name))
			return error_usage(err, "%sthere is no option %s; did you mean $%s?", place,
					   word, h->options.list[i].name);
	}
	return error_usage(err, "%sno option is called '%s', so $%s means nothing", place, word,
			   word);
}

int point_list(const struct header *header, const struct attach_line *line,
	       const struct program_option **list, struct error *err)
{
	const char *at = line->point, *name;
	size_t len;

	*list = NULL;
	while ((name = next_name(&at, &len)) != NULL) {
		const struct program_option *option = option_of(header, name, len);

		if (!option)
			return unknown_name(header, line, name, len, err);
		if (option->type == OPTION_FUNCTIONS)
			*list = option;
	}
	return 0;
}

/* A time as its number: 10ms is 10000 in interval:us:$t. */
static void add_value(struct buf *b, const struct program_option *option)
{
	if (option->type == OPTION_USEC || option->type == OPTION_INT)
		buf_addf(b, "%lld", (long long)option->number);
	else
		buf_adds(b, option->value);
}

int point_expand(const struct header *header, const struct attach_line *line, char **text,
		 struct error *err)
{
	const char *from = line->point, *at = from, *name;
	struct buf b = {0};
	size_t len;

	while ((name = next_name(&at, &len)) != NULL) {
		const struct program_option *option = option_of(header, name, len);

		if (!option) {
			buf_free(&b);
			return unknown_name(header, line, name, len, err);
		}
		buf_add(&b, from, (size_t)(name - 1 - from));
		add_value(&b, option);
		from = at;
	}
	buf_adds(&b, from);
	*text = buf_take(&b);
	return *text ? 0 : error_nomem(err);
}
