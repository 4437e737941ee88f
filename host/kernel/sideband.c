/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/sideband.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "kernel/attach.h"
#include "kernel/facts.h"

/* For each CPU: some 2,000 mappings between two readings. A quarter of it wakes us. */
#define RING_BYTES (256u << 10)

/* No record is longer: a path of PATH_MAX, and what stands around it. */
#define RECORD_MOST 4352

/**
 * struct ring - the records of one CPU
 * @tail, @head: what is read while draining
 * @time:	of the next record
 */
struct ring {
	int fd;
	struct perf_event_mmap_page *page;
	uint64_t tail;
	uint64_t head;
	uint64_t time;
};

struct sideband {
	struct ring *rings;
	size_t n;
	size_t page_size;
	uint64_t lost;
	int waker; /* an epoll instance with all rings */
};

/* What a record of PERF_RECORD_MMAP2 has (include/uapi/linux/perf_event.h); its time is its end. */
struct record_mmap2 {
	struct perf_event_header header;
	uint32_t pid, tid;
	uint64_t address, length, offset;
	uint32_t major, minor;
	uint64_t inode, generation;
	uint32_t rights, flags;
	char path[];
};

/* PERF_RECORD_FORK and _EXIT; PERF_RECORD_COMM begins with the same two numbers. */
struct record_task {
	struct perf_event_header header;
	uint32_t pid, parent;
	uint32_t tid, parent_tid;
	uint64_t time;
};

struct record_comm {
	struct perf_event_header header;
	uint32_t pid, tid;
};

struct record_lost {
	struct perf_event_header header;
	uint64_t id, lost;
};

static int open_ring(struct sideband *s, unsigned cpu)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_DUMMY,
		.mmap = 1,
		.mmap2 = 1,
		.comm = 1,
		.comm_exec = 1,
		.task = 1,
		.sample_id_all = 1,
		.sample_type = PERF_SAMPLE_TIME,
		.disabled = 1,
		.watermark = 1,
		.wakeup_watermark = RING_BYTES / 4,
		.use_clockid = 1,
		.clockid = CLOCK_MONOTONIC,
	};
	struct ring *ring = &s->rings[s->n];
	struct epoll_event readable = {.events = EPOLLIN};

	ring->fd = attach_perf_open_on(&attr, (int)cpu);
	if (ring->fd < 0)
		return ring->fd;
	ring->page = mmap(NULL, s->page_size + RING_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED,
			  ring->fd, 0);
	if (ring->page == MAP_FAILED ||
	    epoll_ctl(s->waker, EPOLL_CTL_ADD, ring->fd, &readable) < 0 ||
	    ioctl(ring->fd, PERF_EVENT_IOC_ENABLE, 0) < 0) {
		int code = -errno;

		if (ring->page != MAP_FAILED)
			munmap(ring->page, s->page_size + RING_BYTES);
		close(ring->fd);
		return code;
	}
	s->n++;
	return 0;
}

int sideband_open(struct sideband **out)
{
	struct sideband *s = calloc(1, sizeof(*s));
	unsigned cpus = facts_cpus_limit();
	int rc = 0;

	if (!s)
		return -ENOMEM;
	s->page_size = (size_t)sysconf(_SC_PAGESIZE);
	s->rings = calloc(cpus, sizeof(*s->rings));
	s->waker = epoll_create1(EPOLL_CLOEXEC);
	if (!s->rings)
		rc = -ENOMEM;
	else if (s->waker < 0)
		rc = -errno;
	for (unsigned cpu = 0; rc == 0 && cpu < cpus; cpu++)
		if (facts_cpu_online(cpu))
			rc = open_ring(s, cpu);
	if (rc < 0) {
		sideband_free(s);
		return rc;
	}
	*out = s;
	return 0;
}

int sideband_fd(const struct sideband *s)
{
	return s->waker;
}

static void heard_mmap(const struct record_mmap2 *r, struct processes *all)
{
	size_t room = r->header.size - offsetof(struct record_mmap2, path);
	char *path = r->header.size > offsetof(struct record_mmap2, path) ? strndup(r->path, room)
									  : NULL;
	const struct mapping mapping = {
		.start = r->address,
		.end = r->address + r->length,
		.offset = r->offset,
		.device = (uint64_t)r->major << 32 | r->minor,
		.inode = r->inode,
		.executable = true,
		.path = path,
	};

	/* "//anon" has no file. */
	if (path && strncmp(path, "//", 2) == 0)
		path[0] = '\0';
	if (path && mapping.start < mapping.end && (r->rights & PROT_EXEC))
		processes_mapped(all, (pid_t)r->pid, &mapping);
	free(path);
}

static void heard(struct sideband *s, const struct perf_event_header *h, struct processes *all)
{
	const struct record_task *task = (const void *)h;
	const struct record_comm *comm = (const void *)h;
	const struct record_lost *lost = (const void *)h;

	switch (h->type) {
	case PERF_RECORD_MMAP2:
		heard_mmap((const void *)h, all);
		break;
	case PERF_RECORD_COMM:
		if (h->misc & PERF_RECORD_MISC_COMM_EXEC)
			processes_execed(all, (pid_t)comm->pid);
		break;
	case PERF_RECORD_FORK:
		if (task->pid != task->parent)
			processes_forked(all, (pid_t)task->parent, (pid_t)task->pid);
		break;
	case PERF_RECORD_EXIT:
		if (task->pid == task->tid)
			processes_ended(all, (pid_t)task->pid);
		break;
	case PERF_RECORD_LOST:
		s->lost += lost->lost;
		break;
	default:
		break;
	}
}

/* A record may go round the end of the ring: it is copied in two parts. */
static void ring_copy(const struct sideband *s, const struct ring *ring, uint64_t from, void *to,
		      size_t size)
{
	const char *data = (const char *)ring->page + s->page_size;
	size_t at = from % RING_BYTES;
	size_t first = RING_BYTES - at < size ? RING_BYTES - at : size;

	memcpy(to, data + at, first);
	memcpy((char *)to + first, data, size - first);
}

/* The time of the next record, which is its last word. */
static void ring_peek(const struct sideband *s, struct ring *ring)
{
	struct perf_event_header header;

	if (ring->tail >= ring->head)
		return;
	ring_copy(s, ring, ring->tail, &header, sizeof(header));
	if (header.size < sizeof(header) + sizeof(ring->time))
		ring->tail = ring->head;
	else
		ring_copy(s, ring, ring->tail + header.size - sizeof(ring->time), &ring->time,
			  sizeof(ring->time));
}

/*
 * The ring with the oldest record: a process may fork on one CPU and exec on another. What was
 * written after @until stays: what came before it on another CPU may not be there yet.
 */
static struct ring *oldest(const struct sideband *s, uint64_t until)
{
	struct ring *found = NULL;

	for (size_t i = 0; i < s->n; i++) {
		struct ring *ring = &s->rings[i];

		if (ring->tail < ring->head && ring->time < (found ? found->time : until))
			found = ring;
	}
	return found;
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t sideband_drain(struct sideband *s, struct processes *all)
{
	union {
		struct perf_event_header header;
		char bytes[65536];
		uint64_t align;
	} record;
	const uint64_t before = s->lost, until = now_ns();
	struct ring *ring;

	for (size_t i = 0; i < s->n; i++) {
		ring = &s->rings[i];
		ring->tail = ring->page->data_tail;
		ring->head = __atomic_load_n(&ring->page->data_head, __ATOMIC_ACQUIRE);
		/* What found no room is only told by the next record that finds some. */
		s->lost += ring->head - ring->tail > RING_BYTES - RECORD_MOST;
		ring_peek(s, ring);
	}
	while ((ring = oldest(s, until)) != NULL) {
		ring_copy(s, ring, ring->tail, &record.header, sizeof(record.header));
		ring_copy(s, ring, ring->tail, record.bytes, record.header.size);
		heard(s, &record.header, all);
		ring->tail += record.header.size;
		ring_peek(s, ring);
	}
	for (size_t i = 0; i < s->n; i++)
		__atomic_store_n(&s->rings[i].page->data_tail, s->rings[i].tail, __ATOMIC_RELEASE);
	return s->lost - before;
}

void sideband_free(struct sideband *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n; i++) {
		munmap(s->rings[i].page, s->page_size + RING_BYTES);
		close(s->rings[i].fd);
	}
	if (s->waker >= 0)
		close(s->waker);
	free(s->rings);
	free(s);
}
