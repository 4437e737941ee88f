/* SPDX-License-Identifier: Apache-2.0 */
#include "program/plan_making.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "program/plan_text.h"

int plan_add(struct making *m, const struct attach_line *line, struct probe *probe,
	     const struct plan_list *list, long item)
{
	struct plan *plan = m->plan;
	struct plan_probe *more = grow(plan->probes, plan->nprobes, sizeof(*more));
	char *handler = strdup(line->handler);

	plan->probes = more ? more : plan->probes;
	if (!more || !handler) {
		free(handler);
		probe_free(probe);
		return error_nomem(m->err);
	}
	plan->probes[plan->nprobes++] = (struct plan_probe){
		.probe = *probe,
		.handler = handler,
		.item = item,
		.list = list,
		.optional = line->optional,
		.tentative = line->tentative,
		.origin = line->origin,
	};
	return 0;
}

void plan_of_pattern(struct making *m, size_t first)
{
	for (size_t i = first; i < m->plan->nprobes; i++)
		m->plan->probes[i].of_pattern = true;
}

int plan_missing(struct making *m, const struct attach_line *line, const char *what,
		 const char *hint)
{
	char place[PLACE_ROOM] = "";

	if (line->tentative)
		return 0;
	if (line->optional) {
		note_addf(&m->notes.unattached, "%s", what);
		return 0;
	}
	/* What the user gave needs no place: it was just typed. */
	if (!strchr(line->point, '$'))
		place_of_line(line, place, sizeof(place));
	return error_set(m->err, EXIT_USAGE, -ENOENT, "%sthis kernel has no %s%s", place, what,
			 hint);
}

int plan_too_many(struct making *m, const struct attach_line *line, size_t n, const char *what)
{
	char place[PLACE_ROOM];

	place_of_line(line, place, sizeof(place));
	return error_set(m->err, EXIT_USAGE, -E2BIG,
			 "%s%zu %s match, and %d is the limit: narrow it", place, n, what,
			 PLAN_MAX_ITEMS);
}

int plan_as_written(struct making *m, const struct attach_line *line, const struct probe *probe)
{
	char place[PLACE_ROOM];
	struct probe copy;

	place_of_line(line, place, sizeof(place));
	if (probe_is_pattern(probe))
		return error_usage(m->err, "%s%s:%.100s: name one, not a pattern", place,
				   probe_kind_name(probe->kind), probe->name);
	if (probe_copy(&copy, probe))
		return error_nomem(m->err);
	return plan_add(m, line, &copy, NULL, -1);
}
