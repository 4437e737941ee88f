/* SPDX-License-Identifier: Apache-2.0 */
#include "sample/repair.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/say.h"
#include "kernel/table.h"
#include "kernel/user_watch.h"
#include "sample/type.h"

/* Younger entries are left alone: a look at a stack costs a system call or three. */
#define STALE_NS 1000000000u
#define STACK_LIMIT 16384u

/* Threads that are watched at once: each takes a descriptor and two pages. */
#define WATCHES 256u

/* An entry that has been there for long, and what its thread had done by then. */
struct suspect {
	uint64_t key;
	uint64_t since;
	uint64_t switches;
	struct user_watch *watch; /* since the first look, or NULL */
};

struct repair {
	struct kernel *kernel;
	const char *function; /* borrowed from the plan's header */
	int table;
	const struct object_table *spec;
	size_t since; /* where the start time is in a leaf */
	int counter;
	struct entries entries;
	void *leaf; /* room for one */
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
	char place[ORIGIN_ROOM];

	r->kernel = trace_kernel(trace);
	r->table = trace_table(trace, line->table, &r->spec);
	r->counter = trace_table(trace, line->counter, NULL);
	origin_place(line->origin, "repair", place, sizeof(place));
	if (!option || r->table < 0 || r->counter < 0 || r->spec->key_size != sizeof(uint64_t))
		return error_usage(
			err,
			"%s: repair %s %s %s: wants a table keyed by thread (u64), an option "
			"and an array",
			place, line->table, line->option, line->counter);
	r->function = option->value;
	r->leaf = calloc(1, r->spec->leaf_size + sizeof(uint64_t));
	if (!r->leaf)
		return error_nomem(err);
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
	if (!plan->header->nrepairs)
		return 0;
	if (plan->header->nrepairs > 1)
		return error_usage(err, "%s:%u: a text has one repair line",
				   plan->header->repairs[1].origin.file,
				   plan->header->repairs[1].origin.line);
	if (!kernel_numbers_are_ours(trace_kernel(trace))) {
		say_once("kwhile is in a pid namespace, where threads have other numbers: one "
			 "that leaves the gate unseen is not looked for");
		return 0;
	}
	struct repair *r = calloc(1, sizeof(*r));

	if (!r)
		return error_nomem(err);
	int rc = prepare(r, trace, plan, &plan->header->repairs[0], err);

	if (rc < 0 || !has_return_probe(plan)) {
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

/* The number behind a word of /proc/TID/status. */
static uint64_t status_number(const char *status, const char *word)
{
	const char *at = strstr(status, word);

	return at ? strtoull(at + strlen(word), NULL, 10) : 0;
}

static int read_proc(unsigned tid, const char *name, struct buf *text)
{
	char path[64];

	buf_reset(text);
	snprintf(path, sizeof(path), "/proc/%u/%s", tid, name);
	int rc = buf_read_file(text, path, STACK_LIMIT);

	return rc == -ESRCH ? -ENOENT : rc;
}

/*
 * How often a thread has been switched. Return: 1 when it is asleep now, 0 when not, -ENOENT when
 * it is gone, or another negative errno.
 */
static int look_at(struct suspect *s, struct buf *text)
{
	unsigned tid = (unsigned)s->key;
	int rc = read_proc(tid, "stat", text);

	if (rc < 0)
		return rc;
	/* Behind the name, which may have anything in it: the state (proc(5)). */
	const char *at = strrchr(buf_string(text), ')');
	char state = 0;

	if (!at || sscanf(at + 1, " %c", &state) < 1)
		return -EINVAL;
	rc = read_proc(tid, "status", text);
	if (rc < 0)
		return rc;
	s->switches = status_number(buf_string(text), "\nvoluntary_ctxt_switches:") +
		      status_number(buf_string(text), "\nnonvoluntary_ctxt_switches:");
	return strchr("SDTI", state) != NULL;
}

/*
 * The stack of a thread that has slept for a whole interval, and so sleeps on, as good as surely.
 * That of one that runs must not be read: where a return probe is on it, the kernel warns
 * (kernel/trace/rethook.c, rethook_find_ret_addr), and a kernel may be set to panic when it does.
 */
static bool sleeps_elsewhere(unsigned tid, const char *function, struct buf *text)
{
	buf_reset(text);
	if (buf_read_file(text, "/proc/sys/kernel/panic_on_warn", 16) < 0 ||
	    buf_string(text)[0] != '0')
		return false;
	if (read_proc(tid, "stack", text) < 0 || !text->len)
		return false;
	for (const char *line = text->data; *line; line += *line == '\n') {
		if (line_names(line, function))
			return false;
		line += strcspn(line, "\n");
	}
	return true;
}

static struct suspect *find_suspect(const struct repair *r, const struct suspect *s)
{
	for (size_t i = 0; i < r->nsuspects; i++)
		if (r->suspects[i].key == s->key && r->suspects[i].since == s->since)
			return &r->suspects[i];
	return NULL;
}

/*
 * Has the thread left the function? Looks, and remembers in @s what it saw. @nth is how many
 * threads are suspected already.
 */
static bool has_left(const struct repair *r, struct suspect *s, size_t nth, struct buf *text)
{
	struct suspect *before = find_suspect(r, s);

	/* The idle threads' keys have the CPU, and a bit above all thread ids. */
	if (!s->key || s->key >> 32)
		return false;
	int asleep = look_at(s, text);

	if (asleep == -ENOENT)
		return true;
	if (before) {
		s->watch = before->watch;
		before->watch = NULL;
	} else if (nth < WATCHES) {
		/* Refused, it is one means less: the thread's sleep may still tell. */
		(void)user_watch_start((uint32_t)s->key, &s->watch);
	}
	if (asleep < 0 || !before)
		return false;
	if (s->watch && user_watch_saw(s->watch))
		return true;
	return asleep && s->switches == before->switches &&
	       sleeps_elsewhere((unsigned)s->key, r->function, text);
}

/* Is the entry still that of the same call? */
static bool still_there(const struct repair *r, const struct suspect *s)
{
	uint64_t since;

	if (r->kernel->ops->map_lookup(r->kernel, r->table, &s->key, r->leaf) < 0)
		return false;
	memcpy(&since, (const char *)r->leaf + r->since, sizeof(since));
	return since == s->since;
}

/*
 * The thread was looked at after the table was read: it may have left with its return seen, and
 * even be in a later call by now. Only an entry that outlives the proof that its thread has left is
 * one whose return was missed. Whoever deletes the entry lowers the counter; if the text was
 * faster, it has done so.
 */
static bool close_entry(struct repair *r, const struct suspect *s)
{
	if (!still_there(r, s) || r->kernel->ops->map_delete(r->kernel, r->table, &s->key) < 0)
		return false;
	return r->kernel->ops->map_add(r->kernel, r->counter, 0, -1) == 0;
}

/* What a later look took over has no watch any more. */
static void forget_suspects(struct repair *r)
{
	for (size_t i = 0; i < r->nsuspects; i++)
		user_watch_stop(r->suspects[i].watch);
	free(r->suspects);
	r->suspects = NULL;
	r->nsuspects = 0;
}

uint64_t repair_stale(struct repair *r)
{
	struct suspect *suspects = NULL;
	struct buf text = {0};
	size_t n = 0;
	uint64_t closed = 0, now = r->kernel->ops->now(r->kernel);

	if (table_read(r->kernel, r->table, r->spec, &r->entries) < 0)
		return 0;
	if (r->entries.n)
		suspects = calloc(r->entries.n, sizeof(*suspects));
	for (size_t i = 0; suspects && i < r->entries.n; i++) {
		struct suspect s = {0};

		memcpy(&s.key, r->entries.keys + i * sizeof(s.key), sizeof(s.key));
		memcpy(&s.since, r->entries.leaves + i * r->entries.leaf_room + r->since,
		       sizeof(s.since));
		if (s.since + STALE_NS > now)
			continue;
		if (has_left(r, &s, n, &text)) {
			user_watch_stop(s.watch);
			closed += close_entry(r, &s);
		} else {
			suspects[n++] = s;
		}
	}
	forget_suspects(r);
	r->suspects = suspects;
	r->nsuspects = n;
	buf_free(&text);
	return closed;
}

void repair_free(struct repair *r)
{
	if (!r)
		return;
	entries_free(&r->entries);
	forget_suspects(r);
	free(r->leaf);
	free(r);
}
