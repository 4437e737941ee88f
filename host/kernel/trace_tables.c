/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trace_tables.c - a trace's tables: how large they are, and making them.
 */
#include <errno.h>
#include <linux/version.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/facts.h"
#include "kernel/table.h"
#include "kernel/table_room.h"
#include "kernel/storage.h"
#include "kernel/trace_impl.h"
#include "program/expansion.h"

#define PAGE_BYTES 4096u
#define ROOM_SMALL (64u << 20)
/* PCPU_MIN_UNIT_SIZE, include/linux/percpu.h; about KMALLOC_MAX_SIZE, kernel/bpf/hashtab.c. */
#define PERCPU_LEAF 32768u
#define HASH_LEAF (4000u << 10)
/* A ring buffer is at least as large: BCC's texts often have 32 kB, 5 ms of a busy event. */
#define RING_LEAST (1u << 20)
#define STREAM_MOST (1u << 30)
/* Perf buffers: of one CPU, and of all of them unless one page each is more. */
#define PERF_USUAL (1u << 20)
#define PERF_MOST_IN_ALL (64u << 20)

/* TABLE, TABLE__0 or TABLE__1. */
static bool table_is_named(const char *table, const char *name)
{
	size_t len = strlen(name);

	return strncmp(table, name, len) == 0 &&
	       (!table[len] || strcmp(table + len, "__0") == 0 || strcmp(table + len, "__1") == 0);
}

/* Most entries, by the last size line for this table; 0: the text's own. */
static uint32_t table_size(const struct trace *t, const char *table)
{
	const struct header *header = t->plan->header;
	uint32_t size = 0;

	for (size_t i = 0; i < header->nsizes; i++) {
		const struct size_line *line = &header->sizes[i];

		if (!table_is_named(table, line->table))
			continue;
		if (line->size[0] == '$') {
			const struct plan_list *list = plan_list_find(t->plan, line->size + 1);

			size = list && list->n ? (uint32_t)list->n : 1;
		} else {
			size = (uint32_t)strtoul(line->size, NULL, 10);
		}
	}
	return size;
}

/* A power of two of bytes for @pages pages, rounded up. */
static uint32_t stream_bytes(uint32_t pages)
{
	uint32_t bytes = PAGE_BYTES;

	while (bytes < STREAM_MOST && bytes / PAGE_BYTES < pages)
		bytes *= 2;
	return bytes;
}

size_t trace_stream_bytes(const struct trace *t, const char *table)
{
	const uint32_t pages = table_size(t, table);
	uint32_t bytes = PERF_USUAL;

	if (pages)
		return stream_bytes(pages);
	while (bytes > PAGE_BYTES && bytes > PERF_MOST_IN_ALL / t->kernel->possible_cpus)
		bytes /= 2;
	return bytes;
}

/* What a size line means depends on the kind: entries, or pages of a buffer. */
static uint32_t table_entries(const struct trace *t, const struct object_table *table)
{
	const uint32_t size = table_size(t, table->name);

	switch (table->type) {
	case BPF_MAP_TYPE_PERF_EVENT_ARRAY:
		return t->kernel->possible_cpus;
	case BPF_MAP_TYPE_RINGBUF:
		if (size)
			return stream_bytes(size);
		return table->max_entries > RING_LEAST ? table->max_entries : RING_LEAST;
	default:
		return size ? size : table->max_entries;
	}
}

void trace_size_tables(struct trace *t)
{
	for (uint32_t i = 0; i < t->object->ntables; i++) {
		t->maps[i] = -1;
		t->tables[i] = t->object->tables[i];
		t->tables[i].max_entries = table_entries(t, &t->tables[i]);
	}
}

/* A counter that the host lowers must be mapped: that is the only atomic way from outside (5.5). */
static uint32_t table_flags(const struct trace *t, const struct object_table *table)
{
	const struct header *header = t->plan->header;

	for (size_t i = 0; i < header->nrepairs; i++)
		if (strcmp(header->repairs[i].counter, table->name) == 0 && fact(FACT_MMAP_ARRAY))
			return table->flags | BPF_F_MMAPABLE;
	return table->flags;
}

/* Length of the name by which the text knows a table that has two halves, or of its own. */
static int known_name(const struct object *object, const char *name)
{
	size_t len = strlen(name);
	char other[128];

	if (len < 4 || len >= sizeof(other) || strncmp(name + len - 3, "__", 2) != 0)
		return (int)len;
	snprintf(other, sizeof(other), "%s", name);
	other[len - 1] ^= 1; /* '0' and '1' */
	return (int)(object_table_find(object, other) >= 0 ? len - 3 : len);
}

static bool is_percpu(uint32_t type)
{
	return type == BPF_MAP_TYPE_PERCPU_HASH || type == BPF_MAP_TYPE_PERCPU_ARRAY ||
	       type == BPF_MAP_TYPE_LRU_PERCPU_HASH;
}

static int create_failed(const struct object *object, const struct map_spec *spec, int code,
			 struct error *err)
{
	const char *what_to_do = "";

	if (code == -EPERM && facts_version() >= KERNEL_VERSION(5, 11, 0))
		what_to_do = "; root of a user namespace, or of a container without CAP_BPF, "
			     "cannot trace the kernel";
	else if (code == -EPERM)
		what_to_do = "; memory may be locked (ulimit -l)";
	else if (code == -EMFILE || code == -ENFILE)
		what_to_do = "; raise `ulimit -n`";
	else if (storage_is(spec->type))
		what_to_do = "; this kernel has no such storage: keep it in a BPF_HASH by the "
			     "address or number of what it is of";
	else if (spec->inner < 0 && (spec->type == BPF_MAP_TYPE_ARRAY_OF_MAPS ||
				     spec->type == BPF_MAP_TYPE_HASH_OF_MAPS))
		what_to_do = "; it is declared to hold tables like one that the text does not have";
	else if (code == -EINVAL && spec->type == BPF_MAP_TYPE_STACK_TRACE)
		what_to_do = "; a stack has no more addresses than "
			     "/proc/sys/kernel/perf_event_max_stack says";
	else if (code == -E2BIG && is_percpu(spec->type) && spec->leaf_size > PERCPU_LEAF)
		what_to_do = "; a value of a table for each CPU has 32768 bytes at most";
	else if (code == -E2BIG && spec->leaf_size > HASH_LEAF && spec->type == BPF_MAP_TYPE_HASH)
		what_to_do = "; a value of a hash has 4 MB at most";
	else if (code == -E2BIG || code == -ENOMEM || !spec->max_entries)
		what_to_do = "; another --size 'TABLE N' may do";
	return error_failed(err, code,
			    "cannot create the table %.*s of %u entries of %u + %u bytes: %s%s",
			    known_name(object, spec->name), spec->name, spec->max_entries,
			    spec->key_size, spec->leaf_size,
			    code == -E2BIG ? "that is too large" : strerror(-code), what_to_do);
}

int trace_create_table(struct trace *t, uint32_t index, int *map, struct error *err)
{
	const struct object_table *table = &t->tables[index];
	const struct map_spec spec = {
		.name = table->name,
		.type = table->type,
		.key_size = table->key_size,
		.leaf_size = table->leaf_size,
		.max_entries = table->max_entries,
		.flags = table_flags(t, table),
		.inner = table->inner >= 0 ? t->maps[table->inner] : -1,
	};
	int fd = t->kernel->ops->map_create(t->kernel, &spec);

	if (fd < 0)
		return create_failed(t->object, &spec, fd, err);
	*map = fd;
	return 0;
}

/* What all tables take at once must leave a quarter of what is free: the machine is at work. */
static int check_room(const struct trace *t, struct error *err)
{
	const struct object_table *largest = NULL;
	uint64_t all = 0, most = 0;

	for (uint32_t i = 0; i < t->object->ntables; i++) {
		uint64_t room = trace_is_description(&t->tables[i])
					? 0
					: table_room(&t->tables[i], t->kernel->possible_cpus);

		all += room;
		if (room > most) {
			most = room;
			largest = &t->tables[i];
		}
	}
	/* What is this small is not looked after. */
	if (all < ROOM_SMALL)
		return 0;
	const uint64_t left = table_room_free();

	if (all <= left / 4 * 3)
		return 0;
	return error_failed(
		err, -ENOMEM,
		"cannot create the table %.*s of %u entries of %u + %u bytes: it takes %llu MB, "
		"all "
		"tables %llu MB, and %llu MB of memory are free; another --size 'TABLE N' may do",
		known_name(t->object, largest->name), largest->name, largest->max_entries,
		largest->key_size, largest->leaf_size, (unsigned long long)most >> 20,
		(unsigned long long)all >> 20, (unsigned long long)left >> 20);
}

int trace_create_tables(struct trace *t, struct error *err)
{
	int rc = check_room(t, err);

	for (uint32_t i = 0; rc == 0 && i < t->object->ntables; i++)
		if (!trace_is_description(&t->tables[i]))
			rc = trace_create_table(t, i, &t->maps[i], err);
	return rc;
}

bool trace_is_description(const struct object_table *table)
{
	return strncmp(table->name, TABLE_EVENT, strlen(TABLE_EVENT)) == 0;
}

/* In the order of the calls in the text, which is not that of the object. */
const struct object_table *trace_description(const struct trace *t, const char *table, size_t n)
{
	for (uint32_t call = 0; call < t->object->ntables; call++) {
		char name[256];

		snprintf(name, sizeof(name), TABLE_EVENT "%u_%s", call, table);
		int index = object_table_find(t->object, name);

		if (index >= 0 && t->object->tables[index].flags && n-- == 0)
			return &t->object->tables[index];
	}
	return NULL;
}

int trace_table(const struct trace *t, const char *name, const struct object_table **spec)
{
	int index = object_table_find(t->object, name);

	if (index < 0 || t->maps[index] < 0)
		return -ENOENT;
	if (spec)
		*spec = &t->tables[index];
	return t->maps[index];
}

const char *trace_table_of(const struct trace *t, uint32_t type, size_t nth)
{
	for (uint32_t i = 0; i < t->object->ntables; i++)
		if (t->tables[i].type == type && nth-- == 0)
			return t->tables[i].name;
	return NULL;
}
