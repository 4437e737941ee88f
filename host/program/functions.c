/* SPDX-License-Identifier: Apache-2.0 */
#include "program/functions.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "base/similar.h"
#include "program/syscall_name.h"
#include "program/word.h"

enum suffix symbol_suffix(const char *name)
{
	static const char *const clones[] = {"isra", "constprop", "llvm", "lto_priv"};
	const char *p = strchr(name, '.');
	enum suffix suffix = SUFFIX_NONE;

	if (p == name)
		return SUFFIX_OTHER;
	while (p) {
		size_t n = strcspn(++p, ".");

		if (n == 4 && memcmp(p, "cold", 4) == 0)
			return SUFFIX_COLD;
		if (n == 4 && memcmp(p, "part", 4) == 0)
			suffix = suffix == SUFFIX_OTHER ? suffix : SUFFIX_PART;
		else if (strspn(p, "0123456789") != n || suffix == SUFFIX_NONE) {
			bool clone = false;

			for (size_t i = 0; i < sizeof(clones) / sizeof(clones[0]); i++)
				clone |= strlen(clones[i]) == n && memcmp(clones[i], p, n) == 0;
			if (!clone)
				suffix = SUFFIX_OTHER;
			else if (suffix == SUFFIX_NONE)
				suffix = SUFFIX_CLONE;
		}
		p = p[n] ? p + n : NULL;
	}
	return suffix;
}

/* Pieces that the compiler or the kernel's macros made: nobody means them. */
static bool is_debris(const char *name)
{
	static const char *const prefixes[] = {"__SCT__", "__SCK__", "__perf",		 "perf_",
					       "__pfx_",  "__cfi_",  "__ftrace_invalid_"};

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
			return true;
	}
	return false;
}

/* Add one function to a match. */
static int match_add(const struct functions *s, struct symbol_match *match, size_t i,
		     bool ambiguous)
{
	struct symbol *more = grow(match->list, match->n, sizeof(*more));

	if (!more)
		return -ENOMEM;
	match->list = more;
	struct symbol *symbol = &match->list[match->n];

	symbol->name = strdup(functions_name(s, i));
	if (!symbol->name)
		return -ENOMEM;
	symbol->address = s->list[i].address;
	symbol->ambiguous = ambiguous;
	symbol->blacklisted = s->list[i].flags & SYMBOL_BLACKLISTED;
	match->part |= symbol_suffix(symbol->name) == SUFFIX_PART;
	match->n++;
	return 0;
}

/* Add all functions of exactly this name. */
static int match_exact(const struct functions *s, const char *name, struct symbol_match *match)
{
	size_t i = functions_lower(s, name);

	if (i == s->n || strcmp(functions_name(s, i), name) != 0)
		return 0;
	size_t n = functions_same(s, i);

	for (size_t k = i; k < i + n; k++) {
		int rc = match_add(s, match, k, n > 1);

		if (rc)
			return rc;
	}
	return 0;
}

/* Add the clones NAME.xxx whose suffix is of one sort. */
static int match_clones(const struct functions *s, const char *name, enum suffix suffix,
			struct symbol_match *match)
{
	char prefix[SYMBOL_ROOM + 1];
	size_t len = strlen(name);
	size_t n;

	if (len >= SYMBOL_ROOM)
		return 0;
	memcpy(prefix, name, len);
	memcpy(prefix + len, ".", 2);
	for (size_t i = functions_lower(s, prefix); i < s->n; i += n) {
		if (strncmp(functions_name(s, i), prefix, len + 1) != 0)
			break;
		n = functions_same(s, i);
		/* The suffix of the whole name: a clone's .cold is cold. */
		if (symbol_suffix(functions_name(s, i)) != suffix)
			continue;
		for (size_t k = i; k < i + n; k++) {
			int rc = match_add(s, match, k, n > 1);

			if (rc)
				return rc;
		}
	}
	return 0;
}

/* NAME and its whole clones. */
static int match_whole(const struct functions *s, const char *name, struct symbol_match *match)
{
	int rc = match_exact(s, name, match);

	return rc ? rc : match_clones(s, name, SUFFIX_CLONE, match);
}

int functions_resolve(const struct functions *s, const char *name, struct symbol_match *match)
{
	char other[SYMBOL_ROOM + 8];
	int rc;

	memset(match, 0, sizeof(*match));
	if (symbol_suffix(name) == SUFFIX_COLD)
		return -ENOENT;
	rc = match_whole(s, name, match);
	if (rc == 0 && match->n == 0 && strlen(name) < SYMBOL_ROOM) {
		strcpy(other, name);
		strcat(other, "_noprof");
		rc = match_whole(s, other, match);
	}
	if (rc == 0 && match->n == 0 && syscall_name(s, name, other, sizeof(other)))
		rc = match_whole(s, other, match);
	if (rc == 0 && match->n == 0)
		rc = match_clones(s, name, SUFFIX_PART, match);
	if (rc == 0 && match->n == 0)
		rc = -ENOENT;
	if (rc)
		symbol_match_free(match);
	return rc;
}

/* Does the pattern mean this function, by its own name or by that of which it is a clone? */
static bool glob_means(const char *pattern, bool parts, const char *name)
{
	enum suffix suffix = symbol_suffix(name);
	char base[SYMBOL_ROOM];

	if (suffix == SUFFIX_COLD || (suffix == SUFFIX_PART && !parts) || is_debris(name))
		return false;
	if (fnmatch(pattern, name, FNM_NOESCAPE) == 0)
		return true;
	size_t len = strcspn(name, ".");

	if (suffix != SUFFIX_CLONE || len >= sizeof(base))
		return false;
	memcpy(base, name, len);
	base[len] = '\0';
	return fnmatch(pattern, base, FNM_NOESCAPE) == 0;
}

static bool match_has_place(const struct symbol_match *match, uint64_t address)
{
	for (size_t i = 0; i < match->n; i++)
		if (match->list[i].address == address)
			return true;
	return false;
}

/*
 * Add what a pattern means: the names that can be traced, or other names of their places that no
 * name in the match stands for yet, so that each place is there once.
 */
static int match_pattern(const struct functions *s, const char *pattern, bool aliases,
			 struct symbol_match *match)
{
	/* Matches, and those of which they are clones, begin with what is ahead of the wildcards.
	 */
	size_t fixed = strcspn(pattern, "*?[");
	bool parts = strstr(pattern, ".part") != NULL;
	char *prefix = strndup(pattern, fixed);
	size_t n;
	int rc = 0;

	if (!prefix)
		return -ENOMEM;
	for (size_t i = functions_lower(s, prefix); i < s->n && rc == 0; i += n) {
		if (strncmp(functions_name(s, i), prefix, fixed) != 0)
			break;
		n = functions_same(s, i);
		if (!glob_means(pattern, parts, functions_name(s, i)))
			continue;
		for (size_t k = i; k < i + n && rc == 0; k++) {
			const struct symbol_entry *e = &s->list[k];

			if (e->flags & SYMBOL_HIDDEN_FROM_GLOBS ||
			    !(e->flags & SYMBOL_ALIAS) == aliases ||
			    (aliases && match_has_place(match, e->address)))
				continue;
			rc = match_add(s, match, k, n > 1);
		}
	}
	free(prefix);
	return rc;
}

int functions_glob(const struct functions *s, const char *pattern, struct symbol_match *match)
{
	memset(match, 0, sizeof(*match));
	int rc = match_pattern(s, pattern, false, match);

	if (rc == 0)
		rc = match_pattern(s, pattern, true, match);
	if (rc)
		symbol_match_free(match);
	return rc;
}

int functions_at(const struct functions *s, uint64_t address, struct symbol_match *match)
{
	memset(match, 0, sizeof(*match));
	for (size_t i = 0; i < s->n; i++)
		if (s->list[i].address == address && !is_debris(functions_name(s, i)))
			return match_add(s, match, i, true);
	return -ENOENT;
}

bool functions_blacklisted(const struct functions *s, const char *name)
{
	size_t i = functions_lower(s, name);

	if (i == s->n || strcmp(functions_name(s, i), name) != 0)
		return false;
	for (size_t n = functions_same(s, i); n > 0; n--) {
		if (!(s->list[i + n - 1].flags & SYMBOL_BLACKLISTED))
			return false;
	}
	return true;
}

/*
 * How far a function is from what was typed; UINT32_MAX when it was not meant. A slip of one letter
 * comes first, then names that go on where the typing stopped, then two slips, then names that have
 * it as one of their words; shorter names ahead of longer ones.
 */
static unsigned likeness(const char *typed, const char *name)
{
	char base[SYMBOL_ROOM];
	size_t len = strcspn(name, "."), typed_len = strlen(typed);
	unsigned rank;

	if (len >= sizeof(base))
		return UINT32_MAX;
	memcpy(base, name, len);
	base[len] = '\0';
	const char *within = typed_len >= 4 ? strstr(base, typed) : NULL;
	bool starts = within && strspn(base, "_") == (size_t)(within - base);
	bool word = within && (within == base || within[-1] == '_') &&
		    (!within[typed_len] || within[typed_len] == '_');

	if (starts || word)
		rank = starts ? 2 : 4;
	else if (similar_enough(typed, base))
		rank = similar_distance(typed, base) * 2 - 1;
	else
		return UINT32_MAX;
	return rank * SYMBOL_ROOM + (unsigned)(len > typed_len ? len - typed_len : 0);
}

size_t functions_similar(const struct functions *s, const char *name, const char **names,
			 size_t max)
{
	unsigned *scores = calloc(max + 1, sizeof(*scores));
	const char *previous = "";
	size_t found = 0;

	if (!scores)
		return 0;
	for (size_t i = 0; i < s->n; i++) {
		const char *candidate = functions_name(s, i);
		enum suffix suffix = symbol_suffix(candidate);
		size_t base = strcspn(candidate, ".");
		unsigned score;

		if ((suffix != SUFFIX_NONE && suffix != SUFFIX_CLONE) || is_debris(candidate))
			continue;
		/* One of all the clones of a name is enough. */
		if (strncmp(previous, candidate, base) == 0 && strcspn(previous, ".") == base)
			continue;
		score = likeness(name, candidate);
		if (score == UINT32_MAX)
			continue;
		previous = candidate;
		size_t at = found;

		while (at > 0 && scores[at - 1] > score)
			at--;
		if (at >= max)
			continue;
		found += found < max;
		memmove(scores + at + 1, scores + at, (found - at - 1) * sizeof(*scores));
		memmove(names + at + 1, names + at, (found - at - 1) * sizeof(*names));
		scores[at] = score;
		names[at] = candidate;
	}
	free(scores);
	return found;
}
