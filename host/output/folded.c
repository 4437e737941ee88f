/* SPDX-License-Identifier: Apache-2.0 */
/*
 * folded.c - for flame graph tools: "command;outermost;…;innermost COUNT", all samples added up.
 */
#include "output/folded.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "output/output.h"
#include "output/text_stacks.h"
#include "output/write.h"

#define STACKS_MAX 8

/* The child of that name, made if it is not there yet; NULL: no memory. */
static struct frame *child(struct frame *parent, const char *name, bool kernel)
{
	size_t from = 0, to = parent->nchildren;

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		struct frame *f = &parent->children[middle];
		int order = strcmp(f->name, name);

		if (order == 0)
			order = (int)f->kernel - (int)kernel;
		if (order == 0)
			return f;
		if (order < 0)
			from = middle + 1;
		else
			to = middle;
	}
	if ((parent->nchildren & (parent->nchildren - 1)) == 0) {
		size_t room = parent->nchildren ? parent->nchildren * 2 : 1;
		struct frame *more = reallocarray(parent->children, room, sizeof(*more));

		if (!more)
			return NULL;
		parent->children = more;
	}
	char *copy = strdup(name);

	if (!copy)
		return NULL;
	struct frame *f = &parent->children[from];

	memmove(f + 1, f, (parent->nchildren - from) * sizeof(*f));
	*f = (struct frame){.name = copy, .kernel = kernel};
	parent->nchildren++;
	return f;
}

/* What the row's numbers stand under: the words of its key. */
static struct frame *words_add(struct frame *at, const struct row *row)
{
	for (size_t i = 0; i < row->nkeys && at; i++) {
		const struct cell *cell = &row->cells[i];

		if (!cell->is_text && !cell->label)
			continue;
		at = child(at, cell->label ? cell->label : cell->text, false);
		if (at)
			at->value += row->value;
	}
	return at;
}

static struct frame *stack_add(struct frame *at, const struct stack *stack, uint64_t value)
{
	if (stack->error && stack->error != -EFAULT) {
		at = child(at, "[stack not kept]", false);
		if (at)
			at->value += value;
	}
	if (stack->cut && at) {
		at = child(at, "[cut]", false);
		if (at)
			at->value += value;
	}
	for (size_t i = stack->nframes; i-- > 0 && at;) {
		at = child(at, stack->frames[i], i < stack->nkernel);
		if (at)
			at->value += value;
	}
	return at;
}

static int row_add(struct frame *root, const struct row *row)
{
	size_t order[STACKS_MAX];
	size_t n = text_stacks_order(row, order, STACKS_MAX);

	if (!n || !row->value)
		return 0;
	struct frame *at = words_add(root, row);

	/* From the outermost on: the kernel's frames are inside those of user space. */
	while (n-- > 0 && at)
		at = stack_add(at, row->cells[order[n]].stack, row->value);
	if (!at)
		return -ENOMEM;
	at->own += row->value;
	root->value += row->value;
	return 0;
}

int folded_add(struct frame *root, const struct sample *sample)
{
	int rc = 0;

	for (size_t v = 0; v < sample->nviews; v++) {
		const struct view *view = &sample->views[v];

		if (view->show->kind != VIEW_STACKS)
			continue;
		for (size_t i = 0; i < view->nrows && rc == 0; i++)
			rc = row_add(root, &view->rows[i]);
	}
	return rc;
}

void folded_free(struct frame *root)
{
	for (size_t i = 0; i < root->nchildren; i++)
		folded_free(&root->children[i]);
	free(root->children);
	free(root->name);
	memset(root, 0, sizeof(*root));
}

/* Semicolons in names would make two of one, and newlines two lines. */
static void name_add(struct buf *out, const char *name)
{
	for (size_t size; *name; name += size) {
		size = utf8_char(name, strlen(name));
		size += !size;
		if (*name == ';' || (unsigned char)*name < ' ')
			buf_addc(out, '_');
		else
			utf8_add_line(out, name, size);
	}
}

/* A line a chain that has something of its own. */
static void lines_add(struct buf *out, const struct frame *frame, struct buf *chain)
{
	size_t len = chain->len;

	if (frame->name && *frame->name && len)
		buf_addc(chain, ';');
	if (frame->name)
		name_add(chain, frame->name);
	if (frame->kernel)
		buf_adds(chain, "_[k]");
	if (frame->own)
		buf_addf(out, "%s %" PRIu64 "\n", buf_string(chain), frame->own);
	for (size_t i = 0; i < frame->nchildren; i++)
		lines_add(out, &frame->children[i], chain);
	if (chain->data) {
		chain->len = len;
		chain->data[len] = '\0';
	}
}

static struct frame all;

static int folded_sample(FILE *file, const struct plan *plan, const struct sample *sample)
{
	(void)file;
	(void)plan;
	return folded_add(&all, sample);
}

static int folded_end(FILE *file)
{
	struct buf out = {0}, chain = {0};

	lines_add(&out, &all, &chain);
	folded_free(&all);
	int rc = buf_error(&chain);

	buf_free(&chain);
	if (rc < 0) {
		buf_free(&out);
		return rc;
	}
	return output_write(file, &out);
}

const struct output_format output_folded = {
	.name = "folded",
	.needs_stacks = true,
	.sample = folded_sample,
	.end = folded_end,
};
