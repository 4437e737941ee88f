/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/audit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/facts.h"
#include "kernel/trace_impl.h"

#define ATTEMPTS 8 /* to find a probe at rest */

/**
 * struct count - one attachment at one moment
 * @events:	of its site, or COUNT_UNKNOWN
 * @runs:	of its program
 * @least, @most: how many of @events its program has run for, or is about to
 */
struct count {
	int64_t events;
	int64_t runs;
	int64_t least;
	int64_t most;
};

/* Readings of the programs' run counts, in their order in time. */
enum reading { SETTLED_BEFORE, JUST_BEFORE, JUST_AFTER, SETTLED_AFTER, NREADINGS };

/**
 * struct audit
 * @sites:	functions counted, each once; strings borrowed from the plan
 * @site_of:	for each attachment its site, or -1
 * @told:	room for one reading of the witness
 * @runs:	room for the readings of the run counts
 */
struct audit {
	struct trace *trace;
	struct witness *witness;
	struct probe *sites;
	size_t nsites;
	long *site_of;
	int64_t *told;
	int64_t *runs[NREADINGS];
	struct count *before;
	struct count *now;
	struct audit_line *lines;
};

static bool is_return(const struct probe *probe)
{
	return probe->kind == PROBE_KRETPROBE || probe->kind == PROBE_FEXIT;
}

/* A site for each place in the kernel's text: a function's return is counted by its entries. */
static long use_site(struct audit *a, const struct probe *probe)
{
	if (!probe_is_function(probe->kind))
		return -1;
	for (size_t i = 0; i < a->nsites; i++)
		if (a->sites[i].offset == probe->offset && a->sites[i].address == probe->address &&
		    strcmp(a->sites[i].name, probe->name) == 0)
			return (long)i;
	a->sites[a->nsites] = (struct probe){
		.kind = PROBE_KPROBE,
		.name = probe->name,
		.offset = probe->offset,
		.address = probe->address,
	};
	return (long)a->nsites++;
}

static int allocate(struct audit *a, struct error *err)
{
	size_t n = a->trace->nattachments + 1;
	bool all = true;

	for (int i = 0; i < NREADINGS; i++) {
		a->runs[i] = calloc(n, sizeof(*a->runs[i]));
		all = all && a->runs[i];
	}
	a->sites = calloc(n, sizeof(*a->sites));
	a->site_of = calloc(n, sizeof(*a->site_of));
	a->told = calloc(n, sizeof(*a->told));
	a->before = calloc(n, sizeof(*a->before));
	a->now = calloc(n, sizeof(*a->now));
	a->lines = calloc(n, sizeof(*a->lines));
	if (all && a->sites && a->site_of && a->told && a->before && a->now && a->lines)
		return 0;
	return error_nomem(err);
}

int audit_new(struct trace *trace, struct audit **out, struct error *err)
{
	struct kernel *k = trace->kernel;
	struct audit *a = calloc(1, sizeof(*a));

	if (!a)
		return error_nomem(err);
	a->trace = trace;
	int rc = allocate(a, err);

	for (size_t i = 0; rc == 0 && i < trace->nattachments; i++)
		a->site_of[i] = use_site(a, &trace->attachments[i].probe->probe);
	if (rc == 0 && a->nsites && k->ops->stats(k) < 0)
		rc = error_failed(err, -EOPNOTSUPP,
				  "--audit compares with how often programs run, which this kernel "
				  "(%s) does not count: kernels do since 5.8",
				  facts_release());
	if (rc == 0 && a->nsites)
		rc = k->ops->witness_new(k, a->sites, a->nsites, &a->witness, err);
	if (rc < 0) {
		audit_free(a);
		return rc;
	}
	*out = a;
	return 0;
}

static int read_runs(const struct audit *a, enum reading reading)
{
	const struct trace *t = a->trace;

	for (size_t i = 0; i < t->nattachments; i++) {
		const struct program *p = trace_program(t, t->attachments[i].probe);
		struct prog_counts c = {0};
		int rc = t->kernel->ops->prog_counts(t->kernel, p->fd, &c);

		if (rc < 0)
			return rc;
		a->runs[reading][i] = (int64_t)c.runs;
	}
	return 0;
}

static int read_all(const struct audit *a, bool *settled)
{
	struct kernel *k = a->trace->kernel;
	int rc = read_runs(a, SETTLED_BEFORE);

	*settled = rc == 0 && k->ops->settle(k) == 0;
	if (rc == 0)
		rc = read_runs(a, JUST_BEFORE);
	if (rc == 0 && a->witness)
		rc = k->ops->witness_read(k, a->witness, a->told);
	if (rc == 0)
		rc = read_runs(a, JUST_AFTER);
	*settled = *settled && rc == 0 && k->ops->settle(k) == 0;
	return rc == 0 ? read_runs(a, SETTLED_AFTER) : rc;
}

/*
 * How many of the events that the witness told of are runs too? An event under way is in one count
 * and not yet in the other: at most one on each CPU. Where all that was under way has ended between
 * two readings, the earlier has only runs whose event was told, and the later all of them.
 */
static void bound(const struct audit *a, size_t i, bool settled, struct count *c)
{
	int64_t under_way = a->trace->kernel->possible_cpus;

	c->events = a->site_of[i] < 0 ? COUNT_UNKNOWN : a->told[a->site_of[i]];
	c->runs = a->runs[JUST_BEFORE][i];
	c->least = a->runs[JUST_BEFORE][i] - under_way;
	c->most = a->runs[JUST_AFTER][i] + under_way;
	if (settled && c->least < a->runs[SETTLED_BEFORE][i])
		c->least = a->runs[SETTLED_BEFORE][i];
	if (settled && c->most > a->runs[SETTLED_AFTER][i])
		c->most = a->runs[SETTLED_AFTER][i];
}

/* Each attachment at a moment at which its own two counts are known best. */
static int take(struct audit *a, struct count *counts, struct error *err)
{
	bool all = false;

	for (int attempt = 0; !all && attempt < ATTEMPTS; attempt++) {
		bool settled;
		int rc = read_all(a, &settled);

		if (rc < 0)
			return error_failed(err, rc,
					    "--audit: the kernel's counts cannot be read: %s",
					    strerror(-rc));
		all = true;
		for (size_t i = 0; i < a->trace->nattachments; i++) {
			struct count c;

			bound(a, i, settled, &c);
			if (attempt == 0 || c.most - c.least < counts[i].most - counts[i].least)
				counts[i] = c;
			all = all &&
			      (c.events == COUNT_UNKNOWN || counts[i].most == counts[i].least);
		}
		/* Waiting again would not help. */
		all = all || !settled;
	}
	return 0;
}

int audit_begin(struct audit *a, struct error *err)
{
	return take(a, a->before, err);
}

static int64_t at_least_0(int64_t n)
{
	return n < 0 ? 0 : n;
}

static void compare(const struct count *before, const struct count *now, struct audit_line *line)
{
	line->runs = now->runs - before->runs;
	line->events = COUNT_UNKNOWN;
	line->skipped = COUNT_UNKNOWN;
	line->unsure = 0;
	if (before->events == COUNT_UNKNOWN || now->events == COUNT_UNKNOWN)
		return;
	line->events = now->events - before->events;
	line->skipped = at_least_0(line->events - (now->most - before->least));
	line->unsure = at_least_0(line->events - (now->least - before->most)) - line->skipped;
}

int audit_end(struct audit *a, struct audit_report *report, struct error *err)
{
	int rc = take(a, a->now, err);

	if (rc < 0)
		return rc;
	for (size_t i = 0; i < a->trace->nattachments; i++) {
		a->lines[i].probe = a->trace->attachments[i].probe;
		a->lines[i].is_return = is_return(&a->lines[i].probe->probe);
		compare(&a->before[i], &a->now[i], &a->lines[i]);
	}
	report->lines = a->lines;
	report->n = a->trace->nattachments;
	return 0;
}

bool audit_is_whole(const struct audit *a)
{
	for (size_t i = 0; i < a->trace->nattachments; i++)
		if (a->before[i].events == COUNT_UNKNOWN ||
		    is_return(&a->trace->attachments[i].probe->probe))
			return false;
	return true;
}

void audit_free(struct audit *a)
{
	if (!a)
		return;
	if (a->witness)
		a->trace->kernel->ops->witness_free(a->trace->kernel, a->witness);
	free(a->sites);
	free(a->site_of);
	free(a->told);
	free(a->before);
	free(a->now);
	for (int i = 0; i < NREADINGS; i++)
		free(a->runs[i]);
	free(a->lines);
	free(a);
}
