/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/witness_text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* kprobe_profile has no groups: the event's own name must tell whose it is. */
#define GROUP "kwhile_audit"
#define EVENT "kwhile_%ld"
#define EVENT_START "kwhile_"
#define LARGEST_PID 4194304 /* PID_MAX_LIMIT, include/linux/threads.h */

void witness_define(struct buf *line, long pid, const struct probe *site)
{
	buf_addf(line, "p:" GROUP "/" EVENT " ", pid);
	if (site->address)
		buf_addf(line, "0x%" PRIx64 "\n", site->address + site->offset);
	else if (site->offset)
		buf_addf(line, "%s+%" PRIu64 "\n", site->name, site->offset);
	else
		buf_addf(line, "%s\n", site->name);
}

void witness_remove(struct buf *line, long pid)
{
	buf_addf(line, "-:" GROUP "/" EVENT "\n", pid);
}

/* The number behind EVENT_START, followed by a blank; or 0. */
static long event_owner(const char *text)
{
	char *end;

	if (strncmp(text, EVENT_START, strlen(EVENT_START)) != 0)
		return 0;
	text += strlen(EVENT_START);
	if (*text < '1' || *text > '9')
		return 0;
	long pid = strtol(text, &end, 10);

	return (*end == ' ' || *end == '\t') && pid <= LARGEST_PID ? pid : 0;
}

long witness_owner(const char *line)
{
	static const char start[] = "p:" GROUP "/";

	return strncmp(line, start, sizeof(start) - 1) == 0 ? event_owner(line + sizeof(start) - 1)
							    : 0;
}

/* Two numbers on one line; what is none counts nothing. */
static int64_t two_numbers(const char *text, const char *end)
{
	uint64_t sum = 0;

	for (int i = 0; i < 2; i++) {
		uint64_t n = 0;

		while (text < end && (*text == ' ' || *text == '\t'))
			text++;
		for (; text < end && *text >= '0' && *text <= '9'; text++)
			n = n * 10 + (uint64_t)(*text - '0');
		sum += n;
	}
	return (int64_t)(sum & INT64_MAX);
}

size_t witness_count(const char *profile, long pid, int64_t *events, size_t n)
{
	size_t found = 0;

	while (*profile) {
		const char *end = profile + strcspn(profile, "\n");
		const char *name = profile + strspn(profile, " \t");

		if (name < end && event_owner(name) == pid) {
			if (found < n)
				events[found] = two_numbers(name + strcspn(name, " \t"), end);
			found++;
		}
		profile = end + (*end == '\n');
	}
	return found;
}
