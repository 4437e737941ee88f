/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading the functions of a kernel: one read, one sort, no allocation a line. The names are moved
 * together inside the text that was read, so nothing is kept but them and 16 bytes a function.
 */
#include "program/functions_list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "program/word.h"

/* A kernel with every debug option has about 30 MB. */
#define FILE_MAX_BYTES (256UL << 20)

struct range {
	uint64_t start, end;
};

const char *functions_name(const struct functions *s, size_t i)
{
	return s->text + s->list[i].name;
}

size_t functions_lower(const struct functions *s, const char *name)
{
	size_t from = 0, to = s->n;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (strcmp(functions_name(s, middle), name) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

size_t functions_same(const struct functions *s, size_t i)
{
	size_t n = 1;

	while (i + n < s->n && strcmp(functions_name(s, i), functions_name(s, i + n)) == 0)
		n++;
	return n;
}

/* A hexadecimal number, 0x or not, as it stands at *p; false when there is none or it is too long.
 */
static bool read_hex(const char **p, uint64_t *value)
{
	const char *from = *p;

	if (from[0] == '0' && from[1] == 'x')
		from += 2;
	const char *at = from;

	for (*value = 0;; at++) {
		unsigned digit;

		if (*at >= '0' && *at <= '9')
			digit = (unsigned)(*at - '0');
		else if (*at >= 'a' && *at <= 'f')
			digit = (unsigned)(*at - 'a') + 10;
		else
			break;
		*value = *value << 4 | digit;
	}
	*p = at;
	return at > from && at - from <= 16;
}

/* "ADDRESS TYPE NAME[\t[MODULE]]"; false: no function. */
static bool read_function(const char *line, uint64_t *address, const char **name, size_t *len)
{
	if (!read_hex(&line, address) || line[0] != ' ' || !line[1] || line[2] != ' ')
		return false;
	if (!strchr("tTwW", line[1]))
		return false;
	*name = line + 3;
	*len = strcspn(*name, " \t\r\n");
	return *len > 0 && *len < SYMBOL_ROOM;
}

static const char *line_after(const char *p)
{
	p += strcspn(p, "\n");
	return *p ? p + 1 : p;
}

static int collect(struct functions *s, char *text, struct error *err)
{
	size_t lines = 1, used = 0;
	const char *next;

	for (const char *p = text; (p = strchr(p, '\n')) != NULL; p++)
		lines++;
	s->list = calloc(lines, sizeof(*s->list));
	if (!s->list)
		return error_nomem(err);
	for (const char *p = text; *p; p = next) {
		struct symbol_entry *entry = &s->list[s->n];
		const char *name;
		size_t len;

		next = line_after(p);
		if (!read_function(p, &entry->address, &name, &len))
			continue;
		/* The name's own line is longer than the name: this never overtakes the reading. */
		memmove(text + used, name, len);
		text[used + len] = '\0';
		entry->name = (uint32_t)used;
		used += len + 1;
		s->n++;
	}
	char *text_again = realloc(text, used + 1);

	s->text = text_again ? text_again : text;
	struct symbol_entry *list_again = reallocarray(s->list, s->n + 1, sizeof(*s->list));

	if (list_again)
		s->list = list_again;
	return 0;
}

static int compare_entries(const void *a, const void *b, void *text)
{
	const struct symbol_entry *x = a, *y = b;
	int order = strcmp((char *)text + x->name, (char *)text + y->name);

	if (order)
		return order;
	return (x->address > y->address) - (x->address < y->address);
}

/* The same function twice, as two modules' aliases can show it. Hidden addresses tell nothing. */
static void drop_doubles(struct functions *s)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->n; i++) {
		const struct symbol_entry *last = kept ? &s->list[kept - 1] : NULL;

		if (last && last->address && last->address == s->list[i].address &&
		    strcmp(s->text + last->name, s->text + s->list[i].name) == 0)
			continue;
		s->list[kept++] = s->list[i];
	}
	s->n = kept;
}

/* The functions of the name that stands at the start of a line. Return: how many from *first on. */
static size_t find_line(const struct functions *s, const char *name, size_t *first)
{
	size_t len = strcspn(name, " \t\r\n");
	char copy[SYMBOL_ROOM];

	if (len == 0 || len >= sizeof(copy))
		return 0;
	memcpy(copy, name, len);
	copy[len] = '\0';
	*first = functions_lower(s, copy);
	if (*first == s->n || strcmp(s->text + s->list[*first].name, copy) != 0)
		return 0;
	return functions_same(s, *first);
}

static int compare_addresses(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/*
 * The filter has one name for each place (ftrace's records are places): other names of a place that
 * is listed are names of a function that can be traced.
 */
static int mark_aliases(struct functions *s, size_t listed)
{
	uint64_t *places = calloc(listed + 1, sizeof(*places));
	size_t n = 0;

	if (!places)
		return -ENOMEM;
	for (size_t i = 0; i < s->n && n < listed; i++)
		if (s->list[i].flags & SYMBOL_LISTED && s->list[i].address)
			places[n++] = s->list[i].address;
	qsort(places, n, sizeof(*places), compare_addresses);
	for (size_t i = 0; i < s->n; i++) {
		struct symbol_entry *e = &s->list[i];

		if (e->flags & SYMBOL_UNLISTED && e->address &&
		    bsearch(&e->address, places, n, sizeof(*places), compare_addresses)) {
			e->flags &= ~(uint32_t)SYMBOL_UNLISTED;
			e->flags |= SYMBOL_ALIAS;
		}
	}
	free(places);
	return 0;
}

/* What cannot be read, or is empty, is no filter: it must never mean that there is nothing. */
static int mark_filtered(struct functions *s, const char *path)
{
	struct buf text = {0};
	size_t listed = 0, first = 0;
	int rc = buf_read_file(&text, path, FILE_MAX_BYTES);

	if (rc)
		goto out;
	for (const char *p = buf_string(&text); *p; p = line_after(p)) {
		size_t n = find_line(s, p, &first);

		for (size_t i = first; n && i < first + n; i++)
			s->list[i].flags |= SYMBOL_LISTED;
		listed += n;
	}
	for (size_t i = 0; listed && i < s->n; i++) {
		if (!(s->list[i].flags & SYMBOL_LISTED))
			s->list[i].flags |= SYMBOL_UNLISTED;
	}
	if (listed)
		rc = mark_aliases(s, listed);
out:
	buf_free(&text);
	return rc == -ENOMEM ? rc : 0;
}

static int compare_ranges(const void *a, const void *b)
{
	const struct range *x = a, *y = b;

	return (x->start > y->start) - (x->start < y->start);
}

/* Mark the functions whose address is in one of the ranges. */
static void mark_ranges(struct functions *s, struct range *ranges, size_t n, uint32_t flag)
{
	size_t kept = 0;

	if (n == 0)
		return;
	qsort(ranges, n, sizeof(*ranges), compare_ranges);
	for (size_t i = 1; i < n; i++) {
		if (ranges[i].start > ranges[kept].end)
			ranges[++kept] = ranges[i];
		else if (ranges[i].end > ranges[kept].end)
			ranges[kept].end = ranges[i].end;
	}
	for (size_t i = 0; i < s->n; i++) {
		uint64_t address = s->list[i].address;
		size_t from = 0, to = kept + 1;

		while (from < to) {
			size_t middle = from + (to - from) / 2;

			if (ranges[middle].start <= address)
				from = middle + 1;
			else
				to = middle;
		}
		if (from && address < ranges[from - 1].end)
			s->list[i].flags |= flag;
	}
}

/* "0xSTART-0xEND\tNAME" */
static bool read_blacklisted(const char *p, struct range *range, const char **name)
{
	if (!read_hex(&p, &range->start) || *p++ != '-' || !read_hex(&p, &range->end))
		return false;
	*name = p + strspn(p, " \t");
	return *name > p;
}

/*
 * The kernel refuses by address, so all names of one place are marked. Where the addresses are
 * hidden on either side, the name has to do, unless several have it: then attaching will tell.
 */
static int mark_blacklisted(struct functions *s, const char *path)
{
	struct range *ranges = NULL;
	size_t nranges = 0, lines = 1, first = 0;
	struct buf text = {0};
	int rc = buf_read_file(&text, path, FILE_MAX_BYTES);

	if (rc)
		goto out;
	for (const char *p = buf_string(&text); (p = strchr(p, '\n')) != NULL; p++)
		lines++;
	ranges = calloc(lines, sizeof(*ranges));
	if (!ranges) {
		rc = -ENOMEM;
		goto out;
	}
	for (const char *p = buf_string(&text); *p; p = line_after(p)) {
		struct range range;
		const char *name;

		if (!read_blacklisted(p, &range, &name))
			continue;
		size_t n = find_line(s, name, &first);

		if (n == 1 && (!range.start || !s->list[first].address))
			s->list[first].flags |= SYMBOL_BLACKLISTED;
		if (range.start && range.end > range.start)
			ranges[nranges++] = range;
	}
	mark_ranges(s, ranges, nranges, SYMBOL_BLACKLISTED);
out:
	free(ranges);
	buf_free(&text);
	return rc == -ENOMEM ? rc : 0;
}

/* Init functions stay in kallsyms when their memory is long gone. */
static void mark_init(struct functions *s)
{
	size_t start, end;
	struct range range;

	if (find_line(s, "_sinittext", &start) != 1 || find_line(s, "_einittext", &end) != 1)
		return;
	range.start = s->list[start].address;
	range.end = s->list[end].address;
	if (range.start && range.end > range.start)
		mark_ranges(s, &range, 1, SYMBOL_INIT);
}

static int mark(struct functions *s, const char *filter, const char *blacklist)
{
	int rc = 0;

	mark_init(s);
	if (filter)
		rc = mark_filtered(s, filter);
	if (rc == 0 && blacklist)
		rc = mark_blacklisted(s, blacklist);
	return rc;
}

int functions_read(struct functions **out, const struct symbols_files *files, struct error *err)
{
	struct functions *s = calloc(1, sizeof(*s));
	struct buf b = {0};
	char *text = NULL;
	int rc;

	*out = NULL;
	if (!s)
		return error_nomem(err);
	rc = buf_read_file(&b, files->kallsyms, FILE_MAX_BYTES);
	if (rc) {
		error_failed(err, rc, "cannot read the kernel's functions from %s: %s",
			     files->kallsyms, strerror(-rc));
		goto fail;
	}
	text = buf_take(&b);
	rc = text ? collect(s, text, err) : error_nomem(err);
	if (rc)
		goto fail;
	text = NULL; /* now the list's own */
	qsort_r(s->list, s->n, sizeof(*s->list), compare_entries, s->text);
	drop_doubles(s);
	rc = mark(s, files->filter, files->blacklist);
	if (rc) {
		error_nomem(err);
		goto fail;
	}
	*out = s;
	return 0;
fail:
	free(text);
	buf_free(&b);
	functions_free(s);
	return rc;
}

bool functions_has(const struct functions *s, const char *name)
{
	size_t i = functions_lower(s, name);

	return i < s->n && strcmp(functions_name(s, i), name) == 0;
}

void functions_free(struct functions *s)
{
	if (!s)
		return;
	free(s->text);
	free(s->list);
	free(s);
}
