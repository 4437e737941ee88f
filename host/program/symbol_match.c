/* SPDX-License-Identifier: Apache-2.0 */
#include "program/symbol_match.h"

#include <stdlib.h>
#include <string.h>

void symbol_match_free(struct symbol_match *match)
{
	for (size_t i = 0; i < match->n; i++)
		free(match->list[i].name);
	free(match->list);
	memset(match, 0, sizeof(*match));
}
