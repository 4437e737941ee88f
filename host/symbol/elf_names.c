/* SPDX-License-Identifier: Apache-2.0 */
#include "symbol/elf_names.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ordered.h"
#include "symbol/elf_file.h"

/* Names of one table that are kept in memory: libc's take 40 kB, LLVM's 10 MB. */
#define KEPT_MAX (256u << 10)

/* Symbols that are read at a time. */
#define BLOCK 2048

/* A function: where it begins, its size, and where in which table's names its own is. */
struct place {
	uint64_t offset;
	uint32_t size;
	uint32_t name : 31;
	uint32_t full : 1;
};

/* The names of one table. */
struct strings {
	int fd; /* -1: they are at @kept */
	char *kept;
	uint64_t at;
	uint64_t size;
};

struct elf_names {
	struct place *list;
	size_t n;
	size_t room;
	struct strings strings[2]; /* of the dynamic table, and of the full one */
};

static int add(struct elf_names *names, struct place place)
{
	if (names->n == names->room) {
		size_t room = names->room ? names->room * 2 : 256;
		struct place *more = reallocarray(names->list, room, sizeof(*more));

		if (!more)
			return -ENOMEM;
		names->list = more;
		names->room = room;
	}
	names->list[names->n++] = place;
	return 0;
}

/* Bytes of the file that has a table. Return: how many there are, at most @size, or a negative
 * errno. */
static ssize_t table_read(const struct elf_table *table, uint64_t at, void *to, size_t size)
{
	if (table->fd >= 0) {
		ssize_t n = at > INT64_MAX ? 0 : pread(table->fd, to, size, (off_t)at);

		return n < 0 ? -errno : n;
	}
	if (at >= table->image_size)
		return 0;
	if (size > table->image_size - at)
		size = table->image_size - at;
	memcpy(to, table->image + at, size);
	return (ssize_t)size;
}

static int add_symbol(struct elf_names *names, const struct elf_file *file, const Elf64_Sym *symbol,
		      bool full)
{
	uint64_t offset;

	if (!elf_symbol_is_function(symbol) || !symbol->st_name || symbol->st_name > INT32_MAX ||
	    elf_file_offset(file, symbol->st_value, &offset) < 0)
		return 0;
	uint64_t size = elf_file_extent(file, symbol);

	return add(names, (struct place){
				  .offset = offset,
				  .size = size > UINT32_MAX ? UINT32_MAX : (uint32_t)size,
				  .name = symbol->st_name & INT32_MAX,
				  .full = full,
			  });
}

/* A table that is cut short gives what there is of it. */
static int read_symbols(struct elf_names *names, const struct elf_file *file,
			const struct elf_table *table, bool full)
{
	Elf64_Sym block[BLOCK];
	int rc = 0;

	for (uint64_t done = 0; done < table->nbytes && rc == 0;) {
		size_t want = sizeof(block);

		if (want > table->nbytes - done)
			want = table->nbytes - done;
		ssize_t n = table_read(table, table->symbols + done, block, want);

		if (n < (ssize_t)sizeof(block[0]))
			return n < 0 ? (int)n : 0;
		n -= n % (ssize_t)sizeof(block[0]);
		for (size_t i = 0; i < (size_t)n / sizeof(block[0]) && rc == 0; i++)
			rc = add_symbol(names, file, &block[i], full);
		done += (uint64_t)n;
	}
	return rc;
}

/* Few names are read, and of many the file is held. */
static int hold_strings(struct strings *strings, const struct elf_table *table)
{
	strings->at = table->strings;
	strings->size = table->nstrings;
	if (table->fd >= 0 && table->nstrings > KEPT_MAX) {
		strings->fd = fcntl(table->fd, F_DUPFD_CLOEXEC, 0);
		return strings->fd < 0 ? -errno : 0;
	}
	if (table->fd < 0 && strings->size > table->image_size)
		strings->size = table->image_size;
	strings->kept = malloc(strings->size + 1);
	if (!strings->kept)
		return -ENOMEM;
	ssize_t n = table_read(table, table->strings, strings->kept, strings->size);

	if (n < 0)
		return (int)n;
	strings->size = (uint64_t)n;
	return 0;
}

/*
 * By place; of several names for one, one with a size of its own (it is smaller than what is left
 * of a section), then one of the dynamic table, which others see.
 */
static int compare(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->offset != y->offset)
		return x->offset < y->offset ? -1 : 1;
	if (x->size != y->size)
		return x->size - 1 < y->size - 1 ? -1 : 1;
	if (x->full != y->full)
		return x->full ? 1 : -1;
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
	struct place *less = kept ? reallocarray(names->list, kept, sizeof(*less)) : NULL;

	if (less) {
		names->list = less;
		names->room = kept;
	}
}

/* Closes @file. */
static int read_file(struct elf_file *file, struct elf_names **out)
{
	struct elf_names *names = calloc(1, sizeof(*names));
	int rc = names ? 0 : -ENOMEM;

	for (int full = 0; full < 2 && names; full++)
		names->strings[full].fd = -1;
	for (int full = 0; full < 2 && rc == 0; full++) {
		struct elf_table table;

		if (!elf_file_table(file, full, &table))
			continue;
		rc = read_symbols(names, file, &table, full);
		if (rc == 0)
			rc = hold_strings(&names->strings[full], &table);
	}
	elf_file_close(file);
	if (rc < 0) {
		elf_names_free(names);
		return rc;
	}
	tidy(names);
	*out = names;
	return 0;
}

int elf_names_read(const char *path, uint64_t inode, struct elf_names **out)
{
	struct error why = {0};
	struct elf_file *file;
	struct stat st;

	if (stat(path, &st) < 0)
		return -errno;
	if (inode && st.st_ino != inode)
		return -ESTALE;
	int rc = elf_file_open(path, path, &file, &why);

	return rc < 0 ? rc : read_file(file, out);
}

int elf_names_image(const char *image, size_t size, struct elf_names **out)
{
	struct error why = {0};
	struct elf_file *file;
	int rc = elf_file_image(image, size, "an image", &file, &why);

	return rc < 0 ? rc : read_file(file, out);
}

/* The name ends with a NUL, or ahead of a version. */
static bool read_name(const struct strings *strings, uint32_t at, char name[ELF_NAME_MAX + 1])
{
	size_t room = ELF_NAME_MAX;

	if (at >= strings->size)
		return false;
	if (room > strings->size - at)
		room = strings->size - at;
	if (strings->kept) {
		room = strnlen(strings->kept + at, room);
		memcpy(name, strings->kept + at, room);
	} else {
		ssize_t n = pread(strings->fd, name, room, (off_t)(strings->at + at));

		if (n <= 0)
			return false;
		room = (size_t)n;
	}
	name[room] = '\0';
	if (!*name)
		return false;
	name[1 + strcspn(name + 1, "@")] = '\0';
	return true;
}

bool elf_names_find(const struct elf_names *names, uint64_t offset, char name[ELF_NAME_MAX + 1])
{
	size_t at = ordered_upto(names->list, names->n, sizeof(*names->list), offset);

	if (!at)
		return false;
	const struct place *p = &names->list[at - 1];

	if (p->size && offset - p->offset >= p->size)
		return false;
	return read_name(&names->strings[p->full], p->name, name);
}

size_t elf_names_bytes(const struct elf_names *names)
{
	size_t bytes = sizeof(*names) + names->room * sizeof(*names->list);

	for (int full = 0; full < 2; full++)
		if (names->strings[full].kept)
			bytes += names->strings[full].size;
	return bytes;
}

void elf_names_free(struct elf_names *names)
{
	if (!names)
		return;
	for (int full = 0; full < 2; full++) {
		if (names->strings[full].fd >= 0)
			close(names->strings[full].fd);
		free(names->strings[full].kept);
	}
	free(names->list);
	free(names);
}
