/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view_stacks.c - a row an entry, largest first, with the stacks that its key has the ids of.
 */
#include <errno.h>
#include <string.h>

#include "sample/stacks.h"
#include "sample/view_maker.h"

/* user_stack_id, kernstackid, stack; or a key that is nothing but a number. */
static bool is_stack(const struct column *column)
{
	return type_is_number(column->type) && (!column->name[0] || strstr(column->name, "stack"));
}

int view_stacks_check(struct view_maker *maker, struct error *err)
{
	if (!maker->value)
		return show_fails(maker->show, err, "its entries have no number to show");
	for (size_t i = 0; i < maker->keys.n; i++)
		if (is_stack(&maker->keys.list[i]))
			return 0;
	return show_fails(maker->show, err,
			  "its key has no id of a stack: a number whose name has 'stack' in it");
}

int view_stacks_make(struct view_maker *maker, const struct view_source *source,
		     struct arena *arena, struct view *view)
{
	int rc = view_rows_make(maker, source, arena, view);

	for (size_t i = 0; i < view->nrows && rc == 0 && source->stacks; i++) {
		struct row *row = &view->rows[i];
		pid_t pid = row->process;

		for (size_t k = 0; k < row->nkeys && rc == 0; k++) {
			struct cell *cell = &row->cells[k];

			if (is_stack(&maker->keys.list[k]))
				rc = stacks_read(source->stacks, cell->name, cell->u, pid, arena,
						 &cell->stack);
		}
	}
	return rc;
}
