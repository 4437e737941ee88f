/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"

#include <stdbool.h>
#include <stdint.h>

/* The second byte decides whether a sequence is overlong, a surrogate or beyond U+10FFFF. */
static bool second_byte_fits(unsigned char first, unsigned char second)
{
	switch (first) {
	case 0xe0:
		return second >= 0xa0;
	case 0xed:
		return second <= 0x9f;
	case 0xf0:
		return second >= 0x90;
	case 0xf4:
		return second <= 0x8f;
	default:
		return true;
	}
}

size_t utf8_char(const char *text, size_t len)
{
	const unsigned char *bytes = (const unsigned char *)text;
	size_t need;

	if (len == 0)
		return 0;
	if (bytes[0] < 0x80)
		return 1;
	if (bytes[0] >= 0xc2 && bytes[0] <= 0xdf)
		need = 2;
	else if (bytes[0] >= 0xe0 && bytes[0] <= 0xef)
		need = 3;
	else if (bytes[0] >= 0xf0 && bytes[0] <= 0xf4)
		need = 4;
	else
		return 0;
	if (need > len || !second_byte_fits(bytes[0], bytes[1]))
		return 0;
	for (size_t i = 1; i < need; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
	}
	return need;
}

/* C0, DEL, and C1 (U+0080 to U+009F, which terminals obey too). */
static bool is_control(const char *text, size_t size)
{
	unsigned char first = (unsigned char)text[0];

	if (size == 1)
		return first < 0x20 || first == 0x7f;
	return size == 2 && first == 0xc2 && (unsigned char)text[1] < 0xa0;
}

void utf8_add_line(struct buf *out, const char *text, size_t len)
{
	for (size_t i = 0; i < len;) {
		size_t size = utf8_char(text + i, len - i);

		if (size && !is_control(text + i, size)) {
			buf_add(out, text + i, size);
			i += size;
			continue;
		}
		buf_addf(out, "\\x%02x", (unsigned)(unsigned char)text[i]);
		i++;
	}
}

void utf8_add_lines(struct buf *out, const char *text, size_t len)
{
	for (size_t i = 0; i < len;) {
		size_t plain = 0;

		while (i + plain < len && text[i + plain] != '\n' && text[i + plain] != '\t')
			plain++;
		utf8_add_line(out, text + i, plain);
		i += plain;
		if (i < len)
			buf_addc(out, text[i++]);
	}
}
