/* SPDX-License-Identifier: Apache-2.0 */
#include "program/fill.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "program/ctext.h"

/* A number of either sign, in decimal, 0x or octal. */
static bool read_number(const char *value, unsigned long long *number)
{
	char *end;

	errno = 0;
	*number = strchr(value, '-') ? (unsigned long long)strtoll(value, &end, 0)
				     : strtoull(value, &end, 0);
	return end != value && !*end && !errno;
}

static int put(struct buf *out, char place, const char *value, const char *file, unsigned line,
	       struct error *err)
{
	unsigned long long number;

	if (place == 's')
		buf_adds(out, value);
	else if (!read_number(value, &number))
		return error_usage(
			err, "%s:%u: --arg '%s' is no number of 64 bits, and the place is %%%c",
			file, line, value, place);
	else if (place == 'x')
		buf_addf(out, "%llx", number);
	else if (strchr(value, '-'))
		buf_addf(out, "%lld", (long long)number);
	else
		buf_addf(out, "%llu", number);
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
