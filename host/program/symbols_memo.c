/* SPDX-License-Identifier: Apache-2.0 */
#include "program/symbols_memo.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/grow.h"
#include "program/word.h"

/* One answer of an earlier run: its first line, and the end of its last. */
struct answer {
	const char *line;
	const char *end;
};

struct memo {
	char *text;
	struct answer *answers; /* sorted by question and word */
	size_t n;
	struct buf learnt;
};

static const char *line_end(const char *p)
{
	return p + strcspn(p, "\n");
}

/* Length of "r NAME": what an answer is known by. */
static size_t key_length(const char *line)
{
	return 2 + strcspn(line + 2, " \n");
}

static int compare_keys(const char *a, size_t alen, const char *b, size_t blen)
{
	int order = memcmp(a, b, alen < blen ? alen : blen);

	return order ? order : (alen > blen) - (alen < blen);
}

static int compare_answers(const void *a, const void *b)
{
	const struct answer *x = a, *y = b;

	return compare_keys(x->line, key_length(x->line), y->line, key_length(y->line));
}

/* "r NAME N" or "g PATTERN N"; N, or -1 when it is no such line. */
static long read_count(const char *line)
{
	char *end;

	if ((line[0] != MEMO_RESOLVE && line[0] != MEMO_GLOB) || line[1] != ' ')
		return -1;
	const char *at = line + key_length(line);

	if (*at != ' ' || at == line + 2 || at[1] < '0' || at[1] > '9')
		return -1;
	long n = strtol(at + 1, &end, 10);

	return (*end == '\n' || strncmp(end, " part\n", 6) == 0) && n < MEMO_MAX_BYTES ? n : -1;
}

/* "ADDRESS FLAGS NAME\n"; NULL, or what follows. */
static const char *read_symbol(const char *p, struct symbol *symbol, size_t *name_len)
{
	char *end;

	if (!strchr("0123456789abcdef", *p) || !*p)
		return NULL;
	symbol->address = strtoull(p, &end, 16);
	p = end;
	if (*p++ != ' ')
		return NULL;
	size_t flags = strspn(p, "ab-");

	symbol->ambiguous = memchr(p, 'a', flags) != NULL;
	symbol->blacklisted = memchr(p, 'b', flags) != NULL;
	p += flags;
	if (!flags || *p++ != ' ')
		return NULL;
	*name_len = strcspn(p, " \n");
	if (*name_len == 0 || *name_len >= SYMBOL_ROOM || p[*name_len] != '\n')
		return NULL;
	symbol->name = (char *)p;
	return p + *name_len + 1;
}

/* The first answer at or behind *p; false at the end of the text or of its sense. */
static bool next_answer(const char **p, struct answer *answer)
{
	long n = read_count(*p);
	const char *at = line_end(*p);
	struct symbol symbol;
	size_t len;

	if (n < 0 || !*at)
		return false;
	for (at++; n > 0; n--) {
		at = read_symbol(at, &symbol, &len);
		if (!at)
			return false;
	}
	*answer = (struct answer){*p, at};
	*p = at;
	return true;
}

static int index_answers(struct memo *memo)
{
	struct answer answer;

	for (const char *p = memo->text; *p && next_answer(&p, &answer);) {
		struct answer *more = grow(memo->answers, memo->n, sizeof(*more));

		if (!more)
			return -ENOMEM;
		memo->answers = more;
		memo->answers[memo->n++] = answer;
	}
	if (memo->n)
		qsort(memo->answers, memo->n, sizeof(*memo->answers), compare_answers);
	return 0;
}

struct memo *memo_new(char *text)
{
	struct memo *memo = calloc(1, sizeof(*memo));

	if (!memo) {
		free(text);
		return NULL;
	}
	memo->text = text;
	if (text && index_answers(memo) < 0) {
		memo_free(memo);
		return NULL;
	}
	return memo;
}

static bool can_be_kept(const char *word)
{
	return *word && strlen(word) < SYMBOL_ROOM && !strpbrk(word, " \n");
}

static const struct answer *find(const struct memo *memo, enum memo_question question,
				 const char *word)
{
	char key[SYMBOL_ROOM + 2];
	size_t from = 0, to = memo->n;

	if (!can_be_kept(word))
		return NULL;
	int len = snprintf(key, sizeof(key), "%c %s", (char)question, word);

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		const struct answer *answer = &memo->answers[middle];
		int order = compare_keys(answer->line, key_length(answer->line), key, (size_t)len);

		if (order == 0)
			return answer;
		if (order < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return NULL;
}

int memo_ask(struct memo *memo, enum memo_question question, const char *word,
	     struct symbol_match *match)
{
	const struct answer *answer = find(memo, question, word);
	size_t len;

	memset(match, 0, sizeof(*match));
	if (!answer)
		return -ENOENT;
	long count = read_count(answer->line); /* not negative: next_answer() saw to it */
	size_t n = count > 0 ? (size_t)count : 0;
	const char *at = line_end(answer->line);

	match->part = memcmp(at - 5, " part", 5) == 0;
	match->list = calloc(n + 1, sizeof(*match->list));
	if (!match->list)
		return -ENOMEM;
	for (at++; match->n < n; match->n++) {
		struct symbol *symbol = &match->list[match->n];

		at = read_symbol(at, symbol, &len);
		symbol->name = at ? strndup(symbol->name, len) : NULL;
		if (!symbol->name) {
			symbol_match_free(match);
			return -ENOMEM;
		}
	}
	return 0;
}

void memo_learn(struct memo *memo, enum memo_question question, const char *word,
		const struct symbol_match *match)
{
	struct buf b = {0};

	/* A pattern for everything will be refused; its answer is not worth keeping. */
	if (!can_be_kept(word) || match->n > 8192)
		return;
	buf_addf(&b, "%c %s %zu%s\n", (char)question, word, match->n, match->part ? " part" : "");
	for (size_t i = 0; i < match->n; i++) {
		const struct symbol *s = &match->list[i];

		buf_addf(&b, "%" PRIx64 " %s%s%s %s\n", s->address, s->ambiguous ? "a" : "",
			 s->blacklisted ? "b" : "", s->ambiguous || s->blacklisted ? "" : "-",
			 s->name);
	}
	if (!buf_error(&b))
		buf_add(&memo->learnt, b.data, b.len);
	buf_free(&b);
}

char *memo_text(struct memo *memo)
{
	struct buf b = {0};

	if (!memo->learnt.len || buf_error(&memo->learnt))
		return NULL;
	buf_add(&b, memo->learnt.data, memo->learnt.len);
	for (const char *p = memo->text ? memo->text : ""; *p;) {
		struct answer answer;

		if (!next_answer(&p, &answer))
			break;
		if (b.len + (size_t)(answer.end - answer.line) > MEMO_MAX_BYTES)
			break;
		buf_add(&b, answer.line, (size_t)(answer.end - answer.line));
	}
	return buf_error(&b) ? NULL : buf_take(&b);
}

void memo_free(struct memo *memo)
{
	if (!memo)
		return;
	buf_free(&memo->learnt);
	free(memo->answers);
	free(memo->text);
	free(memo);
}
