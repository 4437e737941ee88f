/* SPDX-License-Identifier: Apache-2.0 */
#include "program/word.h"

#include <errno.h>
#include <string.h>

#include "base/buf.h"

/* The characters of C, whatever the locale says. */
static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool char_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

bool char_is_name(char c)
{
	return is_letter(c) || is_digit(c);
}

bool word_is_identifier(const char *word)
{
	if (!is_letter(*word))
		return false;
	while (char_is_name(*word))
		word++;
	return *word == '\0';
}

bool word_is_symbol(const char *word, bool *glob)
{
	bool wild = false, set = false;
	size_t n = 0;

	for (; word[n]; n++) {
		char c = word[n];

		if (set && (c == '!' || c == '-'))
			continue;
		if (char_is_name(c) || c == '.')
			continue;
		if (c == ']' && set)
			set = false;
		else if (c == '[' && !set)
			set = wild = true;
		else if ((c == '*' || c == '?') && !set)
			wild = true;
		else
			return false;
	}
	if (glob)
		*glob = wild;
	/* Names never begin with a digit; patterns may, in a set. */
	return n > 0 && n < SYMBOL_ROOM && !set && !is_digit(word[0]) && (glob || !wild);
}

/* One character inside quotes; *at is moved behind it. */
static int quoted_char(const char **at, struct buf *b)
{
	char c = *(*at)++;

	if (c == '\\') {
		static const char from[] = "\"\\nt", to[] = "\"\\\n\t";
		const char *escape = **at ? strchr(from, **at) : NULL;

		if (!escape)
			return -EINVAL;
		(*at)++;
		c = to[escape - from];
	}
	buf_addc(b, c);
	return 0;
}

int word_next(const char **at, char **word, bool *quoted)
{
	struct buf b = {0};
	const char *p = *at;
	int rc = 0;

	*word = NULL;
	if (quoted)
		*quoted = false;
	while (char_is_blank(*p))
		p++;
	if (*p == '\0') {
		*at = p;
		return 0;
	}
	if (*p == '"') {
		if (quoted)
			*quoted = true;
		for (p++; rc == 0 && *p && *p != '"';)
			rc = quoted_char(&p, &b);
		if (rc == 0 && *p++ != '"')
			rc = -EINVAL;
		/* "a"b is one word to a shell and a slip of the pen here. */
		if (rc == 0 && *p && !char_is_blank(*p))
			rc = -EINVAL;
	} else {
		const char *start = p;

		while (*p && !char_is_blank(*p))
			p++;
		buf_add(&b, start, (size_t)(p - start));
	}
	if (rc) {
		buf_free(&b);
		return rc;
	}
	*at = p;
	*word = buf_take(&b);
	return *word ? 0 : -ENOMEM;
}

char *word_trim(const char *text, size_t len)
{
	while (len && char_is_blank(text[0])) {
		text++;
		len--;
	}
	while (len && char_is_blank(text[len - 1]))
		len--;
	return strndup(text, len);
}

static int digit_value(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 99;
}

int number_u64(const char *word, uint64_t *out)
{
	bool hex = word[0] == '0' && (word[1] == 'x' || word[1] == 'X');
	int base = hex ? 16 : 10;
	uint64_t value = 0;

	if (hex)
		word += 2;
	if (!*word)
		return -EINVAL;
	int rc = 0;

	for (; *word; word++) {
		int digit = digit_value(*word);

		if (digit >= base)
			return -EINVAL;
		if (value > (UINT64_MAX - (unsigned)digit) / (unsigned)base)
			rc = -ERANGE; /* go on: what follows may not even be a number */
		else
			value = value * (unsigned)base + (unsigned)digit;
	}
	*out = value;
	return rc;
}

int number_i64(const char *word, int64_t *out)
{
	bool negative = word[0] == '-';
	uint64_t value;
	int rc = number_u64(word + negative, &value);

	if (rc)
		return rc;
	if (value > (uint64_t)INT64_MAX + negative)
		return -ERANGE;
	*out = negative ? (int64_t)(0 - value) : (int64_t)value;
	return 0;
}
