/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/table_room.h"

#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

/* sizeof(struct htab_elem) and of a bucket, kernel/bpf/hashtab.c. */
#define HASH_ENTRY 48u
#define HASH_BUCKET 16u

static uint64_t round_up_8(uint64_t bytes)
{
	return (bytes + 7) & ~7ull;
}

/*
 * A value for each CPU: a pointer to it, the value, and, for each 4 bytes of its own, whose it is
 * (obj_exts, mm/percpu.c). 500,000,000 of 8 bytes on 2 CPUs took 21 GB on 6.18.
 */
static uint64_t percpu_value(uint64_t leaf, unsigned cpus)
{
	return 8 + round_up_8(leaf) * (cpus + 2ull);
}

uint64_t table_room(const struct object_table *table, unsigned cpus)
{
	const uint64_t n = table->max_entries, leaf = table->leaf_size;
	const uint64_t entry = HASH_ENTRY + HASH_BUCKET + round_up_8(table->key_size);

	switch (table->type) {
	case BPF_MAP_TYPE_HASH:
	case BPF_MAP_TYPE_LRU_HASH:
		return table->flags & BPF_F_NO_PREALLOC ? n * HASH_BUCKET
							: n * (entry + round_up_8(leaf));
	case BPF_MAP_TYPE_PERCPU_HASH:
	case BPF_MAP_TYPE_LRU_PERCPU_HASH:
		return table->flags & BPF_F_NO_PREALLOC ? n * HASH_BUCKET
							: n * (entry + percpu_value(leaf, cpus));
	case BPF_MAP_TYPE_ARRAY:
		return n * round_up_8(leaf);
	case BPF_MAP_TYPE_PERCPU_ARRAY:
		return n * percpu_value(leaf, cpus);
	case BPF_MAP_TYPE_QUEUE:
	case BPF_MAP_TYPE_STACK:
	case BPF_MAP_TYPE_STACK_TRACE:
		return n * leaf;
	case BPF_MAP_TYPE_RINGBUF:
		return n;
	default:
		return 0;
	}
}

uint64_t table_room_free(void)
{
	static const char word[] = "MemAvailable:";
	uint64_t bytes = UINT64_MAX;
	struct buf text = {0};

	if (buf_read_file(&text, "/proc/meminfo", 1u << 16) == 0) {
		const char *at = strstr(buf_string(&text), word);

		if (at)
			bytes = strtoull(at + sizeof(word) - 1, NULL, 10) << 10;
	}
	buf_free(&text);
	return bytes;
}
