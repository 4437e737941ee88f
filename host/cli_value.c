/* SPDX-License-Identifier: Apache-2.0 */
#include "cli_value.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* 31 years: nanoseconds of a deadline do not overflow. */
#define MAX_SECONDS 1e9

int cli_seconds(const char *option, const char *text, uint64_t least, uint64_t *ns,
		struct error *err)
{
	char *end;
	double s = strtod(text, &end);

	if (end == text || *end || isnan(s) || s <= 0)
		return error_usage(err, "%s '%s': give seconds above 0, such as 5 or 0.5", option,
				   text);
	if (s > MAX_SECONDS)
		return error_usage(err, "%s '%s': the longest is %.0f seconds", option, text,
				   MAX_SECONDS);
	*ns = (uint64_t)(s * 1e9 + 0.5);
	if (*ns < least)
		return error_usage(err, "%s '%s': the shortest is %g seconds", option, text,
				   (double)least / 1e9);
	return 0;
}

int cli_count(const char *option, const char *text, unsigned long *n, struct error *err)
{
	char *end;

	errno = 0;
	*n = strtoul(text, &end, 10);
	if (end == text || *end || *n == 0 || strchr(text, '-'))
		return error_usage(err, "%s '%s': give a whole number above 0", option, text);
	if (errno)
		return error_usage(err,
				   "%s '%s': the largest is %lu; without %s it goes on until "
				   "it is stopped",
				   option, text, ULONG_MAX, option);
	return 0;
}

int cli_pid(const char *option, const char *text, long *pid, struct error *err)
{
	char *end;

	*pid = strtol(text, &end, 10);
	if (end == text || *end || *pid <= 0 || *pid > INT_MAX)
		return error_usage(err, "%s '%s': give the number of a process", option, text);
	return 0;
}

int cli_output(const char *text, const struct output_format **format, FILE **out, struct error *err)
{
	char name[64];
	size_t len = strcspn(text, "=");

	snprintf(name, sizeof(name), "%.*s", (int)(len < 63 ? len : 63), text);
	*format = output_find(name);
	if (!*format)
		return error_usage(err, "-o '%s': there is no such format; there are %s", text,
				   output_names());
	if (!text[len])
		return 0;
	if (!text[len + 1])
		return error_usage(err, "-o '%s': give the name of a file behind =", text);
	if (*out != stdout)
		fclose(*out);
	/* What is in it stays until there is something better: run.c empties it. */
	int fd = open(text + len + 1, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);

	*out = fd < 0 ? NULL : fdopen(fd, "w");
	if (*out)
		return 0;
	int code = -errno;

	*out = stdout;
	return error_failed(err, -EIO, "cannot write %s: %s", text + len + 1, strerror(-code));
}
