/* SPDX-License-Identifier: Apache-2.0 */
#include "symbol/modules.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#define KEPT_BYTES (64u << 20)
#define KEPT_FILES 512

struct module {
	uint64_t inode;
	char *path;
	struct elf_names *names; /* NULL: none to be had */
	unsigned used;		 /* in which tick it was asked for last */
};

struct modules {
	void *tree; /* tsearch tree of struct module */
	unsigned tick;
	size_t n;
	struct module **old; /* filled while walking: those not used since the last tick */
	size_t nold;
	size_t bytes;
};

static int compare(const void *a, const void *b)
{
	const struct module *x = a, *y = b;

	if (x->inode != y->inode)
		return x->inode < y->inode ? -1 : 1;
	return strcmp(x->path, y->path);
}

struct modules *modules_new(void)
{
	return calloc(1, sizeof(struct modules));
}

static void module_free(void *node)
{
	struct module *m = node;

	elf_names_free(m->names);
	free(m->path);
	free(m);
}

/* It is the same in all 64-bit processes: read from our own. */
static void read_vdso(struct module *module, size_t size)
{
	const char *image =
		(const char *)getauxval(AT_SYSINFO_EHDR); // NOLINT(performance-no-int-to-ptr)
	struct maps maps;

	if (!image || maps_read(getpid(), false, &maps) < 0)
		return;
	const struct mapping *own = maps_find(&maps, (uintptr_t)image);

	if (own && own->end - (uintptr_t)image == size)
		elf_names_image(image, size, &module->names);
	maps_free(&maps);
}

static void read_module(struct module *module, const char *file, const struct mapping *mapping)
{
	if (strcmp(module->path, "[vdso]") == 0)
		read_vdso(module, mapping->end - mapping->start);
	if (module->path[0] != '/')
		return;
	if (elf_names_read(file, module->inode, &module->names) < 0)
		elf_names_read(module->path, module->inode, &module->names);
}

static struct module *module_of(struct modules *all, const char *file,
				const struct mapping *mapping)
{
	const struct module key = {.inode = mapping->inode, .path = mapping->path};
	struct module **found = tfind(&key, &all->tree, compare);

	if (found)
		return *found;
	struct module *module = calloc(1, sizeof(*module));

	if (!module)
		return NULL;
	module->inode = mapping->inode;
	module->path = strdup(mapping->path);
	if (!module->path || !tsearch(module, &all->tree, compare)) {
		module_free(module);
		return NULL;
	}
	all->n++;
	read_module(module, file, mapping);
	return module;
}

bool modules_name(struct modules *all, const char *file, const struct mapping *mapping,
		  uint64_t offset, char name[ELF_NAME_MAX + 1])
{
	if (mapping->path[0] != '/' && mapping->path[0] != '[')
		return false;
	struct module *module = module_of(all, file, mapping);

	if (!module)
		return false;
	module->used = all->tick;
	return module->names && elf_names_find(module->names, offset, name);
}

static void survey(const void *node, VISIT which, void *closure)
{
	struct modules *all = closure;
	struct module *m = *(struct module *const *)node;

	if (which != postorder && which != leaf)
		return;
	all->bytes += m->names ? elf_names_bytes(m->names) : 0;
	if (m->used != all->tick)
		all->old[all->nold++] = m;
}

static int by_use(const void *a, const void *b)
{
	const struct module *x = *(struct module *const *)a, *y = *(struct module *const *)b;

	return (x->used > y->used) - (x->used < y->used);
}

void modules_tick(struct modules *all)
{
	all->old = calloc(all->n + 1, sizeof(*all->old));
	all->nold = 0;
	all->bytes = 0;
	if (all->old)
		twalk_r(all->tree, survey, all);
	if (all->nold)
		qsort(all->old, all->nold, sizeof(*all->old), by_use);
	for (size_t i = 0; i < all->nold && (all->bytes > KEPT_BYTES || all->n > KEPT_FILES); i++) {
		struct module *m = all->old[i];

		all->bytes -= m->names ? elf_names_bytes(m->names) : 0;
		all->n--;
		tdelete(m, &all->tree, compare);
		module_free(m);
	}
	free(all->old);
	all->old = NULL;
	all->tick++;
}

void modules_free(struct modules *all)
{
	if (!all)
		return;
	tdestroy(all->tree, module_free);
	free(all);
}
