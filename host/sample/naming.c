/* SPDX-License-Identifier: Apache-2.0 */
#include "sample/naming.h"

#include <stdlib.h>
#include <string.h>

#include "base/say.h"
#include "kernel/sideband.h"
#include "symbol/processes.h"

struct naming {
	struct processes
		*processes;	   /* NULL: no name was asked for, and none will be of a process */
	struct sideband *sideband; /* NULL: mappings are read when they are asked for */
	bool lost;		   /* not all was heard since the last tick */
	bool blind;		   /* processes have other numbers than the kernel's here */
};

struct naming *naming_new(void)
{
	return calloc(1, sizeof(struct naming));
}

/* Does any line in force show functions of user space? */
static bool is_wanted(const struct header *header)
{
	for (size_t i = 0; i < header->nases; i++)
		if (header->ases[i].as == AS_USYM)
			return true;
	for (size_t i = 0; i < header->nshows; i++) {
		const struct show_line *show = &header->shows[i];

		if (show_is_wanted(header, show) &&
		    (show->kind == VIEW_STACKS || (show->format && strstr(show->format, ":usym}"))))
			return true;
	}
	return false;
}

int naming_start(struct naming *n, struct kernel *k, const struct plan *plan, struct error *err)
{
	if (!is_wanted(plan->header))
		return 0;
	n->processes = processes_new();
	if (!n->processes)
		return error_nomem(err);
	n->blind = !kernel_numbers_are_ours(k);
	if (n->blind) {
		say_once("kwhile is in a pid namespace, where processes have other numbers than "
			 "the kernel tells: their functions have addresses for names");
		return 0;
	}
	int rc = sideband_open(&n->sideband);

	if (rc < 0) {
		say_once("cannot hear what processes map (%s): those that end within an interval "
			 "have addresses for names",
			 strerror(-rc));
		processes_unheard(n->processes);
	}
	processes_read(n->processes);
	return 0;
}

int naming_fd(const struct naming *n)
{
	return n->sideband ? sideband_fd(n->sideband) : -1;
}

void naming_hear(struct naming *n)
{
	if (n->sideband && sideband_drain(n->sideband, n->processes))
		n->lost = true;
}

void naming_tick(struct naming *n)
{
	if (!n->processes)
		return;
	processes_tick(n->processes);
	naming_hear(n);
	if (!n->lost)
		return;
	n->lost = false;
	processes_read_again(n->processes);
	say_once("not everything that processes mapped was heard: functions of those that ended "
		 "may have wrong names");
}

void naming_stack(struct naming *n, pid_t pid, const uint64_t *addresses, size_t count)
{
	if (n->processes && pid && !n->blind)
		processes_stack(n->processes, pid, addresses, count);
}

void naming_add(struct naming *n, pid_t pid, uint64_t address, struct buf *out)
{
	if (!n->processes)
		n->processes = processes_new();
	if (!n->processes) {
		buf_addf(out, "0x%llx", (unsigned long long)address);
		return;
	}
	pid = n->blind || !pid ? -1 : pid;
	processes_name(n->processes, naming_is_kernel(address) ? 0 : pid, address, out);
}

void naming_free(struct naming *n)
{
	if (!n)
		return;
	sideband_free(n->sideband);
	processes_free(n->processes);
	free(n);
}
