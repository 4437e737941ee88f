/* SPDX-License-Identifier: Apache-2.0 */
#include "program/expansion.h"

#include <stdlib.h>
#include <string.h>

uint32_t value_hash(const char *table, size_t len)
{
	uint32_t hash = 2166136261u; /* FNV-1a */

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)table[i]) * 16777619u;
	return hash;
}

bool expand_adds_table(const char *name)
{
	return strcmp(name, TABLE_HALF) == 0 || strcmp(name, TABLE_REFUSED) == 0 ||
	       strcmp(name, TABLE_LOST) == 0 ||
	       strncmp(name, TABLE_EVENT, strlen(TABLE_EVENT)) == 0;
}

void expansion_free(struct expansion *expansion)
{
	for (size_t i = 0; i < expansion->nhalved; i++)
		free(expansion->halved[i].name);
	free(expansion->halved);
	for (size_t i = 0; i < expansion->nstreams; i++)
		free(expansion->streams[i].name);
	free(expansion->streams);
	free(expansion->text);
	memset(expansion, 0, sizeof(*expansion));
}
