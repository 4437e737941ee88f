/* SPDX-License-Identifier: Apache-2.0 */
#include "program/plan_address.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "program/plan_text.h"

/* More than these are only counted. */
#define MOST_SAID 6

bool address_is_given(const struct probe *probe)
{
	return (probe->kind == PROBE_KPROBE || probe->kind == PROBE_KRETPROBE) &&
	       strncmp(probe->name, "0x", 2) == 0;
}

int address_resolve(struct making *m, const struct attach_line *line, const struct probe *probe,
		    struct symbol_match *match)
{
	char place[PLACE_ROOM], *end;
	int rc = -EINVAL;

	memset(match, 0, sizeof(*match));
	errno = 0;
	unsigned long long address = strtoull(probe->name, &end, 16);

	place_of_line(line, place, sizeof(place));
	if (*end == '\0' && errno == 0 && address)
		rc = symbols_at(m->symbols, address, match);
	if (rc == -ENOENT)
		return error_set(m->err, EXIT_USAGE, rc,
				 "%sno function of this kernel begins at %s; /proc/kallsyms says "
				 "where they do",
				 place, probe->name);
	if (rc == -EINVAL)
		return error_usage(m->err, "%s%s is no address of a function", place, probe->name);
	return rc ? symbols_failed(m->symbols, rc, m->err) : 0;
}

void address_note(struct making *m, const struct symbol_match *match)
{
	struct buf where = {0};
	size_t n = 0;

	for (size_t i = 0; i < match->n; i++) {
		const struct symbol *symbol = &match->list[i];

		if (!symbol->ambiguous || !symbol->address ||
		    strcmp(symbol->name, match->list[0].name) != 0)
			continue;
		if (n++ < MOST_SAID)
			buf_addf(&where, "%s0x%llx", n > 1 ? ", " : "",
				 (unsigned long long)symbol->address);
	}
	if (n > 1)
		note_addf(&m->notes.several, "%s (%zu: %s%s)", match->list[0].name, n,
			  buf_string(&where), n > MOST_SAID ? ", …" : "");
	buf_free(&where);
}
