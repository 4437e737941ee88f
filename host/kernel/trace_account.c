/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/trace_account.h"

#include <errno.h>

#include "kernel/trace_impl.h"

/* Known and known is known; anything with unknown is unknown. */
static void add(int64_t *to, int64_t n)
{
	if (*to == COUNT_UNKNOWN || n == COUNT_UNKNOWN)
		*to = COUNT_UNKNOWN;
	else
		*to += n;
}

static void add_links(const struct trace *t, struct trace_account *account)
{
	for (size_t i = 0; i < t->nattachments; i++) {
		const struct attachment *a = &t->attachments[i];
		struct link_counts counts = {.missed = COUNT_UNKNOWN};

		if (!a->link)
			continue;
		if (t->kernel->ops->link_counts(t->kernel, a->link, &counts) < 0)
			counts.missed = COUNT_UNKNOWN;
		bool is_return = a->probe->probe.kind == PROBE_KRETPROBE ||
				 a->probe->probe.kind == PROBE_URETPROBE;

		add(is_return ? &account->returns_missed : &account->events_skipped, counts.missed);
	}
}

void trace_account(const struct trace *t, struct trace_account *account)
{
	*account = (struct trace_account){0};
	add_links(t, account);
	for (size_t i = 0; i < t->nprograms; i++) {
		struct prog_counts counts = {.skipped = COUNT_UNKNOWN};

		if (t->kernel->ops->prog_counts(t->kernel, t->programs[i].fd, &counts) < 0)
			counts.skipped = COUNT_UNKNOWN;
		add(&account->events_skipped, counts.skipped);
	}
}

int trace_cost(const struct trace *t, size_t index, struct trace_cost *cost)
{
	if (index >= t->nattachments)
		return -ENOENT;
	cost->probe = t->attachments[index].probe;
	const struct program *p = trace_program(t, cost->probe);

	cost->shared = false;
	cost->repeated = false;
	for (size_t i = 0; i < t->nattachments; i++) {
		if (i == index || trace_program(t, t->attachments[i].probe) != p)
			continue;
		cost->shared = true;
		cost->repeated |= i < index;
	}
	return t->kernel->ops->prog_counts(t->kernel, p->fd, &cost->counts);
}
