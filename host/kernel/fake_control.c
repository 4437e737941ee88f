/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fake_control.c - what a test asks of the fake kernel, and asks it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "kernel/fake.h"
#include "kernel/fake_inside.h"

static const char *const op_names[OP_COUNT] = {
	[OP_MAP_CREATE] = "map_create",
	[OP_MAP_NEXT_KEY] = "map_next_key",
	[OP_MAP_LOOKUP] = "map_lookup",
	[OP_MAP_LOOKUP_BATCH] = "map_lookup_batch",
	[OP_MAP_UPDATE] = "map_update",
	[OP_MAP_DELETE] = "map_delete",
	[OP_MAP_TAKE] = "map_take",
	[OP_MAP_ADD] = "map_add",
	[OP_PROG_LOAD] = "prog_load",
	[OP_ATTACH] = "attach",
	[OP_ATTACH_MANY] = "attach_many",
	[OP_DETACH] = "detach",
	[OP_LINK_COUNTS] = "link_counts",
	[OP_PROG_COUNTS] = "prog_counts",
	[OP_WITNESS_NEW] = "witness_new",
	[OP_WITNESS_READ] = "witness_read",
	[OP_STATS] = "stats",
	[OP_GRACE] = "grace",
	[OP_SETTLE] = "settle",
	[OP_NOW] = "now",
	[OP_SELF] = "self",
	[OP_CLOSE] = "close",
};

void fake_advance(struct kernel *k, uint64_t ns)
{
	to_fake(k)->clock += ns;
}

static struct trap *trap_of(struct kernel *k, const char *op)
{
	for (size_t i = 0; i < OP_COUNT; i++) {
		if (strcmp(op_names[i], op) == 0)
			return &to_fake(k)->traps[i];
	}
	/* A misspelt name would make a test that cannot fail. */
	abort();
}

void fake_fail(struct kernel *k, const char *op, unsigned after, int code)
{
	struct trap *trap = trap_of(k, op);

	trap->after = after;
	trap->code = code;
}

void fake_hook(struct kernel *k, const char *op, void (*hook)(struct kernel *k, void *ctx),
	       void *ctx)
{
	struct trap *trap = trap_of(k, op);

	trap->hook = hook;
	trap->ctx = ctx;
}

void fake_miss(struct kernel *k, const char *probe, int64_t missed)
{
	for (struct link *link = to_fake(k)->links; link; link = link->newer) {
		if (strcmp(link->probe, probe) == 0)
			link->missed = missed;
	}
}

void fake_reach(struct kernel *k, const char *probe, int64_t events)
{
	struct fake *fake = to_fake(k);
	struct site *site = fake->sites;

	while (site && strcmp(site->probe, probe) != 0)
		site = site->next;
	if (!site) {
		site = calloc(1, sizeof(*site));
		if (!site || !(site->probe = strdup(probe)))
			abort();
		site->next = fake->sites;
		fake->sites = site;
	}
	site->events += events;
}

void fake_run(struct kernel *k, const char *probe, uint64_t runs)
{
	struct fake *fake = to_fake(k);

	for (struct link *link = fake->links; link; link = link->newer) {
		if (strcmp(link->probe, probe) == 0)
			fake->files[link->prog - FAKE_FIRST_FD].runs += runs;
	}
}

unsigned fake_open_witnesses(const struct kernel *k)
{
	return to_fake(k)->witnesses;
}

static unsigned count_files(const struct kernel *k, int what)
{
	const struct fake *fake = to_fake(k);
	unsigned n = 0;

	for (size_t i = 0; i < fake->nfiles; i++)
		n += (int)fake->files[i].what == what;
	return n;
}

unsigned fake_open_maps(const struct kernel *k)
{
	return count_files(k, FILE_MAP);
}

unsigned fake_open_progs(const struct kernel *k)
{
	return count_files(k, FILE_PROG);
}

unsigned fake_open_links(const struct kernel *k)
{
	unsigned n = 0;

	for (const struct link *link = to_fake(k)->links; link; link = link->newer)
		n++;
	return n;
}

int fake_map(const struct kernel *k, const char *name)
{
	const struct fake *fake = to_fake(k);

	for (size_t i = fake->nfiles; i-- > 0;) {
		const struct file *file = &fake->files[i];

		if (file->what == FILE_MAP && strcmp(fake_table_name(file->table), name) == 0)
			return (int)i + FAKE_FIRST_FD;
	}
	return -ENOENT;
}

char *fake_attached(const struct kernel *k)
{
	struct buf list = {0};

	for (const struct link *link = to_fake(k)->links; link; link = link->newer) {
		buf_adds(&list, link->probe);
		if (link->newer)
			buf_addc(&list, '\n');
	}
	return buf_take(&list);
}
