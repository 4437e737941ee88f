/* SPDX-License-Identifier: Apache-2.0 */
#include "output/json_write.h"

#include <inttypes.h>
#include <string.h>

#include "base/utf8.h"

static void quoted_add(struct buf *out, const char *text)
{
	size_t len = strlen(text);

	buf_addc(out, '"');
	for (size_t i = 0; i < len;) {
		unsigned char c = (unsigned char)text[i];
		size_t size = utf8_char(text + i, len - i);

		if (size == 0)
			buf_addf(out, "\\\\x%02x", c);
		else if (c < 0x20 || c == 0x7f)
			buf_addf(out, "\\u%04x", c);
		else if (c == '"' || c == '\\')
			buf_addf(out, "\\%c", c);
		else
			buf_add(out, text + i, size);
		i += size ? size : 1;
	}
	buf_addc(out, '"');
}

static void value_begin(struct json *json, const char *name)
{
	if (json->comma)
		buf_addc(&json->out, ',');
	json->comma = true;
	if (name) {
		quoted_add(&json->out, name);
		buf_addc(&json->out, ':');
	}
}

void json_open(struct json *json, const char *name, char bracket)
{
	value_begin(json, name);
	buf_addc(&json->out, bracket);
	json->comma = false;
}

void json_close(struct json *json, char bracket)
{
	buf_addc(&json->out, bracket);
	json->comma = true;
}

void json_uint(struct json *json, const char *name, uint64_t number)
{
	value_begin(json, name);
	buf_addf(&json->out, "%" PRIu64, number);
}

void json_int(struct json *json, const char *name, int64_t number)
{
	value_begin(json, name);
	buf_addf(&json->out, "%" PRId64, number);
}

void json_bool(struct json *json, const char *name, bool value)
{
	json_raw(json, name, value ? "true" : "false");
}

void json_absent(struct json *json, const char *name)
{
	json_raw(json, name, "null");
}

void json_text(struct json *json, const char *name, const char *text)
{
	if (!text) {
		json_absent(json, name);
		return;
	}
	value_begin(json, name);
	quoted_add(&json->out, text);
}

void json_raw(struct json *json, const char *name, const char *value)
{
	value_begin(json, name);
	buf_adds(&json->out, value);
}
