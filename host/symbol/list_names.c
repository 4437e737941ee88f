/* SPDX-License-Identifier: Apache-2.0 */
#include "symbol/list_names.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/ordered.h"

/* Kernels have 10 MB of names, Java some more. */
#define LIST_LIMIT (256u << 20)

struct name {
	uint64_t address;
	uint64_t size; /* 0: up to the next */
	const char *text;
};

struct list_names {
	char *text;
	struct name *list;
	size_t n;
	size_t room;
};

static int add(struct list_names *names, uint64_t address, uint64_t size, const char *text)
{
	if (names->n == names->room) {
		size_t room = names->room ? names->room * 2 : 1024;
		struct name *more = reallocarray(names->list, room, sizeof(*more));

		if (!more)
			return -ENOMEM;
		names->list = more;
		names->room = room;
	}
	names->list[names->n++] = (struct name){address, size, text};
	return 0;
}

/* "ffffffff81000000 T _text\t[module]": functions only. Sets *name, cut where it ends. */
static bool kallsyms_line(char *line, uint64_t *address, uint64_t *size, char **name)
{
	char *end;

	*address = strtoull(line, &end, 16);
	*size = 0;
	if (end == line || end[0] != ' ' || !end[1] || !strchr("tTwW", end[1]) || end[2] != ' ')
		return false;
	*name = end + 3;
	(*name)[strcspn(*name, " \t")] = '\0';
	return **name && *address;
}

/* "7f0000001000 40 Ljava/lang/String;::length" */
static bool perf_map_line(char *line, uint64_t *address, uint64_t *size, char **name)
{
	char *end, *rest;

	*address = strtoull(line, &end, 16);
	if (end == line || *end != ' ')
		return false;
	*size = strtoull(end, &rest, 16);
	if (rest == end || *rest != ' ' || !*size)
		return false;
	*name = rest + 1;
	return **name;
}

/* By address; of one address, the last that was written is what is there now. */
static int compare(const void *a, const void *b)
{
	const struct name *x = a, *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	return (x->text < y->text) - (x->text > y->text);
}

int list_names_parse(char *text, enum list_form form, struct list_names **out)
{
	struct list_names *names = calloc(1, sizeof(*names));
	char *next;
	int rc = 0;

	if (!names) {
		free(text);
		return -ENOMEM;
	}
	names->text = text;
	for (char *line = text; *line && rc == 0; line = next) {
		size_t len = strcspn(line, "\n");
		uint64_t address, size;
		char *name;

		next = line + len + (line[len] == '\n');
		line[len] = '\0';
		bool good = form == LIST_KALLSYMS ? kallsyms_line(line, &address, &size, &name)
						  : perf_map_line(line, &address, &size, &name);

		if (good)
			rc = add(names, address, size, name);
	}
	if (names->n)
		qsort(names->list, names->n, sizeof(*names->list), compare);
	if (rc < 0)
		list_names_free(names);
	else
		*out = names;
	return rc;
}

/* @rc: of reading @text */
static int take(struct buf *text, int rc, enum list_form form, struct list_names **out)
{
	if (rc < 0) {
		buf_free(text);
		return rc;
	}
	char *all = buf_take(text);

	return all ? list_names_parse(all, form, out) : -ENOMEM;
}

int list_names_read(const char *path, enum list_form form, struct list_names **out)
{
	struct buf text = {0};
	int rc = buf_read_file(&text, path, LIST_LIMIT);

	return take(&text, rc, form, out);
}

int list_names_read_fd(int fd, enum list_form form, struct list_names **out)
{
	struct buf text = {0};
	int rc = buf_read_fd(&text, fd, LIST_LIMIT);

	return take(&text, rc, form, out);
}

const char *list_names_find(const struct list_names *names, uint64_t address)
{
	size_t at = ordered_upto(names->list, names->n, sizeof(*names->list), address);

	if (!at)
		return NULL;
	/* The first of those at one address. */
	const struct name *found = &names->list[at - 1];

	while (found > names->list && found[-1].address == found->address)
		found--;
	return found->size && address - found->address >= found->size ? NULL : found->text;
}

void list_names_free(struct list_names *names)
{
	if (!names)
		return;
	free(names->text);
	free(names->list);
	free(names);
}
