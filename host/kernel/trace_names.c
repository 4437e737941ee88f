/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/trace_names.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "kernel/trace_impl.h"
#include "program/expansion.h"

/* Length of the name that the text's author knows: without the half's number. */
static size_t own_length(const char *name)
{
	size_t len = strlen(name);

	return len > 3 && (strcmp(name + len - 3, "__0") == 0 || strcmp(name + len - 3, "__1") == 0)
		       ? len - 3
		       : len;
}

static bool has_table(const struct trace *t, const char *table)
{
	size_t len = strlen(table);

	if (object_table_find(t->object, table) >= 0)
		return true;
	for (uint32_t i = 0; i < t->object->ntables; i++) {
		const char *name = t->object->tables[i].name;

		if (own_length(name) == len && strncmp(name, table, len) == 0)
			return true;
	}
	return false;
}

/* "a, b, c" */
static void add_name(struct buf *names, const char *name, size_t len)
{
	if (names->len)
		buf_adds(names, ", ");
	buf_add(names, name, len);
}

int trace_no_table(const struct trace *t, struct origin origin, const char *word, const char *table,
		   struct error *err)
{
	char place[ORIGIN_ROOM];
	struct buf names = {0};

	origin_place(origin, word, place, sizeof(place));
	for (uint32_t i = 0; i < t->object->ntables; i++) {
		const char *name = t->object->tables[i].name;
		size_t len = own_length(name);

		if (!expand_adds_table(name) && strcmp(name + len, "__1") != 0)
			add_name(&names, name, len);
	}
	int rc = error_usage(err, "%s: the text has no table %.60s; it has %.300s", place, table,
			     names.len ? buf_string(&names) : "none");

	buf_free(&names);
	return rc;
}

int trace_no_function(const struct trace *t, const char *place, const char *handler,
		      struct error *err)
{
	struct buf names = {0};

	for (uint32_t i = 0; i < t->object->nfunctions; i++) {
		const char *name = t->object->functions[i].name;

		add_name(&names, name, strlen(name));
	}
	int rc = error_usage(err, "%s: the text has no handler %.60s(); it has %.300s", place,
			     handler, names.len ? buf_string(&names) : "none");

	buf_free(&names);
	return rc;
}

int trace_no_handler(const struct trace *t, const struct plan_probe *probe, struct error *err)
{
	char place[ORIGIN_ROOM];

	origin_place(probe->origin, "attach", place, sizeof(place));
	return trace_no_function(t, place, probe->handler, err);
}

int trace_check_names(const struct trace *t, struct error *err)
{
	const struct header *h = t->plan->header;

	for (size_t i = 0; i < h->nshows; i++)
		if (show_is_wanted(h, &h->shows[i]) && !has_table(t, h->shows[i].table))
			return trace_no_table(t, h->shows[i].origin, "show", h->shows[i].table,
					      err);
	for (size_t i = 0; i < h->nfreshes; i++)
		if (!has_table(t, h->freshes[i].table))
			return trace_no_table(t, h->freshes[i].origin, "fresh", h->freshes[i].table,
					      err);
	for (size_t i = 0; i < h->nsizes; i++)
		if (!has_table(t, h->sizes[i].table))
			return trace_no_table(t, h->sizes[i].origin, "size", h->sizes[i].table,
					      err);
	for (size_t i = 0; i < h->nlabels; i++)
		if (!has_table(t, h->labels[i].table))
			return trace_no_table(t, h->labels[i].origin, "label", h->labels[i].table,
					      err);
	for (size_t i = 0; i < h->ntails; i++)
		if (!has_table(t, h->tails[i].table))
			return trace_no_table(t, h->tails[i].origin, "tail", h->tails[i].table,
					      err);
	for (size_t i = 0; i < h->ninners; i++)
		if (!has_table(t, h->inners[i].table))
			return trace_no_table(t, h->inners[i].origin, "inner", h->inners[i].table,
					      err);
	for (size_t i = 0; i < h->nases; i++)
		if (!has_table(t, h->ases[i].table))
			return trace_no_table(t, h->ases[i].origin, "as", h->ases[i].table, err);
	for (size_t i = 0; i < h->naccounts; i++)
		if (!has_table(t, h->accounts[i].table))
			return trace_no_table(t, h->accounts[i].origin, "account",
					      h->accounts[i].table, err);
	return 0;
}
