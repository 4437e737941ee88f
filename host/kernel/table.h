/* SPDX-License-Identifier: Apache-2.0 */
/*
 * table.h - read a whole table, whatever happens to it meanwhile.
 */
#ifndef KW_KERNEL_TABLE_H
#define KW_KERNEL_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/kernel.h"
#include "object/object.h"

/**
 * struct entries - what was read
 * @keys:	@n keys of @key_size bytes
 * @leaves:	@n leaves of @leaf_room bytes: one leaf, or for a per-CPU table one of
 *		round_up(leaf_size, 8) bytes for each possible CPU
 */
struct entries {
	size_t n;
	size_t key_size;
	size_t leaf_size;
	size_t leaf_room;
	unsigned ncpus; /* 1 unless per-CPU */
	unsigned char *keys;
	unsigned char *leaves;
	size_t room; /* entries there is memory for */
};

/**
 * table_read - read all entries
 * @map:	descriptor
 * @spec:	of the table
 * @out:	zeroed by the caller the first time, reused after; free with entries_free()
 *
 * Batches where the kernel has them for this type of map, next-key iteration elsewhere. An entry
 * that vanishes between two calls is left out; a batch that answers ENOSPC is asked again with more
 * room; reading ends after at most @spec->max_entries entries even when keys come and go under it,
 * and no key is twice in the result. Return: 0 or a negative errno.
 */
int table_read(struct kernel *k, int map, const struct object_table *spec, struct entries *out);

/**
 * table_drain - read all entries and delete them
 *
 * Each entry is looked up and deleted in one step where the kernel has one (5.14); elsewhere a
 * count between the two steps is lost. In both, a program that had found the entry before it was
 * deleted may still add to it unseen: that is why tables that grow are subtracted instead. An array
 * is read and not emptied: -EOPNOTSUPP.
 */
int table_drain(struct kernel *k, int map, const struct object_table *spec, struct entries *out);

/**
 * table_pop - take all values out of a queue or stack, in the order in which it gives them
 *
 * At most as many as it has room for: programs may go on pushing. The keys are their numbers, 4
 * bytes each.
 */
int table_pop(struct kernel *k, int map, const struct object_table *spec, struct entries *out);

/**
 * table_clear - delete all entries (zero them in an array)
 */
int table_clear(struct kernel *k, int map, const struct object_table *spec);

/**
 * table_is_percpu / table_is_array - by map type
 */
bool table_is_percpu(uint32_t type);
bool table_is_array(uint32_t type);

/**
 * table_is_queue - a queue or stack: its values have no keys
 */
bool table_is_queue(uint32_t type);

/**
 * table_holds - what is in tables of this type, where that is no figures: "sockets"; else NULL
 */
const char *table_holds(uint32_t type);

/**
 * entries_append - add all of @more, each key with @prefix_size bytes @prefix in front of it
 * @to:		zeroed the first time; its own keys are as long as both together
 *
 * Return: 0 or -ENOMEM.
 */
int entries_append(struct entries *to, const void *prefix, size_t prefix_size,
		   const struct entries *more);

void entries_free(struct entries *entries);

/**
 * entries_counter - entry @i of an array of u64, which is not per-CPU
 * @slot:	set to its index
 *
 * Return: its value.
 */
uint64_t entries_counter(const struct entries *entries, size_t i, uint32_t *slot);

#endif
