/* SPDX-License-Identifier: Apache-2.0 */
#include "symbol/kernel_names.h"

#include <stddef.h>
#include <string.h>

#include "symbol/list_names.h"

#define MODULES_MAX (16u << 20)

/* "name size references users state address [taint]" (m_show(), kernel/module/procfs.c). */
static void read_modules(const char *path, struct buf *loaded)
{
	struct buf text = {0};

	if (buf_read_file(&text, path, MODULES_MAX) < 0)
		buf_reset(&text);
	for (const char *line = buf_string(&text), *end; *line; line = end + (*end != '\0')) {
		end = line + strcspn(line, "\n");
		const char *address = memmem(line, (size_t)(end - line), " 0x", 3);

		buf_add(loaded, line, strcspn(line, " \n"));
		if (address)
			buf_add(loaded, address, strcspn(address + 1, " \n") + 1);
		buf_addc(loaded, '\n');
	}
	buf_free(&text);
}

/* Are other modules loaded than when the list was read? How much they are used does not matter. */
static bool changed(struct kernel_names *names)
{
	struct buf now = {0};

	read_modules(names->modules, &now);
	bool differs = strcmp(buf_string(&now), buf_string(&names->loaded)) != 0;

	buf_free(&now);
	return differs;
}

static void read_again(struct kernel_names *names)
{
	list_names_free(names->list);
	buf_reset(&names->loaded);
	/* Ahead of the list: what is loaded in between is seen as a change once more. */
	read_modules(names->modules, &names->loaded);
	if (list_names_read(names->kallsyms, LIST_KALLSYMS, &names->list) < 0)
		names->list = NULL;
	names->read = true;
}

void kernel_names_tick(struct kernel_names *names)
{
	names->checked = false;
}

const char *kernel_names_find(struct kernel_names *names, uint64_t address)
{
	if (!names->read || (!names->checked && changed(names)))
		read_again(names);
	names->checked = true;
	return names->list ? list_names_find(names->list, address) : NULL;
}

void kernel_names_free(struct kernel_names *names)
{
	list_names_free(names->list);
	buf_free(&names->loaded);
}
