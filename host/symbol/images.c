/* SPDX-License-Identifier: Apache-2.0 */
#include "symbol/images.h"

#include <stdlib.h>
#include <string.h>

#define MOST 16

static void free_from(struct image **at)
{
	for (struct image *image = *at, *older; image; image = older) {
		older = image->older;
		maps_free(&image->maps);
		root_drop(image->root);
		free(image);
	}
	*at = NULL;
}

void images_keep(struct image **list, struct maps *maps, struct root *root, unsigned tick)
{
	struct image *image = maps->n ? calloc(1, sizeof(*image)) : NULL;

	if (!image) {
		maps_free(maps);
		return;
	}
	*image = (struct image){*list, *maps, root_hold(root), tick};
	memset(maps, 0, sizeof(*maps));
	*list = image;
	for (size_t n = 0; n < MOST && *list; n++)
		list = &(*list)->older;
	free_from(list);
}

void images_drop(struct image **list, unsigned tick)
{
	while (*list && (*list)->tick >= tick)
		list = &(*list)->older;
	free_from(list);
}

static size_t count_mapped(const struct maps *maps, const uint64_t *addresses, size_t n)
{
	size_t mapped = 0;

	for (size_t i = 0; i < n; i++)
		mapped += maps_find(maps, addresses[i]) != NULL;
	return mapped;
}

const struct image *images_choose(const struct image *list, const struct maps *now,
				  const uint64_t *addresses, size_t n)
{
	size_t most = list ? count_mapped(now, addresses, n) : 0;
	const struct image *chosen = NULL;

	for (const struct image *image = list; image; image = image->older) {
		size_t mapped = count_mapped(&image->maps, addresses, n);

		if (mapped <= most)
			continue;
		most = mapped;
		chosen = image;
	}
	return chosen;
}

void images_free(struct image **list)
{
	free_from(list);
}
