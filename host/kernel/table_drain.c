/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "kernel/table.h"

/* Look up and delete, in one step if that can be. */
static int take(struct kernel *k, int map, const void *key, void *leaf, bool *in_one)
{
	int rc = *in_one ? k->ops->map_take(k, map, key, leaf) : -EOPNOTSUPP;

	if (rc != -EOPNOTSUPP)
		return rc;
	*in_one = false;
	rc = k->ops->map_lookup(k, map, key, leaf);
	return rc < 0 ? rc : k->ops->map_delete(k, map, key);
}

int table_drain(struct kernel *k, int map, const struct object_table *spec, struct entries *out)
{
	bool in_one = true;
	size_t kept = 0;

	if (table_is_array(spec->type))
		return -EOPNOTSUPP;
	int rc = table_read(k, map, spec, out);

	for (size_t i = 0; rc == 0 && i < out->n; i++) {
		unsigned char *key = out->keys + i * out->key_size;
		unsigned char *leaf = out->leaves + i * out->leaf_room;
		int got = take(k, map, key, leaf, &in_one);

		/* Gone meanwhile: whoever deleted it has it. */
		if (got == -ENOENT)
			continue;
		/* Still in the table, as are those behind it: they come with the next reading. */
		if (got < 0) {
			rc = got;
			break;
		}
		memmove(out->keys + kept * out->key_size, key, out->key_size);
		memmove(out->leaves + kept * out->leaf_room, leaf, out->leaf_room);
		kept++;
	}
	/* What was taken before a failure is gone from the table: it must be shown. */
	out->n = kept;
	return kept ? 0 : rc;
}
