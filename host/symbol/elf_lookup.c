/* SPDX-License-Identifier: Apache-2.0 */
#include "symbol/elf_lookup.h"

#include <ctype.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/similar.h"
#include "symbol/demangle.h"

/* How a name is compared. */
enum way { WAY_EXACT, WAY_DEMANGLED, WAY_GLOB, WAY_GLOB_DEMANGLED };

struct search {
	enum way way;
	const char *name; /* without its version */
	size_t len;
	const char *version; /* NULL: the default one */
	char word[128];	     /* that a mangled name must hold: saves demangling */
	struct elf_match *match;
	bool defaults; /* found one that is not hidden */
	bool hidden;   /* found one that is */
};

bool elf_is_pattern(const char *name)
{
	return strpbrk(name, "*?[") != NULL;
}

static int match_add(struct elf_match *match, const struct elf_function *f)
{
	if ((match->n & (match->n - 1)) == 0) {
		size_t room = match->n ? match->n * 2 : 1;
		struct elf_found *more = reallocarray(match->list, room, sizeof(*more));

		if (!more)
			return -ENOMEM;
		match->list = more;
	}
	struct elf_found *found = &match->list[match->n];

	*found = (struct elf_found){.address = f->address, .size = f->size, .ifunc = f->ifunc};
	if (asprintf(&found->name, "%.*s%s%s", (int)f->len, f->name, f->hidden ? "@" : "",
		     f->hidden && f->version ? f->version : "") < 0)
		return -ENOMEM;
	match->n++;
	return 0;
}

static bool name_is(const struct search *s, const struct elf_function *f)
{
	return f->len == s->len && memcmp(f->name, s->name, s->len) == 0;
}

/* The text between its symbols and after them, so that a version may be part of it or not. */
static bool glob_fits(const struct search *s, const struct elf_function *f)
{
	char name[512];

	if (f->hidden && !strchr(s->name, '@'))
		return false;
	int n = snprintf(name, sizeof(name), "%.*s%s%s", (int)f->len, f->name, f->hidden ? "@" : "",
			 f->hidden && f->version ? f->version : "");

	return n > 0 && (size_t)n < sizeof(name) && fnmatch(s->name, name, FNM_NOESCAPE) == 0;
}

static bool text_fits(const struct search *s, const char *text)
{
	return s->way == WAY_GLOB_DEMANGLED ? fnmatch(s->name, text, FNM_NOESCAPE) == 0
					    : strcmp(text, s->name) == 0;
}

/* "foo::bar" of "foo::bar<int, S<1> >"; operators are left alone. */
static void cut_template(char *name)
{
	size_t at = strlen(name);
	int depth = 0;

	if (!at || name[at - 1] != '>' || strstr(name, "operator"))
		return;
	while (at) {
		char c = name[--at];

		depth += (c == '>') - (c == '<');
		if (depth == 0)
			break;
	}
	/* A name of Rust's can begin with a bracket, and has "foo::<T>" for foo<T>. */
	if (at > 2 && strncmp(name + at - 2, "::", 2) == 0)
		at -= 2;
	if (at && depth == 0)
		name[at] = '\0';
}

/* What the compiler has moved out of a function, as it is called seldom: jumped to, and not called.
 */
static bool is_cold(const struct elf_function *f)
{
	return memmem(f->name, f->len, ".cold", 5) != NULL;
}

static bool demangled_fits(const struct search *s, const struct elf_function *f)
{
	if (f->len < 3 || f->name[0] != '_' || !memmem(f->name, f->len, s->word, strlen(s->word)))
		return false;
	char *full = demangle(f->name, f->len);

	if (!full)
		return false;
	const char *name = full + demangled_start(full);
	bool fits = text_fits(s, full) || text_fits(s, name);

	if (!fits) {
		/* Without parameters, if none were written, and then without those of a template.
		 */
		full[demangled_base(full)] = '\0';
		fits = text_fits(s, full) || text_fits(s, name);
		cut_template(full);
		fits = fits || text_fits(s, name);
	}
	free(full);
	return fits;
}

static int each(void *ctx, const struct elf_function *f)
{
	struct search *s = ctx;
	bool fits = false;

	switch (s->way) {
	case WAY_EXACT:
		fits = name_is(s, f);
		if (fits && s->version)
			fits = f->version && strcmp(f->version, s->version) == 0;
		break;
	case WAY_GLOB:
		fits = glob_fits(s, f);
		break;
	case WAY_DEMANGLED:
	case WAY_GLOB_DEMANGLED:
		fits = demangled_fits(s, f);
		break;
	}
	if (!fits || (s->way != WAY_EXACT && is_cold(f)))
		return 0;
	s->hidden |= f->hidden;
	s->defaults |= !f->hidden;
	return match_add(s->match, f);
}

/* By address; of several names for one, the plainest first. */
static int compare(const void *a, const void *b)
{
	const struct elf_found *x = a, *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	size_t left = strspn(x->name, "_"), right = strspn(y->name, "_");

	if (left != right)
		return left < right ? -1 : 1;
	return strcmp(x->name, y->name);
}

static void drop(struct elf_match *match, size_t i)
{
	free(match->list[i].name);
	match->list[i].name = NULL;
}

/* Where there is a default version, the others are not meant; and no address twice. */
static void tidy(const struct search *s)
{
	struct elf_match *m = s->match;
	size_t kept = 0;

	for (size_t i = 0; i < m->n && !s->version && s->defaults && s->hidden; i++)
		if (strchr(m->list[i].name, '@'))
			drop(m, i);
	for (size_t i = 0; i < m->n; i++)
		if (m->list[i].name)
			m->list[kept++] = m->list[i];
	m->n = kept;
	if (m->n)
		qsort(m->list, m->n, sizeof(*m->list), compare);
	kept = 0;
	for (size_t i = 0; i < m->n; i++) {
		if (kept && m->list[kept - 1].address == m->list[i].address) {
			m->list[kept - 1].ifunc |= m->list[i].ifunc;
			drop(m, i);
		} else {
			m->list[kept++] = m->list[i];
		}
	}
	m->n = kept;
}

/* The last plain identifier of a demangled name, which its mangled form holds too. */
static void word_of(const char *name, char word[128])
{
	size_t end = demangled_base(name), from;

	if (elf_is_pattern(name))
		end = strcspn(name, "*?[(");
	while (end && strchr(" ><&*~=!+-/%^|,[]()", name[end - 1]))
		end--;
	from = end;
	while (from && (name[from - 1] == '_' || isalnum((unsigned char)name[from - 1])))
		from--;
	/* Operators, destructors and lambdas are spelt otherwise when mangled. */
	bool plain = !strstr(name, "operator") && !strpbrk(name, "~<{");

	snprintf(word, 128, "%.*s", plain ? (int)(end - from < 127 ? end - from : 127) : 0,
		 name + from);
}

static int run(const struct elf_file *file, struct search *s)
{
	int rc = elf_file_each(file, each, s);

	if (rc == 0) {
		tidy(s);
		return s->match->n ? 0 : -ENOENT;
	}
	elf_match_free(s->match);
	return rc;
}

int elf_lookup(const struct elf_file *file, const char *name, struct elf_match *match)
{
	struct search s = {.name = name, .len = strlen(name), .match = match};
	const char *at = strchr(name, '@');
	bool author = strstr(name, "::") || strchr(name, '(');
	int rc;

	memset(match, 0, sizeof(*match));
	/* What is written out comes first: operator* and operator[] are names too. */
	if (at && at != name && !elf_is_pattern(name)) {
		s.len = (size_t)(at - name);
		s.version = at + (at[1] == '@' ? 2 : 1);
	}
	rc = run(file, &s);
	if (rc != -ENOENT)
		return rc;
	s.way = WAY_DEMANGLED;
	word_of(name, s.word);
	rc = run(file, &s);
	if (rc != -ENOENT || !elf_is_pattern(name))
		return rc;
	s.way = author ? WAY_GLOB_DEMANGLED : WAY_GLOB;
	if (author && name[0] == '*')
		s.word[0] = '\0';
	return run(file, &s);
}

/* The nearest names so far. */
struct nearest {
	const char *name;
	unsigned distances[8];
	char **names;
	size_t n, max;
	int failed;
};

static int near(void *ctx, const struct elf_function *f)
{
	struct nearest *w = ctx;
	char name[128];
	size_t at;

	if (f->len >= sizeof(name))
		return 0;
	memcpy(name, f->name, f->len);
	name[f->len] = '\0';
	if (!similar_enough(w->name, name))
		return 0;
	unsigned distance = similar_distance(w->name, name);

	for (size_t i = 0; i < w->n; i++)
		if (strcmp(w->names[i], name) == 0)
			return 0;
	for (at = w->n; at && w->distances[at - 1] > distance; at--)
		;
	if (at == w->max)
		return 0;
	char *copy = strdup(name);

	if (!copy)
		return -ENOMEM;
	if (w->n == w->max)
		free(w->names[--w->n]);
	memmove(w->names + at + 1, w->names + at, (w->n - at) * sizeof(*w->names));
	memmove(w->distances + at + 1, w->distances + at, (w->n - at) * sizeof(*w->distances));
	w->names[at] = copy;
	w->distances[at] = distance;
	w->n++;
	return 0;
}

size_t elf_similar(const struct elf_file *file, const char *name, char **names, size_t max)
{
	struct nearest w = {.name = name, .names = names, .max = max < 8 ? max : 8};

	elf_file_each(file, near, &w);
	return w.n;
}

static int count(void *ctx, const struct elf_function *f)
{
	size_t *n = ctx;

	(void)f;
	(*n)++;
	return 0;
}

size_t elf_count(const struct elf_file *file)
{
	size_t n = 0;

	elf_file_each(file, count, &n);
	return n;
}

void elf_match_free(struct elf_match *match)
{
	for (size_t i = 0; i < match->n; i++)
		free(match->list[i].name);
	free(match->list);
	memset(match, 0, sizeof(*match));
}
