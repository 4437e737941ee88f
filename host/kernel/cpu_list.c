/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/cpu_list.h"

#include <ctype.h>
#include <stdlib.h>

/* More than any kernel is built for (NR_CPUS is at most 8192): a damaged list adds up to no more.
 */
#define CPU_MAX 65535ul

static bool read_number(const char **at, unsigned long *number)
{
	char *end;

	if (!isdigit((unsigned char)**at))
		return false;
	*number = strtoul(*at, &end, 10);
	*at = end;
	return *number <= CPU_MAX;
}

/* The next range of a list, and *@at behind it. */
static bool next_range(const char **at, unsigned long *first, unsigned long *last)
{
	if (!read_number(at, first))
		return false;
	*last = *first;
	if (**at == '-') {
		(*at)++;
		if (!read_number(at, last) || *last < *first)
			return false;
	}
	if (**at == ',')
		(*at)++;
	return true;
}

bool cpu_list_has(const char *list, unsigned cpu)
{
	unsigned long first, last;

	while (next_range(&list, &first, &last)) {
		if (cpu >= first && cpu <= last)
			return true;
	}
	return false;
}

unsigned cpu_list_count(const char *list)
{
	unsigned long first, last, count = 0;

	while (next_range(&list, &first, &last))
		count += last - first + 1;
	return count > CPU_MAX ? (unsigned)CPU_MAX : (unsigned)count;
}
