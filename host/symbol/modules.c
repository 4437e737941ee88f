/* SPDX-License-Identifier: Apache-2.0 */
#include "symbol/modules.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define KEPT_BYTES (64u << 20)
#define KEPT_FILES 512

/* A file is another one when any of this has changed: files are overwritten, and what is built anew
 * often gets the inode that the one before had. */
struct version {
	dev_t device;
	ino_t inode;
	off_t size;
	struct timespec modified, changed;
};

struct module {
	uint64_t device; /* these two as the mapping has them */
	uint64_t inode;
	char *path;
	struct version version;	 /* of the file that was read; all zeroes: none was there */
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
	struct elf_names *vdso;
	uint64_t vdso_size; /* of ours; 0: not looked at yet, or there is none */
};

static int order(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int compare(const void *a, const void *b)
{
	const struct module *x = a, *y = b;

	if (x->inode != y->inode)
		return order(x->inode, y->inode);
	return x->device != y->device ? order(x->device, y->device) : strcmp(x->path, y->path);
}

struct modules *modules_new(void)
{
	struct modules *all = calloc(1, sizeof(*all));

	if (all)
		all->tick = 1;
	return all;
}

static void module_free(void *node)
{
	struct module *m = node;

	elf_names_free(m->names);
	free(m->path);
	free(m);
}

/* It is the same in all 64-bit processes: read from our own. */
static void read_vdso(struct modules *all)
{
	const char *image =
		(const char *)getauxval(AT_SYSINFO_EHDR); // NOLINT(performance-no-int-to-ptr)
	struct maps maps;

	if (!image || maps_read(getpid(), false, &maps) < 0)
		return;
	const struct mapping *own = maps_find(&maps, (uintptr_t)image);

	if (own) {
		all->vdso_size = own->end - (uintptr_t)image;
		elf_names_image(image, all->vdso_size, &all->vdso);
	}
	maps_free(&maps);
}

/* A 32-bit process has another one, below 4 GB. */
static bool vdso_name(struct modules *all, const struct mapping *mapping, uint64_t offset,
		      char name[ELF_NAME_MAX + 1])
{
	if (!all->vdso_size)
		read_vdso(all);
	return all->vdso && mapping->end - mapping->start == all->vdso_size &&
	       mapping->start > UINT32_MAX && elf_names_find(all->vdso, offset, name);
}

/* Is it the file that is mapped, though stat(2) has another number for it? */
static bool is_mapped_as(const char *file, const struct module *m)
{
	uint64_t device, inode;

	return maps_inode(file, &device, &inode) == 0 && inode == m->inode && device == m->device;
}

static bool version_of(const char *file, const struct module *m, struct version *version)
{
	struct stat st;

	*version = (struct version){0};
	if (stat(file, &st) < 0)
		return false;
	if (m->inode && st.st_ino != m->inode && !is_mapped_as(file, m))
		return false;
	*version = (struct version){st.st_dev, st.st_ino, st.st_size, st.st_mtim, st.st_ctim};
	return true;
}

static bool same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static bool same_version(const struct version *a, const struct version *b)
{
	return a->device == b->device && a->inode == b->inode && a->size == b->size &&
	       same_time(&a->modified, &b->modified) && same_time(&a->changed, &b->changed);
}

/* What is known of a file that is gone, or of which another one has the name now, stays. */
static void read_module(struct module *module, const char *file, const char *kept)
{
	const char *const files[] = {file, module->path, kept};
	struct version now;
	struct elf_names *names = NULL;
	size_t i = 0;

	while (i < 3 && !version_of(files[i], module, &now))
		i++;
	if (i == 3)
		return;
	file = files[i];
	if (same_version(&now, &module->version))
		return;
	elf_names_read(file, now.inode, &names);
	elf_names_free(module->names);
	module->names = names;
	module->version = now;
}

static struct module *module_of(struct modules *all, const struct mapping *mapping)
{
	const struct module key = {
		.device = mapping->device, .inode = mapping->inode, .path = mapping->path};
	struct module **found = tfind(&key, &all->tree, compare);

	if (found)
		return *found;
	struct module *module = calloc(1, sizeof(*module));

	if (!module)
		return NULL;
	module->device = mapping->device;
	module->inode = mapping->inode;
	module->path = strdup(mapping->path);
	if (!module->path || !tsearch(module, &all->tree, compare)) {
		module_free(module);
		return NULL;
	}
	all->n++;
	return module;
}

bool modules_name(struct modules *all, const char *file, const char *kept,
		  const struct mapping *mapping, uint64_t offset, char name[ELF_NAME_MAX + 1])
{
	if (strcmp(mapping->path, "[vdso]") == 0)
		return vdso_name(all, mapping, offset, name);
	if (mapping->path[0] != '/')
		return false;
	struct module *module = module_of(all, mapping);

	if (!module)
		return false;
	if (module->used != all->tick)
		read_module(module, file, kept);
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
	elf_names_free(all->vdso);
	free(all);
}
