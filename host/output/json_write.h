/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_write.h - write JSON.
 *
 * Not jansson's own writer: its integers are signed 64 bits, and its strings must be UTF-8, while
 * tables hold unsigned 64-bit counts and names that are any bytes.
 */
#ifndef KW_OUTPUT_JSON_WRITE_H
#define KW_OUTPUT_JSON_WRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/**
 * struct json - one text being written; all zeroes is an empty one
 * @out:	the text so far
 * @comma:	something stands before the next value in its object or list
 */
struct json {
	struct buf out;
	bool comma;
};

/* '{' or '[', after @name where it is a member of an object (NULL: it is not). */
void json_open(struct json *json, const char *name, char bracket);
/* '}' or ']' */
void json_close(struct json *json, char bracket);

void json_uint(struct json *json, const char *name, uint64_t number);
void json_int(struct json *json, const char *name, int64_t number);
void json_bool(struct json *json, const char *name, bool value);
void json_absent(struct json *json, const char *name);

/**
 * json_text - a string; each byte of @text that is not part of a UTF-8 character is written as
 * the four characters \xHH. NULL becomes null.
 */
void json_text(struct json *json, const char *name, const char *text);

/* A value that is JSON already. */
void json_raw(struct json *json, const char *name, const char *value);

#endif
