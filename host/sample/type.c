/* SPDX-License-Identifier: Apache-2.0 */
#include "sample/type.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sample/type_inside.h"

static const struct scalar {
	const char *name;
	enum type_kind kind;
	size_t size;
} scalars[] = {
	{"unsigned long long", TYPE_UINT, 8},
	{"unsigned int", TYPE_UINT, 4},
	{"int", TYPE_INT, 4},
	{"unsigned char", TYPE_UINT, 1},
	{"char", TYPE_INT, 1},
	{"unsigned long", TYPE_UINT, 8},
	{"long", TYPE_INT, 8},
	{"long long", TYPE_INT, 8},
	{"unsigned short", TYPE_UINT, 2},
	{"short", TYPE_INT, 2},
	{"signed char", TYPE_INT, 1},
	{"_Bool", TYPE_UINT, 1},
	{"bool", TYPE_UINT, 1},
	{"unsigned __int128", TYPE_UINT, 16},
	{"__int128", TYPE_INT, 16},
	{"float", TYPE_FLOAT, 4},
	{"double", TYPE_FLOAT, 8},
};

int type_set_name(struct type *type, const char *name)
{
	free(type->name);
	type->name = strdup(name);
	return type->name ? 0 : -ENOMEM;
}

bool type_good_name(const char *name)
{
	for (; *name; name++) {
		unsigned char c = (unsigned char)*name;

		if (!isalnum(c) && c != '_' && c != '$' && c < 0x80)
			return false;
	}
	return true;
}

int type_scalar(const char *name, struct type *out)
{
	for (size_t i = 0; i < sizeof(scalars) / sizeof(scalars[0]); i++) {
		if (strcmp(scalars[i].name, name) != 0)
			continue;
		out->kind = scalars[i].kind;
		out->size = scalars[i].size;
		out->count = 1;
		return 0;
	}
	return -EINVAL;
}

int type_join(const char *first_name, struct type *first, const char *second_name,
	      struct type *second, struct type *out)
{
	*out = (struct type){.kind = TYPE_RECORD, .count = 1, .name = strdup("")};
	out->size = first->size * first->count + second->size * second->count;
	out->fields = calloc(2, sizeof(*out->fields));
	if (!out->fields) {
		type_free(first);
		type_free(second);
	} else {
		out->fields[0] = *first;
		out->fields[1] = *second;
		out->fields[1].offset = first->size * first->count;
		out->nfields = 2;
		*first = *second = (struct type){0};
	}
	if (!out->name || !out->fields || type_set_name(&out->fields[0], first_name) ||
	    type_set_name(&out->fields[1], second_name)) {
		type_free(out);
		return -ENOMEM;
	}
	return 0;
}

void type_free(struct type *type)
{
	for (size_t i = 0; i < type->nfields; i++)
		type_free(&type->fields[i]);
	for (size_t i = 0; i < type->nnames; i++)
		free(type->names[i].name);
	free(type->names);
	free(type->dims);
	free(type->fields);
	free(type->name);
	memset(type, 0, sizeof(*type));
}
