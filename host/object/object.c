/* SPDX-License-Identifier: Apache-2.0 */
#include "object/object.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

const struct object_function *object_function_find(const struct object *object, const char *name)
{
	for (uint32_t i = 0; i < object->nfunctions; i++) {
		if (strcmp(object->functions[i].name, name) == 0)
			return &object->functions[i];
	}
	return NULL;
}

uint32_t object_line_of(const struct object_line *lines, uint32_t nlines, uint32_t insn)
{
	uint32_t line = 0;

	for (uint32_t i = 0; i < nlines && lines[i].insn <= insn; i++)
		line = lines[i].line;
	return line;
}

int object_table_find(const struct object *object, const char *name)
{
	for (uint32_t i = 0; i < object->ntables; i++) {
		if (strcmp(object->tables[i].name, name) == 0)
			return (int)i;
	}
	return -ENOENT;
}

void object_free(struct object *object)
{
	for (uint32_t i = 0; object->functions && i < object->nfunctions; i++) {
		free(object->functions[i].name);
		free(object->functions[i].insns);
		free(object->functions[i].lines);
	}
	for (uint32_t i = 0; object->tables && i < object->ntables; i++) {
		free(object->tables[i].name);
		free(object->tables[i].key_desc);
		free(object->tables[i].leaf_desc);
		free(object->tables[i].fields);
	}
	free(object->functions);
	free(object->tables);
	free(object->license);
	free(object->release);
	memset(object, 0, sizeof(*object));
}
