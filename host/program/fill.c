/* SPDX-License-Identifier: Apache-2.0 */
#include "program/fill.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "program/ctext.h"

static int put(struct buf *out, char place, const char *value, const char *file, unsigned line,
	       struct error *err)
{
	char *end;

	if (place != 's') {
		errno = 0;
		strtoll(value, &end, 0);
		if (end == value || *end || errno)
			return error_usage(err,
					   "%s:%u: --arg '%s' is no number, and the place is %%%c",
					   file, line, value, place);
	}
	buf_adds(out, value);
	return 0;
}

int fill_places(const char *text, const char *file, char *const *args, size_t nargs, char **out,
		struct error *err)
{
	struct buf b = {0};
	size_t places = 0;
	int rc = 0;

	for (const char *p = text; rc == 0 && *p; p++) {
		bool line_start = p == text || p[-1] == '\n';

		if (line_start && strncmp(p + strspn(p, " \t"), "///", 3) == 0) {
			size_t len = strcspn(p, "\n");

			buf_add(&b, p, len);
			p += len;
			if (!*p)
				break;
		}
		if (*p == '%' && p[1] == '%') {
			buf_addc(&b, *p++);
		} else if (*p == '%' && p[1] && strchr("diuxs", p[1])) {
			p++;
			if (places < nargs)
				rc = put(&b, *p, args[places], file, ctext_line(text, p), err);
			places++;
		} else {
			buf_addc(&b, *p);
		}
	}
	if (rc == 0 && places != nargs)
		rc = error_usage(err,
				 "%s has %zu place%s (%%d, %%s) to be filled, and --arg was given "
				 "%zu time%s",
				 file, places, places == 1 ? "" : "s", nargs,
				 nargs == 1 ? "" : "s");
	if (rc == 0) {
		*out = buf_take(&b);
		if (!*out)
			rc = error_nomem(err);
	}
	buf_free(&b);
	return rc;
}
