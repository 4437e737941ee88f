/* SPDX-License-Identifier: Apache-2.0 */
/* Names of a process's addresses, read as kwhile reads them: symbols.h. */
#include "symbols.h"

#include "symbol/processes.h"

struct work {
	struct processes *all;
	pid_t pid;
};

static void name_of(void *ctx, uint64_t address, char *text, size_t size)
{
	const struct work *w = ctx;
	struct buf name = {0};

	processes_name(w->all, w->pid, address, &name);
	snprintf(text, size, "%s", buf_string(&name));
	buf_free(&name);
}

int main(int argc, char **argv)
{
	struct work w = {.all = processes_new()};

	if (argc != 4 || !w.all)
		return 2;
	w.pid = (pid_t)strtol(argv[1], NULL, 10);
	symbols_forget_peak();
	long before = symbols_status("VmRSS:");
	int rc = symbols_run(argv[2], argv[3], name_of, &w, now_ms(), before);

	processes_free(w.all);
	return rc;
}
