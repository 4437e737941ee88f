/* SPDX-License-Identifier: Apache-2.0 */
/*
 * buf.h - a growing string.
 *
 * A buffer remembers that an allocation failed and ignores what is added afterwards, so that a
 * writer checks once, at the end, with buf_error() or buf_take().
 */
#ifndef KW_BASE_BUF_H
#define KW_BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/**
 * struct buf - a growing string; all zeroes is an empty one
 * @data:	the bytes, always followed by a NUL once anything was added; NULL when empty
 * @len:	bytes used, without that NUL
 */
struct buf {
	char *data;
	size_t len;
	size_t room;
	bool failed;
};

void buf_add(struct buf *b, const void *bytes, size_t len);
void buf_adds(struct buf *b, const char *string);
void buf_addc(struct buf *b, char c);
void buf_addf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_vaddf(struct buf *b, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));

/**
 * buf_read_fd - add all that a descriptor yields until its end
 * @limit:	most bytes to take
 *
 * Return: 0, -EFBIG when there was more than @limit, or a negative errno.
 */
int buf_read_fd(struct buf *b, int fd, size_t limit);

/**
 * bytes_write - write all of @len bytes to a descriptor, in as many calls as it takes
 *
 * Return: 0, or a negative errno: a part may have been written.
 */
int bytes_write(int fd, const void *bytes, size_t len);

/**
 * buf_read_file - buf_read_fd() on a file by name
 */
int buf_read_file(struct buf *b, const char *path, size_t limit);

/**
 * buf_error - Return: 0, or -ENOMEM when something could not be added
 */
int buf_error(const struct buf *b);

/**
 * buf_string - the text so far, "" when empty; stays with the buffer
 */
const char *buf_string(const struct buf *b);

/**
 * buf_take - the text, to be freed by the caller, and an empty buffer again
 *
 * Return: the string ("" when nothing was added), or NULL when memory ran out.
 */
char *buf_take(struct buf *b);

void buf_reset(struct buf *b); /* empty again, memory kept */
void buf_free(struct buf *b);

#endif
