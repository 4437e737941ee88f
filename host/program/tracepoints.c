/* SPDX-License-Identifier: Apache-2.0 */
#include "program/tracepoints.h"

#include <errno.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/similar.h"

#define LIST_LIMIT (16u << 20)
#define SIMILAR_MAX 3

static int compare(const void *a, const void *b)
{
	const struct tracepoint *x = a, *y = b;
	int order = strcmp(x->category, y->category);

	return order ? order : strcmp(x->name, y->name);
}

/* Lines "CATEGORY:NAME" of all->text; the text is cut up. */
static int split(struct tracepoints *all)
{
	size_t room = 0;

	for (const char *p = all->text; *p; p++)
		room += *p == '\n';
	all->list = calloc(room + 2, sizeof(*all->list));
	if (!all->list)
		return -ENOMEM;
	for (char *line = all->text; line && *line;) {
		char *next = strchr(line, '\n');
		char *colon = strchr(line, ':');

		if (next)
			*next++ = '\0';
		if (colon && (!next || colon < next) && colon > line && colon[1]) {
			*colon = '\0';
			if (strcmp(line, "ftrace") != 0)
				all->list[all->n++] = (struct tracepoint){line, colon + 1};
		}
		line = next;
	}
	qsort(all->list, all->n, sizeof(*all->list), compare);
	return 0;
}

int tracepoints_read(const char *tracefs, struct tracepoints *out, struct error *err)
{
	char path[PATH_MAX];
	struct buf text = {0};

	snprintf(path, sizeof(path), "%.4000s/available_events", tracefs);
	int rc = buf_read_file(&text, path, LIST_LIMIT);

	if (rc == 0) {
		out->text = buf_take(&text);
		rc = out->text ? split(out) : -ENOMEM;
	}
	buf_free(&text);
	if (rc == 0)
		return 0;
	tracepoints_free(out);
	if (rc == -ENOMEM)
		return error_nomem(err);
	return error_failed(err, rc, "cannot read %s: %s", path, strerror(-rc));
}

const struct tracepoint *tracepoints_next(const struct tracepoints *all, const char *category,
					  const char *name, size_t *at)
{
	while (*at < all->n) {
		const struct tracepoint *t = &all->list[(*at)++];

		if (fnmatch(category, t->category, FNM_NOESCAPE) == 0 &&
		    fnmatch(name, t->name, FNM_NOESCAPE) == 0)
			return t;
	}
	return NULL;
}

/* How far from what was typed: the right name in another category first, then slips. */
static unsigned likeness(const char *category, const char *name, const struct tracepoint *t)
{
	unsigned between = similar_distance(category, t->category);
	unsigned apart = similar_distance(name, t->name);

	if (strcmp(name, t->name) == 0)
		return between;
	if (similar_enough(name, t->name))
		return between ? 30 + between + 10 * apart : 10 * apart;
	if (between == 0 && strlen(name) >= 4 && strstr(t->name, name))
		return 200 + apart;
	return UINT_MAX;
}

void tracepoints_similar(const struct tracepoints *all, const char *category, const char *name,
			 struct buf *text)
{
	const struct tracepoint *best[SIMILAR_MAX + 1];
	unsigned scores[SIMILAR_MAX + 1];
	size_t found = 0;

	for (size_t i = 0; i < all->n; i++) {
		unsigned score = likeness(category, name, &all->list[i]);
		size_t at = found;

		if (score == UINT_MAX)
			continue;
		for (; at > 0 && scores[at - 1] > score; at--) {
			scores[at] = scores[at - 1];
			best[at] = best[at - 1];
		}
		scores[at] = score;
		best[at] = &all->list[i];
		found += found < SIMILAR_MAX;
	}
	char shown[SIMILAR_MAX][256];
	const char *names[SIMILAR_MAX];

	for (size_t i = 0; i < found; i++) {
		snprintf(shown[i], sizeof(shown[i]), "%s:%s", best[i]->category, best[i]->name);
		names[i] = shown[i];
	}
	if (found)
		buf_adds(text, "; ");
	similar_say(text, names, found);
}

void tracepoints_free(struct tracepoints *all)
{
	free(all->list);
	free(all->text);
	memset(all, 0, sizeof(*all));
}
