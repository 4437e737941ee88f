/* SPDX-License-Identifier: Apache-2.0 */
/*
 * header_table.c - header lines that say what is in a table: tail, inner, as.
 */
#include <stdlib.h>
#include <string.h>

#include "program/header_line.h"
#include "program/word.h"

#define TAIL_FORM "tail TABLE INDEX HANDLER"
#define INNER_FORM "inner TABLE KEY [INNER]"
#define AS_FORM "as TABLE FIELD KIND"
#define AS_NAMES "ksym, usym, ipv4, ipv6, mac, port, dev, hex"

/* Under other names too, as people type them. */
static const struct {
	const char *name;
	enum as_kind as;
} as_names[] = {
	{"ksym", AS_KSYM}, {"sym", AS_KSYM},  {"usym", AS_USYM}, {"ipv4", AS_IPV4},
	{"ip4", AS_IPV4},  {"ipv6", AS_IPV6}, {"ip6", AS_IPV6},	 {"mac", AS_MAC},
	{"port", AS_PORT}, {"dev", AS_DEV},   {"hex", AS_HEX},
};

enum as_kind as_kind_read(const char *word, size_t len)
{
	for (size_t i = 0; i < sizeof(as_names) / sizeof(as_names[0]); i++)
		if (strlen(as_names[i].name) == len && memcmp(as_names[i].name, word, len) == 0)
			return as_names[i].as;
	return AS_NKINDS;
}

const char *as_kind_names(void)
{
	return AS_NAMES;
}

/* TABLE INDEX HANDLER */
int tail_line_read(struct tail_line *line, const char *rest, struct error *err)
{
	char *index = NULL;
	uint64_t n = 0;
	int rc = line_table(&rest, &line->table, TAIL_FORM, err);

	if (rc == 0)
		rc = line_word(&rest, &index, NULL, err);
	if (rc == 0 && (!index || number_u64(index, &n) || n > UINT32_MAX))
		rc = error_usage(err, "'%.60s' is no index; write " TAIL_FORM, index ? index : "");
	line->index = (uint32_t)n;
	free(index);
	if (rc == 0)
		rc = line_word(&rest, &line->handler, NULL, err);
	if (rc == 0 && (!line->handler || !word_is_identifier(line->handler)))
		rc = error_usage(err, "'%.60s' is not the name of a function; write " TAIL_FORM,
				 line->handler ? line->handler : "");
	return rc ? rc : line_end(rest, TAIL_FORM, err);
}

/* TABLE KEY [INNER] */
int inner_line_read(struct inner_line *line, const char *rest, struct error *err)
{
	char *key = NULL;
	int rc = line_table(&rest, &line->table, INNER_FORM, err);

	if (rc == 0)
		rc = line_word(&rest, &key, NULL, err);
	if (rc == 0 && (!key || number_i64(key, &line->key)))
		rc = error_usage(err, "'%.60s' is no number; write " INNER_FORM, key ? key : "");
	free(key);
	if (rc == 0)
		rc = line_word(&rest, &line->inner, NULL, err);
	if (rc == 0 && line->inner && !word_is_identifier(line->inner))
		rc = error_usage(err, "'%.60s' is not the name of a table; write " INNER_FORM,
				 line->inner);
	return rc ? rc : line_end(rest, INNER_FORM, err);
}

/* TABLE FIELD KIND */
int as_line_read(struct as_line *line, const char *rest, struct error *err)
{
	char *kind = NULL;
	int rc = line_table(&rest, &line->table, AS_FORM, err);

	if (rc == 0)
		rc = line_word(&rest, &line->field, NULL, err);
	if (rc == 0)
		rc = line_word(&rest, &kind, NULL, err);
	if (rc == 0 && !kind)
		rc = error_usage(err, "write " AS_FORM "; kinds are " AS_NAMES);
	if (rc == 0 && kind) {
		line->as = as_kind_read(kind, strlen(kind));
		if (line->as == AS_NKINDS)
			rc = error_usage(err, "nothing is shown as '%.60s'; there are " AS_NAMES,
					 kind);
	}
	free(kind);
	return rc ? rc : line_end(rest, AS_FORM, err);
}

void tail_line_free(struct tail_line *line)
{
	free(line->table);
	free(line->handler);
}

void inner_line_free(struct inner_line *line)
{
	free(line->table);
	free(line->inner);
}

void as_line_free(struct as_line *line)
{
	free(line->table);
	free(line->field);
}
