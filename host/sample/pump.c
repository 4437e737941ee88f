/* SPDX-License-Identifier: Apache-2.0 */
#include "sample/pump.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/say.h"
#include "sample/event_type.h"
#include "sample/held.h"
#include "sample/view.h"

/* Perf buffers are looked into that often: the kernel wakes us only when a quarter is full. */
#define TURN_NS 50000000u
/* Records in one view: what they take in memory is bounded by it. */
#define BATCH 1024u
/* A busy ring buffer is read so often in one turn; then a tick may be due. */
#define ROUNDS 64u
/* After a record woke us, more are let come together, for as long as a ring buffer cannot be full
 * even if 50 MB a second come in. */
#define BUSIEST_BYTES_A_SECOND 50000000u

struct source {
	const char *table;
	const struct object_table *spec;
	struct stream *stream;
	bool timed; /* its records have times: a perf buffer */
	struct type type;
	struct view_maker **makers; /* a show line each */
	const struct show_line **shows;
	size_t nshows;
	struct held held;
	bool full;  /* no more can be held */
	int failed; /* one could not be held: memory ran out */
	uint64_t shown;
};

struct pump {
	struct trace *trace;
	struct kernel *kernel;
	struct naming *naming;
	struct pump_options options;
	struct source *sources;
	size_t nsources;
	struct type no_key;
	struct arena *arena;
	unsigned char *batch;
	struct timespec *walls;
	uint64_t before; /* when the turn before began */
};

bool pump_is_stream(uint32_t type)
{
	return type == BPF_MAP_TYPE_PERF_EVENT_ARRAY || type == BPF_MAP_TYPE_RINGBUF;
}

static int on_record(void *ctx, const void *data, size_t size, uint64_t time)
{
	struct source *s = ctx;

	/* A record that was read is gone from its buffer: enough is said before, and not after. */
	s->failed = held_add(&s->held, data, size, time);
	s->full = s->failed < 0 || held_enough(&s->held);
	return s->full;
}

static int at_line(const struct show_line *show, int rc, struct error *err)
{
	char place[ORIGIN_ROOM];

	origin_place(show->origin, "show", place, sizeof(place));
	return error_set(err, err->status, rc, "%s: %s", place, err->text);
}

static int source_open(struct pump *p, struct source *s, const struct show_line *show,
		       struct error *err)
{
	const struct stream_spec spec = {
		.map = trace_table(p->trace, show->table, &s->spec),
		.type = s->spec->type,
		.bytes = trace_stream_bytes(p->trace, show->table),
		.record = on_record,
		.ctx = s,
	};

	s->table = show->table;
	s->timed = spec.type == BPF_MAP_TYPE_PERF_EVENT_ARRAY;
	int rc = event_type(p->trace, s->spec, &s->type, err);

	if (rc < 0)
		return at_line(show, rc, err);
	s->held.stride = s->type.size * s->type.count;
	rc = p->kernel->ops->stream_open(p->kernel, &spec, &s->stream);
	if (rc == -EMFILE || rc == -ENFILE)
		return error_failed(err, rc,
				    "too many open files at the buffer %s: raise `ulimit -n`",
				    s->table);
	if (rc < 0)
		return error_failed(
			err, rc,
			"cannot open the buffer %s of %zu bytes%s: %s; another --size "
			"'%s PAGES' may do%s",
			s->table, s->timed ? spec.bytes : (size_t)s->spec->max_entries,
			s->timed ? " a CPU" : "", strerror(-rc), s->table,
			rc == -EPERM ? ", for without CAP_IPC_LOCK no more is locked than "
				       "/proc/sys/kernel/perf_event_mlock_kb and `ulimit -l` "
				       "allow"
				     : "");
	return 0;
}

static struct source *source_find(const struct pump *p, const char *table)
{
	for (size_t i = 0; i < p->nsources; i++)
		if (strcmp(p->sources[i].table, table) == 0)
			return &p->sources[i];
	return NULL;
}

static int add_show(struct pump *p, const struct plan *plan, const struct show_line *show,
		    struct error *err)
{
	struct source *s = source_find(p, show->table);
	int rc = 0;

	if (show->kind != VIEW_LINES) {
		rc = error_usage(err, "%s is a buffer of records: they are shown as lines",
				 show->table);
		return at_line(show, rc, err);
	}
	if (show->by || show->limit) {
		rc = error_usage(err, "records of %s come as they are sent: they cannot be %s",
				 show->table, show->by ? "sorted" : "limited");
		return at_line(show, rc, err);
	}
	if (!s) {
		/* There is room for one a show line: @ctx of a stream stays where it is. */
		s = &p->sources[p->nsources++];
		trace_table(p->trace, show->table, &s->spec);
		rc = source_open(p, s, show, err);
		s->makers = calloc(plan->header->nshows + 1, sizeof(struct view_maker *));
		s->shows = calloc(plan->header->nshows + 1, sizeof(struct show_line *));
		if (rc == 0 && (!s->makers || !s->shows))
			rc = error_nomem(err);
	}
	if (rc == 0)
		rc = view_maker_new(show, plan, &p->no_key, &s->type, 0, &s->makers[s->nshows],
				    err);
	if (rc == 0)
		s->shows[s->nshows++] = show;
	return rc;
}

static bool is_wanted(const struct pump *p, const struct plan *plan, const struct show_line *show)
{
	const struct object_table *spec;

	return show_is_wanted(plan->header, show) &&
	       trace_table(p->trace, show->table, &spec) >= 0 && pump_is_stream(spec->type);
}

int pump_new(struct trace *trace, const struct plan *plan, struct naming *naming,
	     const struct pump_options *options, struct pump **out, struct error *err)
{
	struct pump *p = calloc(1, sizeof(*p));
	const size_t nshows = plan->header->nshows;
	size_t stride = 1;
	int rc = 0;

	*out = NULL;
	if (!p)
		return error_nomem(err);
	p->trace = trace;
	p->kernel = trace_kernel(trace);
	p->naming = naming;
	p->options = *options;
	p->no_key = (struct type){.kind = TYPE_RECORD, .count = 1};
	p->sources = calloc(nshows + 1, sizeof(*p->sources));
	p->arena = arena_new();
	p->walls = calloc(BATCH, sizeof(*p->walls));
	p->no_key.name = strdup("");
	if (!p->sources || !p->arena || !p->walls || !p->no_key.name)
		rc = error_nomem(err);
	for (size_t i = 0; rc == 0 && i < nshows; i++)
		if (is_wanted(p, plan, &plan->header->shows[i]))
			rc = add_show(p, plan, &plan->header->shows[i], err);
	for (size_t i = 0; i < p->nsources; i++)
		if (p->sources[i].held.stride > stride)
			stride = p->sources[i].held.stride;
	p->batch = calloc(BATCH, stride);
	if (rc == 0 && !p->batch)
		rc = error_nomem(err);
	if (rc < 0 || p->nsources == 0)
		pump_free(p);
	else
		*out = p;
	return rc;
}

/* CLOCK_REALTIME - CLOCK_MONOTONIC now. */
static int64_t wall_offset(void)
{
	struct timespec wall, mono;

	clock_gettime(CLOCK_REALTIME, &wall);
	clock_gettime(CLOCK_MONOTONIC, &mono);
	return (int64_t)(wall.tv_sec - mono.tv_sec) * 1000000000 + (wall.tv_nsec - mono.tv_nsec);
}

static struct timespec wall_at(int64_t ns)
{
	return (struct timespec){.tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000};
}

/* Show @n records from number @from on, at most BATCH. */
static int emit_batch(struct pump *p, struct source *s, size_t from, size_t n, int64_t offset,
		      struct error *err)
{
	const struct view_source source = {
		.leaves = p->batch,
		.keys = p->batch,
		.leaf_stride = s->held.stride,
		.n = n,
		.walls = p->walls,
		.naming = p->naming,
	};
	const int64_t now = (int64_t)p->kernel->ops->now(p->kernel);
	int rc = 0;

	/* Whoever sent them may have mapped what they tell of a moment before. */
	naming_hear(p->naming);
	held_copy(&s->held, from, n, p->batch);
	/* Records of a ring buffer have no time of their own: it is that of the reading. */
	for (size_t i = 0; i < n; i++)
		p->walls[i] =
			wall_at(offset + (s->timed ? (int64_t)s->held.order[from + i].time : now));
	for (size_t i = 0; rc == 0 && i < s->nshows; i++) {
		struct view view = {.show = s->shows[i]};

		arena_reset(p->arena);
		rc = view_records_make(s->makers[i], &source, p->arena, &view);
		if (rc < 0)
			return error_nomem(err);
		rc = p->options.emit(p->options.ctx, &view);
		if (rc < 0 && rc != -EPIPE)
			error_failed(err, rc, "cannot write the output: %s", strerror(-rc));
	}
	s->shown += n;
	return rc;
}

/* Show all records that were sent before @until. */
static int emit_until(struct pump *p, struct source *s, uint64_t until, struct error *err)
{
	const int64_t offset = wall_offset();
	size_t done = 0, n = s->held.n;
	int rc = 0;

	held_sort(&s->held);
	while (n && s->held.order[n - 1].time > until)
		n--;
	while (rc == 0 && done < n) {
		size_t batch = n - done < BATCH ? n - done : BATCH;

		rc = emit_batch(p, s, done, batch, offset, err);
		done += batch;
	}
	held_forget(&s->held, done);
	return rc;
}

static int source_turn(struct pump *p, struct source *s, bool all, struct error *err)
{
	int rc = 0;

	for (unsigned round = 0; rc == 0 && round < ROUNDS; round++) {
		s->full = false;
		rc = p->kernel->ops->stream_drain(p->kernel, s->stream);
		if (rc < 0)
			return error_failed(err, rc, "cannot read the buffer %s: %s", s->table,
					    strerror(-rc));
		if (s->failed < 0)
			return error_nomem(err);
		bool full = s->full;

		if (full && s->timed)
			say_once("more records of %s than can be held: those of different CPUs may "
				 "be out of order",
				 s->table);
		rc = emit_until(p, s, all || full || !s->timed ? UINT64_MAX : p->before, err);
		if (!full)
			break;
	}
	return rc;
}

int pump_turn(struct pump *p, bool all, struct error *err)
{
	uint64_t begin = p->kernel->ops->now(p->kernel);
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < p->nsources; i++)
		rc = source_turn(p, &p->sources[i], all, err);
	p->before = begin;
	return rc;
}

void pump_begin(struct pump *p)
{
	for (size_t i = 0; i < p->nsources; i++) {
		struct source *s = &p->sources[i];

		do {
			s->held.n = 0;
			s->full = false;
			p->kernel->ops->stream_drain(p->kernel, s->stream);
		} while (s->full);
		s->held.n = 0;
	}
	p->before = p->kernel->ops->now(p->kernel);
}

static struct timespec span(uint64_t ns)
{
	return (struct timespec){.tv_sec = (time_t)(ns / 1000000000u),
				 .tv_nsec = (long)(ns % 1000000000u)};
}

void pump_wait(struct pump *p, const struct pollfd *also, nfds_t nalso, uint64_t left,
	       const sigset_t *during)
{
	struct pollfd fds[64];
	uint64_t nap = UINT64_MAX;
	nfds_t n = nalso;

	memcpy(fds, also, nalso * sizeof(*also));
	for (size_t i = 0; i < p->nsources && n < sizeof(fds) / sizeof(fds[0]); i++) {
		fds[n].fd = p->kernel->ops->stream_fd(p->kernel, p->sources[i].stream);
		fds[n++].events = POLLIN;
		if (p->sources[i].timed && left > TURN_NS)
			left = TURN_NS;
	}
	struct timespec limit = span(left);

	if (ppoll(fds, n, &limit, during) <= 0)
		return;
	for (nfds_t i = nalso; i < n; i++) {
		const struct source *s = &p->sources[i - nalso];
		uint64_t full =
			(uint64_t)s->spec->max_entries * 1000000000u / BUSIEST_BYTES_A_SECOND;

		if (fds[i].revents & POLLIN && (s->timed || full < nap))
			nap = s->timed ? 0 : full;
	}
	if (nap == UINT64_MAX)
		return;
	if (nap > TURN_NS)
		nap = TURN_NS;
	limit = span(nap < left ? nap : left);
	if (nap)
		ppoll(NULL, 0, &limit, during);
}

bool pump_shows(const struct pump *p, const char *table)
{
	return source_find(p, table) != NULL;
}

uint64_t pump_records(const struct pump *p, const char *table)
{
	const struct source *s = source_find(p, table);

	return s ? s->shown : 0;
}

int64_t pump_lost(const struct pump *p, const char *table)
{
	const struct source *s = source_find(p, table);

	return s ? p->kernel->ops->stream_lost(p->kernel, s->stream) : COUNT_UNKNOWN;
}

static void source_free(struct pump *p, struct source *s)
{
	p->kernel->ops->stream_close(p->kernel, s->stream);
	for (size_t i = 0; i < s->nshows; i++)
		view_maker_free(s->makers[i]);
	free(s->makers);
	free(s->shows);
	held_free(&s->held);
	type_free(&s->type);
}

void pump_free(struct pump *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->nsources; i++)
		source_free(p, &p->sources[i]);
	type_free(&p->no_key);
	arena_free(p->arena);
	free(p->sources);
	free(p->batch);
	free(p->walls);
	free(p);
}
