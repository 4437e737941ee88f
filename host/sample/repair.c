/* SPDX-License-Identifier: Apache-2.0 */
#include "sample/repair.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "kernel/table.h"
#include "sample/type.h"

/* Younger entries are left alone: a look at a stack costs a system call or three. */
#define STALE_NS 1000000000u
#define STACK_LIMIT 16384u

/* An entry that was found elsewhere once. */
struct suspect {
	uint64_t key;
	uint64_t since;
};

struct repair {
	struct kernel *kernel;
	const char *function; /* borrowed from the plan's header */
	int table;
	const struct object_table *spec;
	size_t since; /* where the start time is in a leaf */
	int counter;
	struct entries entries;
	struct suspect *suspects;
	size_t nsuspects;
};

/* The leaf's field "since", or a leaf that is one number. */
static int find_since(struct repair *r, const struct repair_line *line, struct error *err)
{
	struct type leaf = {0};
	size_t offset = 0;
	int rc = type_parse(r->spec->leaf_desc, r->spec->leaf_size, &leaf, err);

	if (rc == 0) {
		const struct type *since = type_find(&leaf, "since", &offset);

		if (since && since->size == sizeof(uint64_t))
			r->since = offset + since->offset;
		else if (!type_is_number(&leaf) || r->spec->leaf_size != sizeof(uint64_t))
			rc = error_usage(err, "%s:%u: repair %s: its leaves have no field `since`",
					 line->origin.file, line->origin.line, line->table);
	}
	type_free(&leaf);
	return rc;
}

static int prepare(struct repair *r, struct trace *trace, const struct plan *plan,
		   const struct repair_line *line, struct error *err)
{
	const struct program_option *option = option_find(&plan->header->options, line->option);

	r->kernel = trace_kernel(trace);
	r->table = trace_table(trace, line->table, &r->spec);
	r->counter = trace_table(trace, line->counter, NULL);
	if (!option || r->table < 0 || r->counter < 0 || r->spec->key_size != sizeof(uint64_t))
		return error_usage(
			err,
			"%s:%u: repair %s %s %s: wants a table keyed by thread (u64), an option "
			"and an array",
			line->origin.file, line->origin.line, line->table, line->option,
			line->counter);
	r->function = option->value;
	return find_since(r, line, err);
}

/* Stand-ins stand for a function that was inlined: no stack has its name. */
static bool has_return_probe(const struct plan *plan)
{
	for (size_t i = 0; i < plan->nprobes; i++)
		if (plan->probes[i].probe.kind == PROBE_KRETPROBE)
			return true;
	return false;
}

int repair_new(struct trace *trace, const struct plan *plan, struct repair **out, struct error *err)
{
	*out = NULL;
	if (!plan->header->nrepairs || !has_return_probe(plan))
		return 0;
	if (plan->header->nrepairs > 1)
		return error_usage(err, "%s:%u: a text has one repair line",
				   plan->header->repairs[1].origin.file,
				   plan->header->repairs[1].origin.line);
	struct repair *r = calloc(1, sizeof(*r));

	if (!r)
		return error_nomem(err);
	int rc = prepare(r, trace, plan, &plan->header->repairs[0], err);

	if (rc < 0) {
		repair_free(r);
		return rc;
	}
	*out = r;
	return 0;
}

/* "[<0>] compact_zone.isra.0+0x1a/0x20": is it the function, or a clone of it? */
static bool line_names(const char *line, const char *function)
{
	const char *symbol = strstr(line, "] ");
	size_t len = strlen(function);

	if (!symbol)
		return false;
	symbol += 2;
	if (strncmp(symbol, function, len) != 0)
		return false;
	return strchr("+. \n", symbol[len]) || strncmp(symbol + len, "_noprof", 7) == 0;
}

enum whereabouts { INSIDE_OR_UNKNOWN, ELSEWHERE, GONE };

static enum whereabouts find_thread(uint64_t key, const char *function)
{
	struct buf stack = {0};
	char path[64];
	enum whereabouts found = INSIDE_OR_UNKNOWN;

	/* The idle threads' keys have the CPU, and a bit above all thread ids. */
	if (!key || key >> 32)
		return INSIDE_OR_UNKNOWN;
	snprintf(path, sizeof(path), "/proc/%u/stack", (unsigned)key);
	int rc = buf_read_file(&stack, path, STACK_LIMIT);

	if (rc == -ENOENT || rc == -ESRCH) {
		found = GONE;
	} else if (rc == 0 && stack.len) {
		found = ELSEWHERE;
		for (const char *line = stack.data; *line;
		     line += strcspn(line, "\n"), line += !!*line)
			if (line_names(line, function))
				found = INSIDE_OR_UNKNOWN;
	}
	buf_free(&stack);
	return found;
}

static bool was_suspect(const struct repair *r, const struct suspect *s)
{
	for (size_t i = 0; i < r->nsuspects; i++)
		if (r->suspects[i].key == s->key && r->suspects[i].since == s->since)
			return true;
	return false;
}

/* Whoever deletes the entry lowers the counter; if the text was faster, it has done so. */
static bool close_entry(struct repair *r, uint64_t key)
{
	if (r->kernel->ops->map_delete(r->kernel, r->table, &key) < 0)
		return false;
	return r->kernel->ops->map_add(r->kernel, r->counter, 0, -1) == 0;
}

uint64_t repair_stale(struct repair *r)
{
	struct suspect *suspects = NULL;
	size_t n = 0;
	uint64_t closed = 0, now = r->kernel->ops->now(r->kernel);

	if (table_read(r->kernel, r->table, r->spec, &r->entries) < 0)
		return 0;
	if (r->entries.n)
		suspects = calloc(r->entries.n, sizeof(*suspects));
	for (size_t i = 0; suspects && i < r->entries.n; i++) {
		struct suspect s;

		memcpy(&s.key, r->entries.keys + i * sizeof(s.key), sizeof(s.key));
		memcpy(&s.since, r->entries.leaves + i * r->entries.leaf_room + r->since,
		       sizeof(s.since));
		if (s.since + STALE_NS > now)
			continue;
		enum whereabouts where = find_thread(s.key, r->function);

		if (where == GONE || (where == ELSEWHERE && was_suspect(r, &s)))
			closed += close_entry(r, s.key);
		else if (where == ELSEWHERE)
			suspects[n++] = s;
	}
	free(r->suspects);
	r->suspects = suspects;
	r->nsuspects = n;
	return closed;
}

void repair_free(struct repair *r)
{
	if (!r)
		return;
	entries_free(&r->entries);
	free(r->suspects);
	free(r);
}
