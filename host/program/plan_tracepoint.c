/* SPDX-License-Identifier: Apache-2.0 */
/* Tracepoints, raw ones and LSM hooks: is there one, or which ones does a pattern mean? */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/similar.h"
#include "program/plan_making.h"
#include "program/word.h"

/*
 * What has a function of its own in the kernel, by whose name it is found: @function with the
 * point's name behind it. @some matches many where the kernel has such functions at all.
 */
struct mark {
	const char *function;
	const char *some;
	const char *what;
};

/* It calls what is attached (include/linux/tracepoint.h, 5.10). */
static const struct mark raw_tracepoint = {"__traceiter_", "__traceiter_sched_*", "raw tracepoint"};
/* Empty, for BPF alone (kernel/bpf/bpf_lsm.c, 5.7). */
static const struct mark lsm_hook = {"bpf_lsm_", "bpf_lsm_file_*", "LSM hook"};

/* The longest such function's name. */
#define MARK_ROOM (SYMBOL_ROOM + 16)

static int add_point(struct making *m, const struct attach_line *line, const struct probe *form,
		     const char *category, const char *name)
{
	struct probe probe = *form;

	probe.group = category ? strdup(category) : NULL;
	probe.name = strdup(name);
	if (!probe.name || (category && !probe.group)) {
		probe_free(&probe);
		return error_nomem(m->err);
	}
	return plan_add(m, line, &probe, NULL, -1);
}

/* Nothing is called so: say what is like it, where the list can be read. */
static int no_tracepoint(struct making *m, const struct attach_line *line,
			 const struct probe *probe)
{
	const struct tracepoints *all;
	struct buf hint = {0};
	char what[300];

	snprintf(what, sizeof(what), "tracepoint %.100s:%.100s", probe->group, probe->name);
	if (!line->optional && symbols_tracepoints(m->symbols, &all, NULL) == 0)
		tracepoints_similar(all, probe->group, probe->name, &hint);
	if (!hint.len)
		buf_addf(&hint, "; `kwhile list 'tracepoint:%s:*'` shows those there are",
			 symbols_has_tracepoint(m->symbols, probe->group, "") ? probe->group : "*");
	int rc = plan_missing(m, line, what, buf_string(&hint));

	buf_free(&hint);
	return rc;
}

static int tracepoint_pattern(struct making *m, const struct attach_line *line,
			      const struct probe *probe)
{
	const struct tracepoints *all;
	const struct tracepoint *t;
	size_t at = 0, n = 0, first = m->plan->nprobes;
	int rc = symbols_tracepoints(m->symbols, &all, m->err);

	if (rc < 0)
		return rc;
	while (tracepoints_next(all, probe->group, probe->name, &at))
		n++;
	if (n == 0)
		return no_tracepoint(m, line, probe);
	if (n > PLAN_MAX_ITEMS)
		return plan_too_many(m, line, n, "tracepoints");
	for (at = 0; rc == 0 && (t = tracepoints_next(all, probe->group, probe->name, &at));)
		rc = add_point(m, line, probe, t->category, t->name);
	plan_of_pattern(m, first);
	return rc;
}

int plan_tracepoint(struct making *m, const struct attach_line *line, const struct probe *probe)
{
	if (probe_is_pattern(probe))
		return tracepoint_pattern(m, line, probe);
	if (!symbols_has_tracepoint(m->symbols, probe->group, probe->name))
		return no_tracepoint(m, line, probe);
	return add_point(m, line, probe, probe->group, probe->name);
}

/* "; did you mean a, b or c?" */
static void similar_marked(struct making *m, const struct mark *mark, const char *name, char *hint,
			   size_t size)
{
	size_t skip = strlen(mark->function), n, shown = 0;
	char function[MARK_ROOM];
	struct buf like = {0};
	const char *names[8];

	snprintf(function, sizeof(function), "%s%.*s", mark->function, SYMBOL_ROOM - 1, name);
	n = symbols_similar(m->symbols, function, names, 8);
	for (size_t i = 0; i < n && shown < 3; i++)
		if (strncmp(names[i], mark->function, skip) == 0)
			names[shown++] = names[i] + skip;
	similar_say(&like, names, shown);
	snprintf(hint, size, "%s%s", shown ? "; " : "", buf_string(&like));
	buf_free(&like);
}

/* Is there one of this name? Where the kernel has no such functions, attaching tells. */
static int has_marked(struct making *m, const struct mark *mark, const char *name, bool *has)
{
	char function[MARK_ROOM];
	struct symbol_match match;

	snprintf(function, sizeof(function), "%s%.*s", mark->function, SYMBOL_ROOM - 1, name);
	int rc = symbols_resolve(m->symbols, function, &match);

	*has = rc == 0;
	if (rc == -ENOENT) {
		rc = symbols_glob(m->symbols, mark->some, &match);
		*has = rc == 0 && match.n == 0;
	}
	if (rc < 0)
		return symbols_failed(m->symbols, rc, m->err);
	symbol_match_free(&match);
	return 0;
}

static int plan_marked(struct making *m, const struct mark *mark, const struct attach_line *line,
		       const struct probe *probe)
{
	char hint[400], what[300];
	bool has;
	int rc = has_marked(m, mark, probe->name, &has);

	if (rc < 0)
		return rc;
	if (has)
		return add_point(m, line, probe, NULL, probe->name);
	snprintf(what, sizeof(what), "%s %.200s", mark->what, probe->name);
	similar_marked(m, mark, probe->name, hint, sizeof(hint));
	return plan_missing(m, line, what, hint);
}

static int raw_pattern(struct making *m, const struct attach_line *line, const struct probe *probe)
{
	const struct mark *mark = &raw_tracepoint;
	char what[300];
	size_t first = m->plan->nprobes;
	struct symbol_match match;
	char *pattern;

	if (asprintf(&pattern, "%s%s", mark->function, probe->name) < 0)
		return error_nomem(m->err);
	int rc = symbols_glob(m->symbols, pattern, &match);

	free(pattern);
	if (rc < 0)
		return symbols_failed(m->symbols, rc, m->err);
	snprintf(what, sizeof(what), "%s %.200s", mark->what, probe->name);
	if (match.n == 0)
		rc = plan_missing(m, line, what, "");
	else if (match.n > PLAN_MAX_ITEMS)
		rc = plan_too_many(m, line, match.n, "raw tracepoints");
	for (size_t i = 0; rc == 0 && i < match.n; i++)
		rc = add_point(m, line, probe, NULL, match.list[i].name + strlen(mark->function));
	symbol_match_free(&match);
	plan_of_pattern(m, first);
	return rc;
}

int plan_raw_tracepoint(struct making *m, const struct attach_line *line, const struct probe *probe)
{
	return probe_is_pattern(probe) ? raw_pattern(m, line, probe)
				       : plan_marked(m, &raw_tracepoint, line, probe);
}

/* What a hook's handler returns decides: no pattern for these. */
int plan_lsm(struct making *m, const struct attach_line *line, const struct probe *probe)
{
	return probe_is_pattern(probe) ? plan_as_written(m, line, probe)
				       : plan_marked(m, &lsm_hook, line, probe);
}
