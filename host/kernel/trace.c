/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/trace.h"

#include <stdlib.h>

#include "kernel/trace_impl.h"
#include "kernel/trace_names.h"

int trace_new(struct kernel *kernel, const struct object *object, const struct plan *plan,
	      struct trace **out, struct error *err)
{
	struct trace *t = calloc(1, sizeof(*t));

	if (!t)
		return error_nomem(err);
	t->kernel = kernel;
	t->object = object;
	t->plan = plan;
	t->maps = calloc(object->ntables + 1, sizeof(*t->maps));
	t->tables = calloc(object->ntables + 1, sizeof(*t->tables));
	t->programs = calloc(plan->nprobes + plan->header->ntails + 1, sizeof(*t->programs));
	t->attachments = calloc(plan->nprobes + 1, sizeof(*t->attachments));
	t->inners = calloc(plan->header->ninners + 1, sizeof(*t->inners));
	t->many = calloc(plan->nprobes + 1, sizeof(*t->many));
	if (!t->maps || !t->tables || !t->programs || !t->attachments || !t->inners || !t->many) {
		free(t->many);
		free(t->inners);
		free(t->maps);
		free(t->tables);
		free(t->programs);
		free(t->attachments);
		free(t);
		return error_nomem(err);
	}
	trace_size_tables(t);
	*out = t;
	return 0;
}

void trace_of_text(struct trace *t, const char *file, const char *text)
{
	t->file = file;
	t->text = text;
}

void trace_separate(struct trace *t)
{
	t->separate = true;
}

int trace_load(struct trace *t, struct error *err)
{
	int rc = trace_check_names(t, err);

	if (rc == 0)
		rc = trace_create_tables(t, err);
	if (rc == 0)
		rc = trace_fill_inners(t, err);
	if (rc == 0) {
		trace_mark_many(t);
		rc = trace_load_programs(t, err);
	}
	return rc ? rc : trace_fill_tails(t, err);
}

struct kernel *trace_kernel(const struct trace *t)
{
	return t->kernel;
}

void trace_free(struct trace *t)
{
	if (!t)
		return;
	trace_detach(t);
	for (size_t i = 0; i < t->nprograms; i++)
		t->kernel->ops->close(t->kernel, t->programs[i].fd);
	for (uint32_t i = 0; i < t->object->ntables; i++)
		if (t->maps[i] >= 0)
			t->kernel->ops->close(t->kernel, t->maps[i]);
	for (size_t i = 0; i < t->ninners; i++)
		if (t->inners[i].own)
			t->kernel->ops->close(t->kernel, t->inners[i].map);
	free(t->many);
	free(t->inners);
	free(t->maps);
	free(t->tables);
	free(t->programs);
	free(t->attachments);
	free(t);
}
