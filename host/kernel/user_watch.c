/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/user_watch.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kernel/attach.h"

#define PERIOD_NS 1000000u

struct user_watch {
	int fd;
	size_t size;
	struct perf_event_mmap_page *page;
};

int user_watch_start(uint32_t tid, struct user_watch **out)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_TASK_CLOCK,
		.sample_period = PERIOD_NS,
		.sample_type = PERF_SAMPLE_TID,
		.exclude_kernel = 1,
		.exclude_hv = 1,
	};
	struct user_watch *w = calloc(1, sizeof(*w));

	*out = NULL;
	if (!w)
		return -ENOMEM;
	/* One page to count in, and one for samples, which nobody reads: full is as good. */
	w->size = 2 * (size_t)sysconf(_SC_PAGESIZE);
	w->fd = attach_perf_open_for(&attr, (pid_t)tid);
	if (w->fd < 0) {
		int rc = w->fd;

		free(w);
		return rc;
	}
	w->page = mmap(NULL, w->size, PROT_READ | PROT_WRITE, MAP_SHARED, w->fd, 0);
	if (w->page == MAP_FAILED) {
		int rc = -errno;

		close(w->fd);
		free(w);
		return rc;
	}
	*out = w;
	return 0;
}

bool user_watch_saw(const struct user_watch *watch)
{
	return __atomic_load_n(&watch->page->data_head, __ATOMIC_ACQUIRE) > 0;
}

void user_watch_stop(struct user_watch *watch)
{
	if (!watch)
		return;
	munmap(watch->page, watch->size);
	close(watch->fd);
	free(watch);
}
