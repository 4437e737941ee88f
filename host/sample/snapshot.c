/* SPDX-License-Identifier: Apache-2.0 */
#include "sample/snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/say.h"
#include "kernel/trace_account.h"
#include "sample/losses.h"
#include "sample/reader.h"
#include "sample/repair.h"
#include "sample/stacks.h"
#include "sample/view.h"

/* One show line: its maker, and which reader feeds it; for a stream neither. */
struct shown {
	const struct show_line *show;
	struct view_maker *maker;
	size_t reader;
	bool stream;
};

struct snapshot {
	struct trace *trace;
	const struct plan *plan;
	const struct expansion *expansion;
	struct reader **readers;
	size_t nreaders;
	struct shown *shown;
	size_t nshown;
	int written;		  /* map of the word that says which half is written, or -ENOENT */
	struct reader *refusals;  /* counters of refused insertions, or NULL */
	struct reader **accounts; /* one for each account line of the header */
	size_t naccounts;
	bool flip;
	bool flipped; /* once at least */
	bool drain;
	uint64_t half;		     /* the half that programs write now */
	struct trace_account before; /* the kernel's own accounts at the reading before */
	struct repair *repair;	     /* NULL where the text has no repair line */
	struct naming *naming;
	struct stacks *stacks; /* NULL where no view shows any */
	struct pump *pump;     /* NULL where the text shows no stream */
	struct losses *losses; /* records that found no room */
};

static bool is_fresh(const struct plan *plan, const char *table)
{
	for (size_t i = 0; i < plan->header->nfreshes; i++)
		if (strcmp(plan->header->freshes[i].table, table) == 0)
			return true;
	return false;
}

static const struct halved *find_halved(const struct expansion *expansion, const char *table)
{
	for (size_t i = 0; i < expansion->nhalved; i++)
		if (strcmp(expansion->halved[i].name, table) == 0)
			return &expansion->halved[i];
	return NULL;
}

/* Index of the reader of a table, made when it is first asked for. */
static int use_reader(struct snapshot *s, const struct show_line *show, size_t *index,
		      struct error *err)
{
	const struct halved *halved = find_halved(s->expansion, show->table);
	const bool fresh = is_fresh(s->plan, show->table);
	const struct reader_options options = {
		.table = show->table,
		.halved = halved != NULL,
		.largest = halved && halved->maxes,
		.fresh = fresh,
		.drain = s->drain,
		.as_is = show->kind == VIEW_AGE,
		.set = show->as_is && !fresh && !halved,
	};

	for (size_t i = 0; i < s->nreaders; i++) {
		if (strcmp(reader_table(s->readers[i]), show->table) == 0) {
			*index = i;
			return 0;
		}
	}
	struct reader **more = realloc(s->readers, (s->nreaders + 1) * sizeof(*more));

	if (!more)
		return error_nomem(err);
	s->readers = more;
	int rc = reader_new(s->trace, &options, &s->readers[s->nreaders], err);

	if (rc < 0) {
		char place[ORIGIN_ROOM];

		origin_place(show->origin, "show", place, sizeof(place));
		return error_set(err, err->status, rc, "%s: %s", place, err->text);
	}
	*index = s->nreaders++;
	return 0;
}

static int add_shown(struct snapshot *s, const struct show_line *show, struct error *err)
{
	struct shown *shown = &s->shown[s->nshown];
	const struct object_table *spec;

	shown->show = show;
	if (trace_table(s->trace, show->table, &spec) >= 0 && pump_is_stream(spec->type)) {
		shown->stream = true;
		s->nshown++;
		return 0;
	}
	int rc = use_reader(s, show, &shown->reader, err);

	if (rc < 0)
		return rc;
	const struct reader *reader = s->readers[shown->reader];

	rc = view_maker_new(show, s->plan, reader_key(reader), reader_leaf(reader), 0,
			    &shown->maker, err);
	if (rc == 0)
		s->nshown++;
	return rc;
}

/* What expansion adds to a text that has tables with two halves. */
static int open_control(struct snapshot *s, struct error *err)
{
	const struct reader_options options = {.table = TABLE_REFUSED};

	s->written = trace_table(s->trace, TABLE_HALF, NULL);
	if (s->written < 0)
		return 0;
	return reader_new(s->trace, &options, &s->refusals, err);
}

static int leaves_no_numbers(const struct account_line *line, struct error *err)
{
	char place[ORIGIN_ROOM];

	origin_place(line->origin, "account", place, sizeof(place));
	return error_usage(err, "%s: the entries of %s are no numbers", place, line->table);
}

/* Tables in which the text itself counts what went wrong. */
static int open_accounts(struct snapshot *s, struct error *err)
{
	const struct header *header = s->plan->header;
	int rc = 0;

	s->accounts = calloc(header->naccounts + 1, sizeof(struct reader *));
	if (!s->accounts)
		return error_nomem(err);
	for (size_t i = 0; rc == 0 && i < header->naccounts; i++) {
		const struct account_line *line = &header->accounts[i];
		const struct reader_options options = {
			.table = line->table,
			.halved = find_halved(s->expansion, line->table) != NULL,
		};

		rc = reader_new(s->trace, &options, &s->accounts[i], err);
		if (rc == 0 && !type_is_number(reader_leaf(s->accounts[i])))
			rc = leaves_no_numbers(line, err);
		if (s->accounts[i])
			s->naccounts++;
	}
	return rc;
}

int snapshot_new(struct trace *trace, const struct plan *plan, const struct expansion *expansion,
		 const struct snapshot_options *options, struct snapshot **out, struct error *err)
{
	struct snapshot *s = calloc(1, sizeof(*s));
	int rc = 0;

	if (!s)
		return error_nomem(err);
	s->trace = trace;
	s->plan = plan;
	s->expansion = expansion;
	s->flip = options->flip;
	s->drain = options->drain;
	s->shown = calloc(plan->header->nshows + 1, sizeof(*s->shown));
	s->naming = naming_new();
	if (!s->shown || !s->naming)
		rc = error_nomem(err);
	if (rc == 0)
		rc = pump_new(trace, plan, s->naming, &options->records, &s->pump, err);
	if (rc == 0)
		rc = losses_new(trace, expansion, s->pump, &s->losses, err);
	if (rc == 0)
		rc = open_control(s, err);
	if (rc == 0)
		rc = open_accounts(s, err);
	for (size_t i = 0; rc == 0 && i < plan->header->nshows; i++)
		if (show_is_wanted(plan->header, &plan->header->shows[i]))
			rc = add_shown(s, &plan->header->shows[i], err);
	if (rc == 0)
		rc = repair_new(trace, plan, &s->repair, err);
	if (rc == 0)
		rc = stacks_new(trace, plan, s->naming, &s->stacks, err);
	if (rc == 0)
		rc = naming_start(s->naming, trace_kernel(trace), plan, err);
	if (rc < 0) {
		snapshot_free(s);
		return rc;
	}
	*out = s;
	return 0;
}

static int write_half(struct snapshot *s, uint64_t half)
{
	struct kernel *k = trace_kernel(s->trace);
	const uint32_t slot = 0;

	return k->ops->map_update(k, s->written, &slot, &half);
}

/*
 * Let programs write the other half, and wait until none writes the one before. Return: the half
 * that is quiet now, or a negative errno: nothing is quiet.
 */
static int flip(struct snapshot *s)
{
	struct kernel *k = trace_kernel(s->trace);
	uint64_t next = s->half ^ 1;
	int rc = write_half(s, next);

	if (rc < 0)
		return rc;
	int quiet = (int)s->half;

	/* Even if the wait fails, programs write the other half from now on. */
	s->half = next;
	rc = k->ops->grace(k);
	return rc < 0 ? rc : quiet;
}

static void add_account(int64_t *to, const struct reader *reader)
{
	const struct entries *e = reader_entries(reader);

	/* What the text counts itself is known, whatever the kernel says of it. */
	if (*to == COUNT_UNKNOWN)
		*to = 0;
	for (size_t i = 0; i < e->n; i++)
		*to += (int64_t)type_decode(reader_leaf(reader), e->leaves + i * e->leaf_size, 0).u;
}

/* The share of this interval; unknown stays unknown. */
static int64_t account_since(int64_t now, int64_t before)
{
	return now == COUNT_UNKNOWN || before == COUNT_UNKNOWN ? COUNT_UNKNOWN : now - before;
}

static void note_kernel_accounts(struct snapshot *s, struct sample *sample)
{
	struct trace_account now;

	trace_account(s->trace, &now);
	sample->account.returns_missed =
		account_since(now.returns_missed, s->before.returns_missed);
	sample->account.events_skipped =
		account_since(now.events_skipped, s->before.events_skipped);
	s->before = now;
}

static void note_accounts(struct snapshot *s, struct sample *sample, unsigned half)
{
	struct account *account = &sample->account;
	int64_t *const members[] = {
		[ACCOUNT_REPAIRED] = &account->repaired,      [ACCOUNT_REFUSED] = &account->refused,
		[ACCOUNT_SKIPPED] = &account->events_skipped, [ACCOUNT_LOST] = &account->lost,
		[ACCOUNT_MISSED] = &account->returns_missed,
	};

	for (size_t i = 0; i < s->naccounts; i++)
		if (reader_take(s->accounts[i], half, sample->exact) == 0)
			add_account(members[s->plan->header->accounts[i].kind], s->accounts[i]);
}

static bool item_attached(const void *ctx, const struct plan_list *list, long item)
{
	const struct snapshot *s = ctx;

	return trace_item_attached(s->trace, list, item);
}

static int make_view(struct snapshot *s, const struct shown *shown, struct sample *sample,
		     uint64_t now_ns, struct error *err)
{
	struct view *view = &sample->views[sample->nviews];

	view->show = shown->show;
	if (shown->stream) {
		view->stream = true;
		sample->nviews++;
		return 0;
	}
	const struct entries *e = reader_entries(s->readers[shown->reader]);
	const struct view_source source = {
		.keys = e->keys,
		.key_stride = e->key_size,
		.leaves = e->leaves,
		.leaf_stride = e->leaf_size,
		.n = e->n,
		.now_ns = now_ns,
		.wall = sample->wall,
		.attached = item_attached,
		.ctx = s,
		.stacks = s->stacks,
		.naming = s->naming,
		.in_order = reader_in_order(s->readers[shown->reader]),
	};
	int rc = view_make(shown->maker, &source, sample->arena, view, err);

	if (rc == 0)
		sample->nviews++;
	return rc;
}

/* Refusals are counted where programs run, in a table that only grows. */
static void note_refusals(struct snapshot *s, struct sample *sample)
{
	int rc = s->refusals ? reader_take(s->refusals, 0, false) : -ENOENT;

	sample->account.refused = rc < 0 && rc != -ENOENT ? COUNT_UNKNOWN : 0;
	for (size_t i = 0; i < s->nreaders; i++)
		if (reader_refuses_unseen(s->readers[i]))
			sample->account.refused = COUNT_UNKNOWN;
	if (rc < 0)
		return;
	const struct entries *e = reader_entries(s->refusals);

	for (size_t i = 0; i < e->n; i++) {
		uint32_t slot;
		uint64_t n = entries_counter(e, i, &slot);

		for (size_t h = 0; n && h < s->expansion->nhalved; h++) {
			if (s->expansion->halved[h].refused != slot)
				continue;
			/* What is known to be refused is said, even if more may be. */
			if (sample->account.refused == COUNT_UNKNOWN)
				sample->account.refused = 0;
			sample->account.refused += (int64_t)n;
			for (size_t v = 0; v < sample->nviews; v++)
				if (strcmp(sample->views[v].show->table,
					   s->expansion->halved[h].name) == 0)
					sample->views[v].refused = n;
		}
	}
}

/*
 * The first flip tells whether there is a way to wait for running programs. Without one, it is
 * taken back, and all stays in one half that only grows: what ran meanwhile ran before the
 * beginning.
 */
static void give_up_flips(struct snapshot *s, int error)
{
	say("cannot wait for running programs (%s): figures of one sample may be of different "
	    "instants; none is lost",
	    strerror(error));
	s->flip = false;
	if (write_half(s, 0) == 0)
		s->half = 0;
}

/* The half to read: a quiet one after a flip, or the one that is written. */
static unsigned choose_half(struct snapshot *s, struct sample *sample)
{
	sample->exact = false;
	const unsigned written = (unsigned)s->half;

	if (s->written < 0 || !s->flip)
		return written;
	int quiet = flip(s);
	bool first = !s->flipped;

	s->flipped = true;
	if (quiet >= 0) {
		sample->exact = true;
		return (unsigned)quiet;
	}
	if (first) {
		give_up_flips(s, -quiet);
		return (unsigned)s->half;
	}
	say_once(
		"could not wait for running programs (%s): a few of their counts come with a later "
		"sample",
		strerror(-quiet));
	/* If they were not even told to write the other half, all they counted is in this one. */
	return written;
}

int snapshot_take(struct snapshot *s, struct sample *sample, struct error *err)
{
	struct kernel *k = trace_kernel(s->trace);
	int rc = 0;

	sample->arena = arena_new();
	if (!sample->arena)
		return error_nomem(err);
	sample->views = arena_alloc(sample->arena, (s->nshown + 1) * sizeof(*sample->views));
	if (!sample->views)
		return error_nomem(err);
	unsigned half = choose_half(s, sample);

	for (size_t i = 0; i < s->nreaders; i++) {
		int got = reader_take(s->readers[i], half, sample->exact);

		if (got < 0)
			say("table %s could not be read (%s): %s", reader_table(s->readers[i]),
			    strerror(-got),
			    sample->last ? "what it had counted since the sample before is missing"
					 : "its figures come with the next sample");
	}
	uint64_t now_ns = k->ops->now(k);

	naming_tick(s->naming);
	for (size_t i = 0; rc == 0 && i < s->nshown; i++)
		rc = make_view(s, &s->shown[i], sample, now_ns, err);
	note_kernel_accounts(s, sample);
	note_refusals(s, sample);
	losses_note(s->losses, sample);
	note_accounts(s, sample, half);
	stacks_note(sample);
	if (s->repair)
		sample->account.repaired += (int64_t)repair_stale(s->repair);
	return rc;
}

int snapshot_begin(struct snapshot *s, struct error *err)
{
	struct sample sample = {0};

	if (s->pump)
		pump_begin(s->pump);
	int rc = snapshot_take(s, &sample, err);

	sample_free(&sample);
	return rc;
}

struct pump *snapshot_pump(const struct snapshot *s)
{
	return s->pump;
}

int snapshot_fd(const struct snapshot *s)
{
	return naming_fd(s->naming);
}

void snapshot_hear(struct snapshot *s)
{
	naming_hear(s->naming);
}

void snapshot_free(struct snapshot *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->nshown; i++)
		view_maker_free(s->shown[i].maker);
	for (size_t i = 0; i < s->nreaders; i++)
		reader_free(s->readers[i]);
	for (size_t i = 0; i < s->naccounts; i++)
		reader_free(s->accounts[i]);
	free(s->accounts);
	reader_free(s->refusals);
	losses_free(s->losses);
	repair_free(s->repair);
	stacks_free(s->stacks);
	naming_free(s->naming);
	pump_free(s->pump);
	free(s->readers);
	free(s->shown);
	free(s);
}
