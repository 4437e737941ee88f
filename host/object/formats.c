/* SPDX-License-Identifier: Apache-2.0 */
#include "object/formats.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/grow.h"

struct found {
	struct format_name *list;
	size_t n;
};

static size_t word_length(const char *p)
{
	return strspn(p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
}

static int add(struct found *f, const char *category, size_t clen, const char *event, size_t elen)
{
	if (!clen || !elen || clen >= FORMAT_NAME_ROOM || elen >= FORMAT_NAME_ROOM)
		return 0;
	struct format_name *more = grow(f->list, f->n, sizeof(*more));

	if (!more)
		return -ENOMEM;
	f->list = more;
	struct format_name *name = &f->list[f->n++];

	memset(name, 0, sizeof(*name));
	memcpy(name->category, category, clen);
	memcpy(name->event, event, elen);
	return 0;
}

/* CATEGORY__EVENT. libbcc splits at the last "__" (tp_frontend_action.cc). */
static int add_joined(struct found *f, const char *word)
{
	size_t len = word_length(word);

	for (size_t i = len; i-- > 1;)
		if (word[i] == '_' && word[i - 1] == '_')
			return add(f, word, i - 1, word + i + 1, len - i - 1);
	return 0;
}

/* CATEGORY, a separator of these characters, EVENT. */
static int add_apart(struct found *f, const char *word, const char *separators)
{
	word += strspn(word, " \t\n");
	size_t len = word_length(word);
	const char *event = word + len + strspn(word + len, separators);

	return add(f, word, len, event, word_length(event));
}

static int compare(const void *a, const void *b)
{
	const struct format_name *x = a, *y = b;
	int order = strcmp(x->category, y->category);

	return order ? order : strcmp(x->event, y->event);
}

static void drop_doubles(struct found *f)
{
	size_t kept = 0;

	if (f->n)
		qsort(f->list, f->n, sizeof(*f->list), compare);
	for (size_t i = 0; i < f->n; i++)
		if (!kept || compare(&f->list[kept - 1], &f->list[i]) != 0)
			f->list[kept++] = f->list[i];
	f->n = kept;
}

long formats_of(const char *text, struct format_name **list)
{
	static const char joined[] = "tracepoint__", macro[] = "TRACEPOINT_PROBE(",
			  point[] = "tracepoint:";
	struct found f = {0};
	int rc = 0;

	for (const char *p = text; rc == 0 && (p = strstr(p, joined)); p += sizeof(joined) - 1)
		rc = add_joined(&f, p + sizeof(joined) - 1);
	for (const char *p = text; rc == 0 && (p = strstr(p, macro)); p += sizeof(macro) - 1)
		rc = add_apart(&f, p + sizeof(macro) - 1, " \t\n,");
	for (const char *p = text; rc == 0 && (p = strstr(p, point)); p += sizeof(point) - 1)
		rc = add_apart(&f, p + sizeof(point) - 1, ":");
	*list = NULL;
	if (rc < 0) {
		free(f.list);
		return rc;
	}
	drop_doubles(&f);
	*list = f.list;
	return (long)f.n;
}

bool formats_readable(const char *text, const char *tracefs)
{
	struct format_name *list = NULL;
	long n = tracefs ? formats_of(text, &list) : 0;
	bool readable = true;

	for (long i = 0; i < n; i++) {
		char path[PATH_MAX];

		snprintf(path, sizeof(path), "%s/events/%s/%s/format", tracefs, list[i].category,
			 list[i].event);
		readable &= access(path, R_OK) == 0 || errno != EACCES;
	}
	free(list);
	return readable;
}
