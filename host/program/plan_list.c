/* SPDX-License-Identifier: Apache-2.0 */
#include "program/plan_list.h"

#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "program/functions.h"
#include "program/word.h"

/* An address that no function has: a claim with it is on the name of an item. */
#define ITEM_NAME UINT64_MAX

/* A function, or the name of an item that came from a pattern, and the item that has it. */
struct claim {
	const char *name;
	uint64_t address;
	size_t item;
};

/* What became of a written-out name. */
struct named {
	struct symbol_match match;
	bool doubled; /* earlier names have all its functions: no item of its own */
};

struct work {
	struct symbols *symbols;
	struct list_wish wish;
	struct list_functions *out;
	struct named *named; /* for each item of the option; patterns have nothing here */
	void *claims;	     /* tsearch tree */
	struct note missing, refused;
	struct notes *notes;
	struct error *err;
};

static int compare_claims(const void *a, const void *b)
{
	const struct claim *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	if (order)
		return order;
	return (x->address > y->address) - (x->address < y->address);
}

/* The claim on a function: a new one for @item, or the one that was there. NULL: no memory. */
static struct claim *claim(struct work *w, const char *name, uint64_t address, size_t item)
{
	struct claim *mine = malloc(sizeof(*mine));

	if (!mine)
		return NULL;
	*mine = (struct claim){name, address, item};
	struct claim **found = tsearch(mine, &w->claims, compare_claims);

	if (!found || *found != mine)
		free(mine);
	return found ? *found : NULL;
}

void match_drop_blacklisted(struct symbol_match *match)
{
	size_t kept = 0;

	for (size_t i = 0; i < match->n; i++) {
		if (match->list[i].blacklisted)
			free(match->list[i].name);
		else
			match->list[kept++] = match->list[i];
	}
	match->n = kept;
}

bool match_has(const struct symbol_match *match, const char *name)
{
	for (size_t i = 0; i < match->n; i++) {
		if (strcmp(match->list[i].name, name) == 0)
			return true;
	}
	return false;
}

/* Take a symbol over into an item's match; the caller's copy loses its name. */
static int match_move(struct symbol_match *match, struct symbol *symbol)
{
	struct symbol *more = grow(match->list, match->n, sizeof(*more));

	if (!more)
		return -ENOMEM;
	match->list = more;
	match->part |= symbol_suffix(symbol->name) == SUFFIX_PART;
	match->list[match->n++] = *symbol;
	symbol->name = NULL;
	return 0;
}

/* A new item; *index is its place. */
static int add_item(struct work *w, char *asked, bool from_glob, size_t *index)
{
	struct plan_list *list = w->out->list;

	if (!asked)
		return -ENOMEM;
	struct plan_item *items = grow(list->items, list->n, sizeof(*items));
	struct symbol_match *matches = grow(w->out->matches, list->n, sizeof(*matches));

	list->items = items ? items : list->items;
	w->out->matches = matches ? matches : w->out->matches;
	if (!items || !matches) {
		free(asked);
		return -ENOMEM;
	}
	*index = list->n++;
	list->items[*index] = (struct plan_item){.asked = asked, .from_glob = from_glob};
	memset(&w->out->matches[*index], 0, sizeof(*w->out->matches));
	return 0;
}

/* What a written-out name stands for; functions that an earlier name has are taken out. */
static int resolve_name(struct work *w, size_t i)
{
	const char *name = w->out->list->option->items[i];
	struct symbol_match *match = &w->named[i].match;
	const char *owner = NULL;
	int rc = symbols_resolve(w->symbols, name, match);

	if (rc == -ENOENT) {
		note_addf(&w->missing, "%s", name);
		return 0;
	}
	if (rc)
		return symbols_failed(w->symbols, rc, w->err);
	if (w->wish.kprobes)
		match_drop_blacklisted(match);
	if (match->n == 0) {
		note_addf(&w->refused, "%s", name);
		return 0;
	}
	size_t kept = 0, n = match->n;

	for (size_t k = 0; k < n; k++) {
		struct symbol *symbol = &match->list[k];
		struct claim *c = claim(w, symbol->name, symbol->address, i);

		if (c && c->name == symbol->name) {
			match->list[kept++] = *symbol;
			continue;
		}
		if (c && c->item != i)
			owner = w->out->list->option->items[c->item];
		free(symbol->name);
		rc = c ? rc : -ENOMEM;
	}
	match->n = kept;
	w->named[i].doubled = kept == 0 && owner;
	if (rc == 0 && w->named[i].doubled)
		note_addf(&w->notes->counted_as, "%s is counted under %s", name, owner);
	return rc;
}

/* One item for a written-out name, unless an earlier one has all its functions. */
static int place_name(struct work *w, size_t i)
{
	const char *name = w->out->list->option->items[i];
	struct symbol_match *match = &w->named[i].match;
	size_t index;

	if (w->named[i].doubled)
		return 0;
	int rc = add_item(w, strdup(name), false, &index);

	if (rc)
		return rc;
	w->out->list->items[index].missing = match->n == 0;
	if (match->n && !match_has(match, name))
		note_addf(&w->notes->counted_as, "%s is counted as %s", name, match->list[0].name);
	if (match->part)
		note_addf(&w->notes->parts, "%s", name);
	w->out->matches[index] = *match;
	memset(match, 0, sizeof(*match));
	return 0;
}

/* The item of the function of which this is a clone. */
static int item_of(struct work *w, const char *name, size_t *index)
{
	bool clone = symbol_suffix(name) == SUFFIX_CLONE;
	char *base = strndup(name, clone ? strcspn(name, ".") : strlen(name));
	struct claim key = {base, ITEM_NAME, 0}, **found;

	if (!base)
		return -ENOMEM;
	found = tfind(&key, &w->claims, compare_claims);
	if (found) {
		*index = (*found)->item;
		free(base);
		return 0;
	}
	int rc = add_item(w, base, true, index);

	if (rc == 0 && !claim(w, base, ITEM_NAME, *index))
		rc = -ENOMEM;
	return rc;
}

/* Items for the functions that a pattern matches and nothing before it has. */
static int place_glob(struct work *w, const char *pattern)
{
	struct symbol_match match;
	int rc = symbols_glob(w->symbols, pattern, &match);
	size_t index;

	if (rc)
		return symbols_failed(w->symbols, rc, w->err);
	if (match.n == 0) {
		char like[256], fixed[SYMBOL_ROOM];
		size_t n = strcspn(pattern, "*?[");

		memcpy(fixed, pattern, n);
		fixed[n] = '\0';
		similar_text(w->symbols, fixed, like, sizeof(like));
		return error_set(w->err, EXIT_USAGE, -ENOENT,
				 "--%s: no function of this kernel matches '%.100s'%s",
				 w->out->list->option->name, pattern,
				 *like ? like : "; /proc/kallsyms has their names");
	}
	for (size_t i = 0; i < match.n && rc == 0; i++) {
		struct symbol *symbol = &match.list[i];
		struct claim *c = claim(w, symbol->name, symbol->address, 0);

		if (!c)
			rc = -ENOMEM;
		else if (c->name == symbol->name) {
			/* The claim's name lives on in the item. */
			rc = item_of(w, symbol->name, &index);
			if (rc == 0)
				rc = match_move(&w->out->matches[index], symbol);
		}
	}
	symbol_match_free(&match);
	return rc;
}

static int too_many(const struct work *w, size_t n)
{
	return error_set(w->err, EXIT_USAGE, -E2BIG,
			 "--%s: %zu functions match, and %d is the limit: narrow the list",
			 w->out->list->option->name, n, PLAN_MAX_ITEMS);
}

/* Is too little left to go on? */
static int check_missing(struct work *w)
{
	const struct plan_list *list = w->out->list;
	size_t gone = w->missing.n + w->refused.n;

	if (gone == 0 || (!w->wish.needed && gone < list->n))
		return 0;
	if (w->missing.n) {
		char like[256] = "";

		for (size_t i = 0; i < list->n && !*like; i++) {
			if (list->items[i].missing)
				similar_text(w->symbols, list->items[i].asked, like, sizeof(like));
		}
		return error_set(w->err, EXIT_USAGE, -ENOENT, "--%s: this kernel has no %s%s",
				 list->option->name, note_text(&w->missing), like);
	}
	return error_failed(w->err, -EINVAL, "--%s: kprobes refuses %s: on the kernel's blacklist",
			    list->option->name, note_text(&w->refused));
}

static int place_all(struct work *w)
{
	const struct program_option *option = w->out->list->option;
	bool glob;
	int rc = 0;

	for (size_t i = 0; i < option->nitems && rc == 0; i++) {
		if (word_is_symbol(option->items[i], &glob) && !glob)
			rc = resolve_name(w, i);
	}
	for (size_t i = 0; i < option->nitems && rc == 0; i++) {
		if (!word_is_symbol(option->items[i], &glob))
			rc = -EINVAL;
		else
			rc = glob ? place_glob(w, option->items[i]) : place_name(w, i);
		if (rc == 0 && w->out->list->n > PLAN_MAX_ITEMS)
			rc = too_many(w, w->out->list->n);
	}
	return rc ? rc : check_missing(w);
}

int list_resolve(struct symbols *symbols, struct plan_list *list, struct list_wish wish,
		 struct list_functions *out, struct notes *notes, struct error *err)
{
	struct work w = {.symbols = symbols, .wish = wish, .out = out, .notes = notes, .err = err};
	size_t n = list->option->nitems;
	int rc;

	out->list = list;
	w.named = calloc(n + 1, sizeof(*w.named));
	rc = w.named ? place_all(&w) : -ENOMEM;
	if (rc == -ENOMEM)
		error_nomem(err);
	if (rc == 0 && w.missing.n)
		note_addf(&notes->missing, "%s", note_text(&w.missing));
	if (rc == 0 && w.refused.n)
		note_addf(&notes->blacklisted, "%s", note_text(&w.refused));
	for (size_t i = 0; w.named && i < n; i++)
		symbol_match_free(&w.named[i].match);
	free(w.named);
	tdestroy(w.claims, free);
	note_free(&w.missing);
	note_free(&w.refused);
	return rc;
}

void list_functions_free(struct list_functions *functions)
{
	for (size_t i = 0; functions->list && i < functions->list->n; i++)
		symbol_match_free(&functions->matches[i]);
	free(functions->matches);
	memset(functions, 0, sizeof(*functions));
}

void plan_list_free(struct plan_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->items[i].asked);
	free(list->items);
	memset(list, 0, sizeof(*list));
}
