/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fake_map.h - one table of the fake kernel; each call as bpf(2) answers it.
 */
#ifndef KW_KERNEL_FAKE_MAP_H
#define KW_KERNEL_FAKE_MAP_H

#include "kernel/kernel.h"

struct fake_table; /* opaque */

/**
 * fake_table_new - Return: 0, -EINVAL or -E2BIG for a spec that bpf(2) refuses, -ENOMEM
 */
int fake_table_new(const struct map_spec *spec, unsigned cpus, struct fake_table **out);
void fake_table_free(struct fake_table *table);

const char *fake_table_name(const struct fake_table *table);

/* Are its values descriptors of other tables? */
bool fake_table_outer(const struct fake_table *table);

/* As the operations of struct kernel_ops. */
int fake_table_next_key(const struct fake_table *table, const void *key, void *next);
int fake_table_lookup(const struct fake_table *table, const void *key, void *leaf);
int fake_table_batch(const struct fake_table *table, bool first, void *cursor, void *keys,
		     void *leaves, uint32_t *count);
int fake_table_update(struct fake_table *table, const void *key, const void *leaf);
int fake_table_delete(struct fake_table *table, const void *key);
int fake_table_take(struct fake_table *table, const void *key, void *leaf);
int fake_table_add(struct fake_table *table, uint32_t index, int64_t delta);

#endif
