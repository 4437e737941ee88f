/* SPDX-License-Identifier: Apache-2.0 */
#include "sample/stacks.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

struct stack_table {
	const char *name;
	int map;
	size_t depth; /* most frames that it keeps */
};

struct stacks {
	struct trace *trace;
	struct stack_table *tables;
	size_t ntables;
	struct naming *naming;
	uint64_t *addresses; /* room for the deepest stack */
};

static const struct show_line *wanted(const struct plan *plan)
{
	for (size_t i = 0; i < plan->header->nshows; i++)
		if (plan->header->shows[i].kind == VIEW_STACKS &&
		    show_is_wanted(plan->header, &plan->header->shows[i]))
			return &plan->header->shows[i];
	return NULL;
}

static int find_tables(struct stacks *s)
{
	size_t deepest = 0;
	const char *name;

	while ((name = trace_table_of(s->trace, BPF_MAP_TYPE_STACK_TRACE, s->ntables)) != NULL) {
		const struct object_table *spec;
		int map = trace_table(s->trace, name, &spec);
		struct stack_table *more = reallocarray(s->tables, s->ntables + 1, sizeof(*more));

		if (!more)
			return -ENOMEM;
		s->tables = more;
		more[s->ntables++] = (struct stack_table){name, map, spec->leaf_size / 8};
		if (spec->leaf_size / 8 > deepest)
			deepest = spec->leaf_size / 8;
	}
	s->addresses = calloc(deepest + 1, sizeof(*s->addresses));
	return s->addresses ? 0 : -ENOMEM;
}

int stacks_new(struct trace *trace, const struct plan *plan, struct naming *naming,
	       struct stacks **out, struct error *err)
{
	const struct show_line *show = wanted(plan);
	char place[ORIGIN_ROOM];

	*out = NULL;
	if (!show)
		return 0;
	struct stacks *s = calloc(1, sizeof(*s));

	if (!s)
		return error_nomem(err);
	s->trace = trace;
	s->naming = naming;
	if (find_tables(s) < 0) {
		stacks_free(s);
		return error_nomem(err);
	}
	if (!s->ntables) {
		stacks_free(s);
		origin_place(show->origin, "show", place, sizeof(place));
		return error_usage(err, "%s: the text has no BPF_STACK_TRACE table", place);
	}
	*out = s;
	return 0;
}

static const struct stack_table *table_of(const struct stacks *s, const char *column)
{
	for (size_t i = 0; i < s->ntables && column[0]; i++)
		if (strncmp(column, s->tables[i].name, strlen(s->tables[i].name)) == 0 ||
		    strncmp(column, s->tables[i].name, strcspn(column, "_")) == 0)
			return &s->tables[i];
	return &s->tables[0];
}

/* Return: the number of frames, or a negative errno. */
static int read_addresses(struct stacks *s, const struct stack_table *table, uint32_t id)
{
	struct kernel *k = trace_kernel(s->trace);
	int n = 0;

	memset(s->addresses, 0, table->depth * sizeof(*s->addresses));
	int rc = k->ops->map_lookup(k, table->map, &id, s->addresses);

	if (rc < 0)
		return rc;
	while ((size_t)n < table->depth && s->addresses[n])
		n++;
	return n;
}

static const char *frame_name(struct stacks *s, uint64_t address, bool first, pid_t pid,
			      struct arena *arena)
{
	struct buf name = {0};
	const char *copy = NULL;

	/* Frames further out hold where they return to: the call is just ahead of it. */
	naming_add(s->naming, pid, address - !first, &name);
	if (!buf_error(&name))
		copy = arena_strndup(arena, buf_string(&name), name.len);
	buf_free(&name);
	return copy;
}

static int fill(struct stacks *s, const struct stack_table *table, uint32_t id, pid_t pid,
		struct arena *arena, struct stack *stack)
{
	int n = read_addresses(s, table, id);

	if (n < 0) {
		stack->error = n;
		return 0;
	}
	stack->frames = arena_alloc(arena, ((size_t)n + 1) * sizeof(*stack->frames));
	if (!stack->frames)
		return -ENOMEM;
	stack->cut = (size_t)n == table->depth;
	naming_stack(s->naming, pid, s->addresses, (size_t)n);
	for (int i = 0; i < n; i++) {
		stack->frames[i] = frame_name(s, s->addresses[i], i == 0, pid, arena);
		if (!stack->frames[i])
			return -ENOMEM;
		/* Of user space is what stands behind others of it, junk for an address too. */
		if (stack->nkernel == (size_t)i)
			stack->nkernel += naming_is_kernel(s->addresses[i]);
	}
	stack->nframes = (size_t)n;
	return 0;
}

int stacks_read(struct stacks *s, const char *column, uint64_t id, pid_t pid, struct arena *arena,
		const struct stack **out)
{
	struct stack *stack = arena_alloc(arena, sizeof(*stack));
	int32_t number = (int32_t)(uint32_t)id;

	if (!stack)
		return -ENOMEM;
	*stack = (struct stack){0};
	*out = stack;
	if (number < 0) {
		stack->error = number;
		return 0;
	}
	return fill(s, table_of(s, column), (uint32_t)number, pid, arena, stack);
}

void stacks_note(struct sample *sample)
{
	for (size_t v = 0; v < sample->nviews; v++) {
		for (size_t r = 0; r < sample->views[v].nrows; r++) {
			const struct row *row = &sample->views[v].rows[r];
			bool lost = false, cut = false;

			for (size_t i = 0; i < row->nkeys; i++) {
				const struct stack *stack = row->cells[i].stack;

				lost |= stack && stack->error && stack->error != -EFAULT;
				cut |= stack && stack->cut;
			}
			sample->account.stacks_lost += lost ? (int64_t)row->value : 0;
			sample->account.stacks_cut += cut ? (int64_t)row->value : 0;
		}
	}
}

void stacks_free(struct stacks *s)
{
	if (!s)
		return;
	free(s->tables);
	free(s->addresses);
	free(s);
}
