/* SPDX-License-Identifier: Apache-2.0 */
#include "program/tracepoint_format.h"

#include <string.h>

#include "program/word.h"

/* TYPE NAME[LENGTH]: the name is the last word that is not inside brackets. */
static bool split(const char *text, size_t len, struct tracepoint_field *field)
{
	size_t end, begin;

	while (len && char_is_blank(text[len - 1]))
		len--;
	end = len;
	/* A length may have blanks in it: unsigned long args[ 6 ]. */
	while (end && text[end - 1] == ']') {
		while (end && text[end - 1] != '[')
			end--;
		end -= end > 0;
	}
	for (begin = end; begin && char_is_name(text[begin - 1]);)
		begin--;
	if (begin == end || begin == 0)
		return false;
	field->name = text + begin;
	field->name_len = len - begin;
	while (begin && char_is_blank(text[begin - 1]))
		begin--;
	field->type = text;
	field->type_len = begin;
	field->common = field->name_len > 7 && memcmp(field->name, "common_", 7) == 0;
	return begin > 0;
}

bool tracepoint_field_next(const char **at, struct tracepoint_field *field)
{
	static const char word[] = "field:";

	while (**at) {
		const char *line = *at + strspn(*at, " \t");
		size_t len = strcspn(line, "\n");

		*at = line + len + (line[len] == '\n');
		if (len < sizeof(word) || memcmp(line, word, sizeof(word) - 1) != 0)
			continue;
		line += sizeof(word) - 1;
		len -= sizeof(word) - 1;
		const char *semicolon = memchr(line, ';', len);

		if (semicolon && split(line, (size_t)(semicolon - line), field))
			return true;
	}
	return false;
}
