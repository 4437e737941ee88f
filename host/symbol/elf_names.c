/* SPDX-License-Identifier: Apache-2.0 */
#include "symbol/elf_names.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "symbol/elf_file.h"

struct place {
	uint64_t offset;
	uint32_t size;
	uint32_t name; /* in the text */
	bool local;
};

struct elf_names {
	struct place *list;
	size_t n;
	size_t room;
	struct buf text;
};

struct reading {
	const struct elf_file *file;
	struct elf_names *names;
};

static int add(void *ctx, const struct elf_function *f)
{
	const struct reading *r = ctx;
	struct elf_names *names = r->names;
	uint64_t offset;

	if (elf_file_offset(r->file, f->address, &offset) < 0 || names->text.len > UINT32_MAX / 2)
		return 0;
	if (names->n == names->room) {
		size_t room = names->room ? names->room * 2 : 256;
		struct place *more = reallocarray(names->list, room, sizeof(*more));

		if (!more)
			return -ENOMEM;
		names->list = more;
		names->room = room;
	}
	names->list[names->n++] = (struct place){
		.offset = offset,
		.size = f->size > UINT32_MAX ? UINT32_MAX : (uint32_t)f->size,
		.name = (uint32_t)names->text.len,
		.local = f->local,
	};
	buf_add(&names->text, f->name, f->len);
	buf_addc(&names->text, '\0');
	return buf_error(&names->text);
}

/* By place; of several names for one, one that others see, with a size, added first. */
static int compare(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->offset != y->offset)
		return x->offset < y->offset ? -1 : 1;
	if (x->local != y->local)
		return x->local ? 1 : -1;
	if (!x->size != !y->size)
		return x->size ? -1 : 1;
	return (x->name > y->name) - (x->name < y->name);
}

static void tidy(struct elf_names *names)
{
	size_t kept = 0;

	if (names->n)
		qsort(names->list, names->n, sizeof(*names->list), compare);
	for (size_t i = 0; i < names->n; i++)
		if (!kept || names->list[kept - 1].offset != names->list[i].offset)
			names->list[kept++] = names->list[i];
	names->n = kept;
}

int elf_names_read(const char *path, uint64_t inode, struct elf_names **out)
{
	struct elf_names *names;
	struct error why = {0};
	struct elf_file *file;
	struct stat st;

	if (stat(path, &st) < 0)
		return -errno;
	if (inode && st.st_ino != inode)
		return -ESTALE;
	int rc = elf_file_open(path, path, &file, &why);

	if (rc < 0)
		return rc;
	names = calloc(1, sizeof(*names));
	struct reading reading = {file, names};

	rc = names ? elf_file_each(file, add, &reading) : -ENOMEM;
	elf_file_close(file);
	if (rc < 0) {
		elf_names_free(names);
		return rc;
	}
	tidy(names);
	*out = names;
	return 0;
}

const char *elf_names_find(const struct elf_names *names, uint64_t offset)
{
	size_t from = 0, to = names->n;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (names->list[middle].offset <= offset)
			from = middle + 1;
		else
			to = middle;
	}
	if (!from)
		return NULL;
	const struct place *p = &names->list[from - 1];

	if (p->size && offset - p->offset >= p->size)
		return NULL;
	return names->text.data + p->name;
}

void elf_names_free(struct elf_names *names)
{
	if (!names)
		return;
	free(names->list);
	buf_free(&names->text);
	free(names);
}
