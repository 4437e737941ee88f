/* SPDX-License-Identifier: Apache-2.0 */
#include "program/option_list.h"

#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "program/word.h"

struct reading {
	char **items;
	size_t n;
	size_t room;
	void *seen; /* tsearch tree of the items: duplicates are found without comparing all */
};

static int compare_strings(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void keep(void *node)
{
	(void)node; /* the strings belong to the items */
}

static int add_item(struct reading *r, const char *text, size_t len, struct error *err)
{
	char *item = word_trim(text, len);
	bool glob;

	if (!item)
		return error_nomem(err);
	if (!word_is_symbol(item, &glob)) {
		int rc = *item ? error_usage(err, "'%.100s' is not a function name", item)
			       : error_usage(err, "an item of the list is empty");
		free(item);
		return rc;
	}
	if (r->n == r->room) {
		size_t room = r->room ? r->room * 2 : 16;
		char **more = reallocarray(r->items, room, sizeof(*more));

		if (!more) {
			free(item);
			return error_nomem(err);
		}
		r->items = more;
		r->room = room;
	}
	char **found = tsearch(item, &r->seen, compare_strings);

	if (!found) {
		free(item);
		return error_nomem(err);
	}
	if (*found != item)
		free(item);
	else
		r->items[r->n++] = item;
	return 0;
}

/* Items between commas. */
static int read_items(struct reading *r, const char *text, size_t len, struct error *err)
{
	const char *end = text + len;

	for (;;) {
		const char *comma = memchr(text, ',', (size_t)(end - text));
		int rc = add_item(r, text, (size_t)((comma ? comma : end) - text), err);

		if (rc || !comma)
			return rc;
		text = comma + 1;
	}
}

/* One line of a file: blank ones and comments are well, and so is a comma at its end. */
static int read_line(struct reading *r, const char *text, size_t len, struct error *err)
{
	const char *comment = memchr(text, '#', len);

	if (comment)
		len = (size_t)(comment - text);
	while (len && char_is_blank(text[len - 1]))
		len--;
	if (len > 1 && text[len - 1] == ',')
		len--;
	while (len && char_is_blank(*text)) {
		text++;
		len--;
	}
	return len ? read_items(r, text, len, err) : 0;
}

static int read_file(struct reading *r, const char *path, struct error *err)
{
	struct error inner = {0};
	struct buf b = {0};
	unsigned line = 0;
	int rc = buf_read_file(&b, path, LIST_MAX_FILE);

	if (rc == -EFBIG)
		error_usage(err, "%s is longer than %d bytes: not a list of functions", path,
			    LIST_MAX_FILE);
	else if (rc)
		error_usage(err, "cannot read %s: %s", path, strerror(-rc));
	else if (b.len && memchr(b.data, '\0', b.len))
		rc = error_usage(err, "%s is not a text file", path);
	for (const char *p = buf_string(&b); rc == 0 && *p;) {
		size_t len = strcspn(p, "\n");

		line++;
		rc = read_line(r, p, len, &inner);
		if (rc)
			error_set(err, inner.status, rc, "%s:%u: %s", path, line, inner.text);
		p += len + (p[len] == '\n');
	}
	if (rc == 0 && r->n == 0)
		rc = error_usage(err, "%s names no function", path);
	buf_free(&b);
	return rc;
}

int list_read(const char *value, char ***items, size_t *n, struct error *err)
{
	struct reading r = {0};
	size_t len = strlen(value);
	int rc;

	if (value[0] == '@' && value[1])
		rc = read_file(&r, value + 1, err);
	else if (value[strspn(value, " \t\r")] == '\0')
		rc = error_usage(err, "the list is empty");
	else if (len > LIST_MAX_BYTES)
		rc = error_usage(err, "the list is longer than %d bytes; put it in a file: @FILE",
				 LIST_MAX_BYTES);
	else
		rc = read_items(&r, value, len, err);
	tdestroy(r.seen, keep);
	if (rc) {
		list_free(r.items, r.n);
		return rc;
	}
	*items = r.items;
	*n = r.n;
	return 0;
}

void list_free(char **items, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(items[i]);
	free(items);
}
