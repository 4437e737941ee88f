/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int error_vset(struct error *err, enum exit_status status, int code, const char *fmt,
		      va_list ap)
{
	if (!err)
		return code;
	/* The new text may quote the old one: print before replacing. */
	char text[sizeof(err->text)];
	vsnprintf(text, sizeof(text), fmt, ap);
	/* What was typed or read is quoted as it is; a message stays one line all the same. */
	for (char *c = text; *c; c++) {
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
	}
	free(err->detail);
	err->detail = NULL;
	err->status = status;
	memcpy(err->text, text, sizeof(text));
	return code;
}

int error_set(struct error *err, enum exit_status status, int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	error_vset(err, status, code, fmt, ap);
	va_end(ap);
	return code;
}

int error_usage(struct error *err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	error_vset(err, EXIT_USAGE, -EINVAL, fmt, ap);
	va_end(ap);
	return -EINVAL;
}

int error_failed(struct error *err, int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	error_vset(err, EXIT_FAILED, code, fmt, ap);
	va_end(ap);
	return code;
}

void error_detail(struct error *err, char *detail)
{
	if (!err) {
		free(detail);
		return;
	}
	free(err->detail);
	err->detail = detail;
}

void error_clear(struct error *err)
{
	free(err->detail);
	memset(err, 0, sizeof(*err));
}
