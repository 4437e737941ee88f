/* SPDX-License-Identifier: Apache-2.0 */
#include "sample/losses.h"

#include <stdlib.h>
#include <string.h>

#include "kernel/table.h"
#include "sample/reader.h"

/**
 * struct stream_account - one perf or ring buffer, queue or stack
 * @queue:	is it one of the latter? What it did not take is what a full table refused
 * @shown, @lost: records until the sample before
 * @counted:	that found no room, as the text counted them until now
 */
struct stream_account {
	bool queue;
	uint64_t shown;
	uint64_t lost;
	uint64_t counted;
};

struct losses {
	const struct expansion *expansion;
	const struct pump *pump;
	struct reader *counters; /* NULL where the text sends nothing */
	struct stream_account *streams;
};

int losses_new(struct trace *trace, const struct expansion *expansion, const struct pump *pump,
	       struct losses **out, struct error *err)
{
	const struct reader_options options = {.table = TABLE_LOST};
	struct losses *l = calloc(1, sizeof(*l));
	int rc = 0;

	if (!l)
		return error_nomem(err);
	l->expansion = expansion;
	l->pump = pump;
	l->streams = calloc(expansion->nstreams + 1, sizeof(*l->streams));
	if (!l->streams)
		rc = error_nomem(err);
	else if (trace_table(trace, TABLE_LOST, NULL) >= 0)
		rc = reader_new(trace, &options, &l->counters, err);
	for (size_t i = 0; rc == 0 && i < expansion->nstreams; i++) {
		const struct object_table *spec;

		l->streams[i].queue = trace_table(trace, expansion->streams[i].name, &spec) >= 0 &&
				      table_is_queue(spec->type);
	}
	if (rc < 0)
		losses_free(l);
	else
		*out = l;
	return rc;
}

static void count(struct losses *l)
{
	const struct entries *e = reader_entries(l->counters);

	for (size_t i = 0; i < e->n; i++) {
		uint32_t slot;
		uint64_t n = entries_counter(e, i, &slot);

		for (size_t r = 0; r < l->expansion->nstreams; r++)
			if (l->expansion->streams[r].lost == slot)
				l->streams[r].counted += n;
	}
}

static void note_stream(const struct losses *l, const char *table, struct stream_account *a,
			struct sample *sample)
{
	if (!l->pump || !pump_shows(l->pump, table))
		return;
	uint64_t shown = pump_records(l->pump, table);
	int64_t told = pump_lost(l->pump, table);
	uint64_t lost = a->counted;

	if (told != COUNT_UNKNOWN && (uint64_t)told > lost)
		lost = (uint64_t)told;
	sample->account.lost += (int64_t)(lost - a->lost);
	for (size_t v = 0; v < sample->nviews; v++) {
		struct view *view = &sample->views[v];

		if (!view->stream || strcmp(view->show->table, table) != 0)
			continue;
		view->total = shown - a->shown;
		view->lost = (int64_t)(lost - a->lost);
	}
	a->shown = shown;
	a->lost = lost;
}

static void note_queue(const char *table, struct stream_account *a, struct sample *sample)
{
	uint64_t refused = a->counted - a->lost;

	a->lost = a->counted;
	if (sample->account.refused == COUNT_UNKNOWN && refused)
		sample->account.refused = 0;
	if (refused)
		sample->account.refused += (int64_t)refused;
	for (size_t v = 0; v < sample->nviews; v++)
		if (strcmp(sample->views[v].show->table, table) == 0)
			sample->views[v].refused = refused;
}

void losses_note(struct losses *l, struct sample *sample)
{
	if (l->counters && reader_take(l->counters, 0, false) == 0)
		count(l);
	for (size_t r = 0; r < l->expansion->nstreams; r++) {
		const char *table = l->expansion->streams[r].name;

		if (l->streams[r].queue)
			note_queue(table, &l->streams[r], sample);
		else
			note_stream(l, table, &l->streams[r], sample);
	}
}

void losses_free(struct losses *l)
{
	if (!l)
		return;
	reader_free(l->counters);
	free(l->streams);
	free(l);
}
