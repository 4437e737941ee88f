/* SPDX-License-Identifier: Apache-2.0 */
/*
 * facts_cpu.c - which CPUs there are.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "kernel/cpu_list.h"
#include "kernel/facts.h"

#define CPU_DIR "/sys/devices/system/cpu/"
#define CPU_FILE_MAX 65536

/* A list from sysfs, or "0-N" from what libc knows where sysfs is not mounted. */
static char *read_list(const char *path, int libc_name)
{
	struct buf list = {0};

	if (buf_read_file(&list, path, CPU_FILE_MAX) || !list.len) {
		long n = sysconf(libc_name);

		buf_reset(&list);
		buf_addf(&list, "0-%ld", n > 1 ? n - 1 : 0);
	}
	char *text = buf_take(&list);

	if (text)
		text[strcspn(text, "\n")] = '\0';
	return text;
}

unsigned facts_cpus_possible(void)
{
	static unsigned possible;

	/*
	 * The number of them, not the highest plus one: bpf_percpu_hash_copy()
	 * (kernel/bpf/hashtab.c) packs one value for each possible CPU.
	 */
	if (!possible) {
		char *list = read_list(CPU_DIR "possible", _SC_NPROCESSORS_CONF);

		possible = list ? cpu_list_count(list) : 0;
		free(list);
		if (!possible)
			possible = 1;
	}
	return possible;
}

const char *facts_cpus_online(void)
{
	static char *online;

	if (!online)
		online = read_list(CPU_DIR "online", _SC_NPROCESSORS_ONLN);
	return online ? online : "0";
}

unsigned facts_cpus_limit(void)
{
	const char *list = facts_cpus_online();
	const char *last = list + strlen(list);

	/* The list is sorted: its last number is the highest. */
	while (last > list && last[-1] >= '0' && last[-1] <= '9')
		last--;
	return (unsigned)strtoul(last, NULL, 10) + 1;
}

bool facts_cpu_online(unsigned cpu)
{
	return cpu_list_has(facts_cpus_online(), cpu);
}

int facts_check_cpu(long cpu, struct error *err)
{
	if (cpu >= 0 && cpu <= INT32_MAX && facts_cpu_online((unsigned)cpu))
		return 0;
	return error_usage(err, "CPU %ld is not online; these are: %s", cpu, facts_cpus_online());
}
