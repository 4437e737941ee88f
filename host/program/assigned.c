/* SPDX-License-Identifier: Apache-2.0 */
#include "program/assigned.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "program/ctext.h"

#define NAMES 64

/* A word, a number, or an operator; @function: the {} at file scope that it is in, 0: none. */
struct token {
	const char *at;
	size_t len;
	unsigned function;
};

/* A variable of a function. */
struct name {
	const struct token *word;
	size_t from; /* index of the token behind what it was set to */
};

struct names {
	struct name list[NAMES];
	size_t n;
	bool full;
};

/* One table under examination. */
struct look {
	struct token *tokens;
	size_t n;
	const char *table;
	struct names pointers; /* to what look-ups found */
	struct names derived;  /* what was made from what they point to */
	struct names values;   /* what is put into the table */
};

static const struct token none = {"", 0, 0};

static const struct token *token(const struct look *look, size_t i)
{
	return i < look->n ? &look->tokens[i] : &none;
}

static bool is(const struct look *look, size_t i, const char *text)
{
	return ctext_is(token(look, i)->at, token(look, i)->len, text);
}

static bool is_any(const struct look *look, size_t i, const char *const *list)
{
	for (; *list; list++)
		if (is(look, i, *list))
			return true;
	return false;
}

static bool is_word(const struct look *look, size_t i)
{
	return token(look, i)->len && ctext_word(token(look, i)->at);
}

static bool same_name(const struct token *a, const struct token *b)
{
	return a->function == b->function && a->len == b->len && memcmp(a->at, b->at, a->len) == 0;
}

static void name_add(struct names *names, const struct token *word, size_t from)
{
	if (names->n == NAMES) {
		names->full = true;
		return;
	}
	names->list[names->n++] = (struct name){word, from};
}

static bool names_have(const struct names *names, const struct token *word)
{
	for (size_t i = 0; i < names->n; i++)
		if (same_name(names->list[i].word, word))
			return true;
	return false;
}

static size_t operator_length(const char *p)
{
	static const char *const operators[] = {
		"<<=", ">>=", "++", "--", "+=", "-=", "*=", "/=", "%=", "|=",
		"&=",  "^=",  "==", "!=", "<=", ">=", "->", "&&", "||", NULL};

	for (size_t i = 0; operators[i]; i++)
		if (strncmp(p, operators[i], strlen(operators[i])) == 0)
			return strlen(operators[i]);
	return 1;
}

static bool has_word(const char *p, const char *end, const char *word)
{
	while (p < end) {
		size_t len = ctext_word(p);

		if (ctext_is(p, len, word))
			return true;
		p += len ? len : 1;
	}
	return false;
}

/* Return: false where there is no memory, or the table's name is in a macro. */
static bool tokens_read(struct look *look, const char *text)
{
	unsigned depth = 0, function = 0;

	look->tokens = calloc(strlen(text) + 1, sizeof(*look->tokens));
	if (!look->tokens)
		return false;
	for (const char *p = ctext_space(text); *p; p = ctext_space(p)) {
		const char *end = ctext_inert(p);
		size_t len = ctext_word(p);
		struct token *t = &look->tokens[look->n];

		const char *directive = ctext_directive(text, p);

		if (directive != p) {
			if (has_word(p, directive, look->table))
				return false;
			p = directive;
			continue;
		}
		if (end != p)
			len = (size_t)(end - p);
		else if (!len && strchr("0123456789", *p))
			len = strspn(p, "0123456789abcdefABCDEFxXuUlL");
		else if (!len)
			len = operator_length(p);
		if (*p == '{' && depth++ == 0)
			function++;
		*t = (struct token){p, len, depth ? function : 0};
		if (*p == '}' && depth)
			depth--;
		look->n++;
		p += len;
	}
	return true;
}

/* Index of the bracket that closes the one at @i. */
static size_t closing(const struct look *look, size_t i)
{
	size_t depth = 0;

	for (; i < look->n; i++) {
		if (strchr("([{", look->tokens[i].at[0]) && look->tokens[i].len == 1)
			depth++;
		if (strchr(")]}", look->tokens[i].at[0]) && look->tokens[i].len == 1 &&
		    --depth == 0)
			break;
	}
	return i;
}

/* update(&key, &value): the value's variable. */
static bool take_value(struct look *look, size_t open)
{
	const size_t close = closing(look, open);
	size_t i = open + 1;

	for (; i < close && !is(look, i, ","); i++)
		if (strchr("([{", look->tokens[i].at[0]))
			i = closing(look, i);
	if (!is(look, i, ",") || !is(look, i + 1, "&") || !is_word(look, i + 2))
		return false;
	name_add(&look->values, token(look, i + 2), 0);
	return true;
}

/* Is it only asked whether there is one: if (p), !p || …, p == 0? */
static bool is_asked(const struct look *look, size_t first, size_t last)
{
	static const char *const before[] = {"(", "!", "&&", "||", NULL};
	static const char *const behind[] = {")", "&&", "||", "==", "!=", NULL};
	static const char *const heads[] = {"if", "while", "likely", "unlikely", NULL};

	if (!first || !is_any(look, first - 1, before) || !is_any(look, last + 1, behind))
		return false;
	/* f(p) is a call. */
	return !is(look, first - 1, "(") || !is_word(look, first - 2) ||
	       is_any(look, first - 2, heads);
}

/* POINTER = TABLE.lookup(…), or a look-up that only asks whether something is there. */
static bool take_pointer(struct look *look, size_t at, size_t open)
{
	const size_t close = closing(look, open);

	if (at >= 2 && is(look, at - 1, "=") && is_word(look, at - 2)) {
		name_add(&look->pointers, token(look, at - 2), close + 1);
		return true;
	}
	return is_asked(look, at, close);
}

/* All that is done to the table. Return: false where that may be adding. */
static bool calls_only_set(struct look *look)
{
	static const char *const sets[] = {"update", "insert", NULL};
	static const char *const looks[] = {"lookup", "lookup_or_init", "lookup_or_try_init", NULL};

	for (size_t i = 0; i < look->n; i++) {
		const bool field = i && (is(look, i - 1, ".") || is(look, i - 1, "->"));

		if (!is(look, i, look->table) || !look->tokens[i].function || field)
			continue;
		if (!is(look, i + 1, ".") || !is(look, i + 3, "("))
			return false;
		if (is_any(look, i + 2, sets)	 ? !take_value(look, i + 3)
		    : is_any(look, i + 2, looks) ? !take_pointer(look, i, i + 3)
						 : !is(look, i + 2, "delete"))
			return false;
	}
	return true;
}

/* The variable that the = or += at @i sets: data of data.field = …; NULL: none. */
static const struct token *target(const struct look *look, size_t i)
{
	if (!i || !is_word(look, i - 1))
		return NULL;
	for (i--;
	     i >= 2 && (is(look, i - 1, ".") || is(look, i - 1, "->")) && is_word(look, i - 2);)
		i -= 2;
	return token(look, i);
}

static bool is_assignment(const struct look *look, size_t i)
{
	static const char *const assignments[] = {
		"=", "+=", "-=", "*=", "/=", "%=", "|=", "&=", "^=", "<<=", ">>=", NULL};

	return is_any(look, i, assignments);
}

static bool ends_statement(const struct look *look, size_t i)
{
	return i >= look->n || is(look, i, ";") || is(look, i, "{") || is(look, i, "}");
}

/* What is read at @i goes into the variable whose assignment it stands in. */
static void take_read(struct look *look, size_t i)
{
	for (size_t at = i; at > 0 && !ends_statement(look, at - 1); at--) {
		const struct token *variable =
			is_assignment(look, at - 1) ? target(look, at - 1) : NULL;

		if (variable) {
			name_add(&look->derived, variable, 0);
			return;
		}
	}
}

/* *p = …: what stands there is put into the table. */
static bool take_assignment(struct look *look, size_t i, const struct token *pointer)
{
	for (i++; !ends_statement(look, i); i++) {
		if (!is_word(look, i))
			continue;
		if (same_name(token(look, i), pointer))
			return false;
		name_add(&look->values, token(look, i), 0);
	}
	return true;
}

/* A pointer at @i that is followed: *p, (*p), p->field. Return: false where it may be adding. */
static bool followed_only_sets(struct look *look, size_t i)
{
	size_t first = is(look, i - 1, "*") ? i - 1 : i, last = i;

	if (first < i && first && is(look, first - 1, "(") && is(look, last + 1, ")")) {
		first--;
		last++;
	}
	while ((is(look, last + 1, "->") || is(look, last + 1, ".")) && is_word(look, last + 2))
		last += 2;
	if (is(look, last + 1, "[") || !first)
		return false;
	/* Its address is taken; a & b has something before the &. */
	if (is(look, first - 1, "&") && !is_word(look, first - 2) && !is(look, first - 2, ")"))
		return false;
	if (is(look, first - 1, "++") || is(look, first - 1, "--") || is(look, last + 1, "++") ||
	    is(look, last + 1, "--"))
		return false;
	if (is(look, last + 1, "="))
		return take_assignment(look, last + 1, token(look, i));
	if (is_assignment(look, last + 1))
		return false;
	take_read(look, first);
	return true;
}

/* Each use of what a look-up found. Return: false where that may be adding. */
static bool pointer_only_sets(struct look *look, const struct name *pointer)
{
	for (size_t i = pointer->from; i < look->n; i++) {
		if (!same_name(token(look, i), pointer->word) || is(look, i - 1, ".") ||
		    is(look, i - 1, "->"))
			continue;
		const bool star = is(look, i - 1, "*"), equals = is(look, i + 1, "=");

		/* It points to something else from here on, unless it is looked up again. */
		if (equals && (!star || is_word(look, i - 2))) {
			if (!is(look, i + 2, look->table))
				return false;
			continue;
		}
		if (star || is(look, i + 1, "->") || is(look, i + 1, "[")) {
			if (!followed_only_sets(look, i))
				return false;
		} else if (!is_asked(look, i, i)) {
			return false;
		}
	}
	return true;
}

/* What is made from what was made from the table's values. Return: was there more? */
static bool derive(struct look *look)
{
	const size_t before = look->derived.n;

	for (size_t i = 0; i < look->n; i++) {
		const struct token *variable = is_assignment(look, i) ? target(look, i) : NULL;

		if (!variable || names_have(&look->derived, variable))
			continue;
		for (size_t at = i + 1; !ends_statement(look, at); at++) {
			if (is_word(look, at) && names_have(&look->derived, token(look, at))) {
				name_add(&look->derived, variable, 0);
				break;
			}
		}
	}
	return look->derived.n > before;
}

static bool only_sets(struct look *look, const char *text)
{
	if (!tokens_read(look, text) || !calls_only_set(look))
		return false;
	for (size_t i = 0; i < look->pointers.n; i++)
		if (!pointer_only_sets(look, &look->pointers.list[i]))
			return false;
	while (derive(look))
		;
	for (size_t i = 0; i < look->values.n; i++)
		if (names_have(&look->derived, look->values.list[i].word))
			return false;
	return look->values.n && !look->values.full && !look->pointers.full && !look->derived.full;
}

bool assigned_is(const char *text, const char *table)
{
	struct look *look = calloc(1, sizeof(*look));

	if (!look)
		return false;
	look->table = table;
	bool yes = only_sets(look, text);

	free(look->tokens);
	free(look);
	return yes;
}
