/* SPDX-License-Identifier: Apache-2.0 */
/*
 * error.h - a failure on its way up to the one place that prints it.
 *
 * A function that can fail returns 0 or a negative errno. Where the number alone would not tell a
 * user what to do, it also fills a struct error, whose text is one line without a full stop or a
 * newline: what was wrong, where, and what to do. main() prints it, once.
 */
#ifndef KW_BASE_ERROR_H
#define KW_BASE_ERROR_H

#include <errno.h>

/* The program's exit statuses; docs/exit-status.md lists them for users. */
enum exit_status {
	EXIT_OK = 0,
	EXIT_FAILED = 1,  /* the kernel, the compiler or this machine said no */
	EXIT_USAGE = 2,	  /* what was typed, or what a probe text says, makes no sense */
	EXIT_STRICT = 3,  /* --strict, and something was missed */
	EXIT_EPIPE = 141, /* whoever read the output has gone */
};

/**
 * struct error - what went wrong, for a person
 * @status: exit status the program should end with (enum exit_status); 0: nothing was set
 * @text:	one line, no newline; cut at the size of the array
 * @detail:	further lines (a compiler's or verifier's own words), or NULL; owned by this struct
 */
struct error {
	enum exit_status status;
	char text[768];
	char *detail;
};

/**
 * error_set - say what went wrong
 * @err:	where to say it, or NULL to say nothing; what it held is replaced
 * @status:	exit status
 * @code:	negative errno to return
 * @fmt:	printf format of the one line
 *
 * Return: @code, so that a caller can write `return error_set(...)`.
 */
int error_set(struct error *err, enum exit_status status, int code, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/**
 * error_usage - error_set() with EXIT_USAGE and -EINVAL
 */
int error_usage(struct error *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/**
 * error_failed - error_set() with EXIT_FAILED
 */
int error_failed(struct error *err, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * error_nomem - error_failed() with -ENOMEM and the line for it
 */
static inline int error_nomem(struct error *err)
{
	error_failed(err, -ENOMEM, "out of memory");
	return -ENOMEM; /* here, so that whoever reads a caller, the analyzer too, knows its sign */
}

/**
 * error_detail - add further lines
 * @err:	as above
 * @detail:	text; ownership passes to @err (freed at once where @err is NULL)
 */
void error_detail(struct error *err, char *detail);

/**
 * error_clear - forget what was said and free the detail; safe on a zeroed struct
 */
void error_clear(struct error *err);

#endif
