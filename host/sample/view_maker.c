/* SPDX-License-Identifier: Apache-2.0 */
#include "sample/view_maker.h"

#include <errno.h>

pid_t view_process(const struct view_maker *maker, const void *key, const void *leaf)
{
	const void *bytes = maker->process_leaf ? leaf : key;

	if (!maker->process || !bytes)
		return (pid_t)maker->plan->header->pid;
	uint64_t value = column_number(maker->process, bytes);

	/* What bpf_get_current_pid_tgid() gives whole has the process in its upper half. */
	return (pid_t)(value >> 32 ? value >> 32 : value);
}

uint64_t view_divide(const struct view_maker *maker, uint64_t value)
{
	unsigned long divisor = maker->show->divisor;

	if (divisor <= 1)
		return value;
	if (!view_is_signed(maker))
		return value / divisor;
	if (divisor > INT64_MAX)
		return 0;
	return (uint64_t)((int64_t)value / (int64_t)divisor);
}

bool view_is_signed(const struct view_maker *maker)
{
	return maker->value && maker->value->type->kind == TYPE_INT;
}

int view_row_text(const struct view_maker *maker, const struct format_row *what,
		  struct arena *arena, struct row *row)
{
	struct buf text = {0};

	if (!maker->format)
		return 0;
	format_fill(maker->format, what, &text);
	if (!buf_error(&text))
		row->text = arena_strndup(arena, buf_string(&text), text.len);
	buf_free(&text);
	return row->text ? 0 : -ENOMEM;
}
