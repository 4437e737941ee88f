/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/grace.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kernel/facts.h"

void grace_init(struct grace *g)
{
	g->tried = false;
	g->outer = -1;
	g->inner = -1;
}

static void make_maps(struct grace *g)
{
	g->tried = true;
	g->inner = bpf_map_create(BPF_MAP_TYPE_ARRAY, "kw_grace_in", 4, 8, 1, NULL);
	if (g->inner < 0) {
		g->inner = -1;
		return;
	}
	struct bpf_map_create_opts opts = {.sz = sizeof(opts), .inner_map_fd = (unsigned)g->inner};

	g->outer = bpf_map_create(BPF_MAP_TYPE_ARRAY_OF_MAPS, "kw_grace", 4, 4, 1, &opts);
	if (g->outer < 0)
		g->outer = -1;
}

static int wait_by_maps(struct grace *g)
{
	const unsigned slot = 0;

	if (!fact(FACT_MAP_WAIT))
		return -EOPNOTSUPP;
	if (!g->tried)
		make_maps(g);
	if (g->outer < 0)
		return -EOPNOTSUPP;
	return bpf_map_update_elem(g->outer, &slot, &g->inner, BPF_ANY) < 0 ? -errno : 0;
}

static int wait_by_membarrier(void)
{
	/* With one CPU online the call returns at once (kernel/sched/membarrier.c). */
	if (!fact(FACT_MEMBARRIER) || sysconf(_SC_NPROCESSORS_ONLN) < 2)
		return -EOPNOTSUPP;
	return syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0) < 0 ? -errno : 0;
}

int grace_wait(struct grace *g)
{
	int rc = wait_by_maps(g);

	return rc < 0 ? wait_by_membarrier() : rc;
}

int grace_wait_quietly(struct grace *g)
{
	int rc = wait_by_membarrier();

	return rc < 0 ? wait_by_maps(g) : rc;
}

void grace_free(struct grace *g)
{
	if (g->outer >= 0)
		close(g->outer);
	if (g->inner >= 0)
		close(g->inner);
	g->outer = -1;
	g->inner = -1;
}
