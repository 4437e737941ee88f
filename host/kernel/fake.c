/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/fake.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel/fake_inside.h"

#define PROBE_TEXT 4608 /* a path and a symbol */

/* Each operation starts here. Return: 0, or what it is to fail with. */
static int begin(struct kernel *k, enum op op)
{
	struct fake *fake = to_fake(k);
	struct trap *trap = &fake->traps[op];

	if (fake->in_hook)
		return 0;
	if (trap->hook) {
		fake->in_hook = true;
		trap->hook(k, trap->ctx);
		fake->in_hook = false;
	}
	if (!trap->code)
		return 0;
	if (!trap->after)
		return trap->code;
	trap->after--;
	return 0;
}

static int file_new(struct fake *fake, enum file_kind what, struct fake_table *table)
{
	struct file *files = reallocarray(fake->files, fake->nfiles + 1, sizeof(*files));

	if (!files)
		return -ENOMEM;
	fake->files = files;
	files[fake->nfiles].what = what;
	files[fake->nfiles].table = table;
	files[fake->nfiles].runs = 0;
	return (int)fake->nfiles++ + FAKE_FIRST_FD;
}

static struct file *file_get(const struct fake *fake, int fd)
{
	if (fd < FAKE_FIRST_FD || (size_t)(fd - FAKE_FIRST_FD) >= fake->nfiles)
		return NULL;
	return &fake->files[fd - FAKE_FIRST_FD];
}

/* An open table, or NULL: the caller answers EBADF. */
static struct fake_table *table_get(const struct kernel *k, int fd)
{
	const struct file *file = file_get(to_fake(k), fd);

	return file && file->what == FILE_MAP ? file->table : NULL;
}

static int op_map_create(struct kernel *k, const struct map_spec *spec)
{
	bool outer =
		spec->type == BPF_MAP_TYPE_ARRAY_OF_MAPS || spec->type == BPF_MAP_TYPE_HASH_OF_MAPS;
	struct fake_table *table;
	int rc = begin(k, OP_MAP_CREATE);

	if (rc)
		return rc;
	if (outer) {
		const struct fake_table *inner = table_get(k, spec->inner);

		if (!inner)
			return -EBADF;
		if (fake_table_outer(inner) || spec->leaf_size != sizeof(uint32_t))
			return -EINVAL;
	}
	rc = fake_table_new(spec, k->possible_cpus, &table);
	if (rc)
		return rc;
	rc = file_new(to_fake(k), FILE_MAP, table);
	if (rc < 0)
		fake_table_free(table);
	return rc;
}

static int op_map_next_key(struct kernel *k, int map, const void *key, void *next)
{
	int rc = begin(k, OP_MAP_NEXT_KEY);
	struct fake_table *table = table_get(k, map);

	if (rc)
		return rc;
	return table ? fake_table_next_key(table, key, next) : -EBADF;
}

static int op_map_lookup(struct kernel *k, int map, const void *key, void *leaf)
{
	int rc = begin(k, OP_MAP_LOOKUP);
	struct fake_table *table = table_get(k, map);

	if (rc)
		return rc;
	return table ? fake_table_lookup(table, key, leaf) : -EBADF;
}

static int op_map_lookup_batch(struct kernel *k, int map, int first, void *cursor, void *keys,
			       void *leaves, uint32_t *count)
{
	int rc = begin(k, OP_MAP_LOOKUP_BATCH);
	struct fake_table *table = table_get(k, map);

	if (rc) {
		*count = 0;
		return rc;
	}
	return table ? fake_table_batch(table, first, cursor, keys, leaves, count) : -EBADF;
}

static int op_map_update(struct kernel *k, int map, const void *key, const void *leaf)
{
	int rc = begin(k, OP_MAP_UPDATE);
	struct fake_table *table = table_get(k, map);

	if (rc)
		return rc;
	if (!table)
		return -EBADF;
	if (fake_table_outer(table)) {
		int inner;

		memcpy(&inner, leaf, sizeof(inner));
		if (!table_get(k, inner))
			return -EBADF;
	}
	return fake_table_update(table, key, leaf);
}

static int op_map_delete(struct kernel *k, int map, const void *key)
{
	int rc = begin(k, OP_MAP_DELETE);
	struct fake_table *table = table_get(k, map);

	if (rc)
		return rc;
	return table ? fake_table_delete(table, key) : -EBADF;
}

static int op_map_take(struct kernel *k, int map, const void *key, void *leaf)
{
	int rc = begin(k, OP_MAP_TAKE);
	struct fake_table *table = table_get(k, map);

	if (rc)
		return rc;
	return table ? fake_table_take(table, key, leaf) : -EBADF;
}

static int op_map_add(struct kernel *k, int map, uint32_t index, int64_t delta)
{
	int rc = begin(k, OP_MAP_ADD);
	struct fake_table *table = table_get(k, map);

	if (rc)
		return rc;
	return table ? fake_table_add(table, index, delta) : -EBADF;
}

/* As resolve_pseudo_ldimm64() in kernel/bpf/verifier.c: what is called a table must be one. */
static int check_insns(const struct kernel *k, const struct prog_spec *spec, struct error *err)
{
	for (uint32_t i = 0; i < spec->ninsns; i++) {
		const struct bpf_insn *insn = &spec->insns[i];

		if (insn->code != (BPF_LD | BPF_IMM | BPF_DW))
			continue;
		if ((insn->src_reg == BPF_PSEUDO_MAP_FD || insn->src_reg == BPF_PSEUDO_MAP_VALUE) &&
		    !table_get(k, insn->imm))
			return error_failed(err, -EBADF,
					    "cannot load %s: fd %d is not pointing to a map",
					    spec->name, insn->imm);
		i++;
	}
	return 0;
}

static int op_prog_load(struct kernel *k, const struct prog_spec *spec, struct error *err)
{
	int rc = begin(k, OP_PROG_LOAD);

	if (rc)
		return error_failed(err, rc, "cannot load %s: %s", spec->name, strerror(-rc));
	if (!spec->ninsns)
		return error_failed(err, -EINVAL, "cannot load %s: no instructions", spec->name);
	rc = check_insns(k, spec, err);
	return rc ? rc : file_new(to_fake(k), FILE_PROG, NULL);
}

static bool prog_is_open(const struct kernel *k, int fd)
{
	const struct file *file = file_get(to_fake(k), fd);

	return file && file->what == FILE_PROG;
}

static int op_check(struct kernel *k, const struct probe *probe, struct error *err)
{
	(void)k;
	(void)probe;
	(void)err;
	return 0;
}

static int op_attach(struct kernel *k, const struct probe *probe, int prog, struct link **out,
		     struct error *err)
{
	struct fake *fake = to_fake(k);
	struct link **end = &fake->links;
	char text[PROBE_TEXT];
	int rc = begin(k, OP_ATTACH);

	probe_format(probe, text, sizeof(text));
	if (!rc && !prog_is_open(k, prog))
		rc = -EBADF;
	if (rc)
		return error_failed(err, rc, "cannot attach %s: %s", text, strerror(-rc));
	struct link *link = calloc(1, sizeof(*link));

	if (!link)
		return error_nomem(err);
	link->probe = strdup(text);
	if (!link->probe) {
		free(link);
		return error_nomem(err);
	}
	link->prog = prog;
	while (*end)
		end = &(*end)->newer;
	*end = link;
	*out = link;
	return 0;
}

static bool op_can_many(struct kernel *k, enum probe_kind kind)
{
	(void)k;
	return probe_is_user(kind) || kind == PROBE_KPROBE;
}

/* One link, which is remembered by its first point. */
static int op_attach_many(struct kernel *k, const struct probe *const *probes, size_t n, int prog,
			  struct link **out, struct error *err)
{
	int rc = begin(k, OP_ATTACH_MANY);

	if (rc == 0 && (!n || !prog_is_open(k, prog)))
		rc = -EBADF;
	if (rc)
		return error_failed(err, rc, "cannot attach %zu probes at once: %s", n,
				    strerror(-rc));
	return op_attach(k, probes[0], prog, out, err);
}

static void op_detach(struct kernel *k, struct link *link)
{
	struct link **at = &to_fake(k)->links;

	begin(k, OP_DETACH);
	while (*at && *at != link)
		at = &(*at)->newer;
	/* Detached twice, or never attached: real code would free a wild pointer now. */
	if (!*at)
		abort();
	*at = link->newer;
	free(link->probe);
	free(link);
}

static int op_link_counts(struct kernel *k, const struct link *link, struct link_counts *counts)
{
	int rc = begin(k, OP_LINK_COUNTS);

	if (rc)
		return rc;
	counts->missed = link->missed;
	return 0;
}

static int op_prog_counts(struct kernel *k, int prog, struct prog_counts *counts)
{
	int rc = begin(k, OP_PROG_COUNTS);

	*counts = (struct prog_counts){0};
	if (rc)
		return rc;
	if (!prog_is_open(k, prog))
		return -EBADF;
	counts->runs = file_get(to_fake(k), prog)->runs;
	return 0;
}

static void op_witness_free(struct kernel *k, struct witness *w)
{
	to_fake(k)->witnesses--;
	for (size_t i = 0; i < w->n; i++)
		free(w->probes[i]);
	free(w->probes);
	free(w);
}

static int op_witness_new(struct kernel *k, const struct probe *sites, size_t n,
			  struct witness **out, struct error *err)
{
	int rc = begin(k, OP_WITNESS_NEW);
	struct witness *w = rc ? NULL : calloc(1, sizeof(*w));

	if (rc)
		return error_failed(err, rc, "cannot count: %s", strerror(-rc));
	if (!w || !(w->probes = calloc(n + 1, sizeof(*w->probes)))) {
		free(w);
		return error_nomem(err);
	}
	to_fake(k)->witnesses++;
	for (; w->n < n; w->n++) {
		char text[PROBE_TEXT];

		probe_format(&sites[w->n], text, sizeof(text));
		w->probes[w->n] = strdup(text);
		if (!w->probes[w->n]) {
			op_witness_free(k, w);
			return error_nomem(err);
		}
	}
	*out = w;
	return 0;
}

/* A site that fake_reach() was never told of is one that the kernel refused. */
static int op_witness_read(struct kernel *k, struct witness *w, int64_t *events)
{
	int rc = begin(k, OP_WITNESS_READ);

	for (size_t i = 0; rc == 0 && i < w->n; i++) {
		const struct site *site = to_fake(k)->sites;

		while (site && strcmp(site->probe, w->probes[i]) != 0)
			site = site->next;
		events[i] = site ? site->events : COUNT_UNKNOWN;
	}
	return rc;
}

static int op_stats(struct kernel *k)
{
	return begin(k, OP_STATS);
}

static int op_grace(struct kernel *k)
{
	return begin(k, OP_GRACE);
}

static int op_settle(struct kernel *k)
{
	return begin(k, OP_SETTLE);
}

static uint64_t op_now(struct kernel *k)
{
	begin(k, OP_NOW);
	return to_fake(k)->clock;
}

static long op_self(struct kernel *k)
{
	int rc = begin(k, OP_SELF);

	return rc < 0 ? rc : getpid();
}

static void op_close(struct kernel *k, int fd)
{
	begin(k, OP_CLOSE);
	struct file *file = file_get(to_fake(k), fd);

	if (fd < 0)
		return;
	/* Real code would close a descriptor of somebody else now. */
	if (!file || file->what == FILE_CLOSED)
		abort();
	fake_table_free(file->table);
	file->table = NULL;
	file->what = FILE_CLOSED;
}

static const struct kernel_ops fake_ops = {
	.map_create = op_map_create,
	.map_next_key = op_map_next_key,
	.map_lookup = op_map_lookup,
	.map_lookup_batch = op_map_lookup_batch,
	.map_update = op_map_update,
	.map_delete = op_map_delete,
	.map_take = op_map_take,
	.map_add = op_map_add,
	.prog_load = op_prog_load,
	.check = op_check,
	.attach = op_attach,
	.can_many = op_can_many,
	.attach_many = op_attach_many,
	.detach = op_detach,
	.link_counts = op_link_counts,
	.prog_counts = op_prog_counts,
	.witness_new = op_witness_new,
	.witness_read = op_witness_read,
	.witness_free = op_witness_free,
	.stats = op_stats,
	.grace = op_grace,
	.settle = op_settle,
	.now = op_now,
	.self = op_self,
	.close = op_close,
	.stream_open = fake_stream_open,
	.stream_fd = fake_stream_fd,
	.stream_drain = fake_stream_drain,
	.stream_lost = fake_stream_lost,
	.stream_close = fake_stream_close,
};

int kernel_fake(struct kernel **out, unsigned cpus)
{
	struct fake *fake = calloc(1, sizeof(*fake));

	if (!fake)
		return -ENOMEM;
	fake->base.ops = &fake_ops;
	fake->base.possible_cpus = cpus;
	fake->clock = 1000000000;
	*out = &fake->base;
	return 0;
}

void kernel_fake_free(struct kernel *k)
{
	struct fake *fake = to_fake(k);

	if (!fake)
		return;
	memset(fake->traps, 0, sizeof(fake->traps));
	while (fake->links)
		op_detach(k, fake->links);
	while (fake->streams)
		fake_stream_close(k, fake->streams);
	while (fake->sites) {
		struct site *next = fake->sites->next;

		free(fake->sites->probe);
		free(fake->sites);
		fake->sites = next;
	}
	for (size_t i = 0; i < fake->nfiles; i++)
		fake_table_free(fake->files[i].table);
	free(fake->files);
	free(fake);
}
