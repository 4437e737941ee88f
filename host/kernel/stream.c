/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/stream.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* libbpf's callbacks end a reading with what is below 0. */
#define ENOUGH (-ECANCELED)

/**
 * struct stream
 * @perf, @ring: one of them, the other is NULL
 * @lost:	what PERF_RECORD_LOST added up to
 * @enough:	the reader wants no more in this reading (perf)
 */
struct stream {
	struct stream_spec spec;
	struct perf_buffer *perf;
	struct ring_buffer *ring;
	int64_t lost;
	bool enough;
};

/* Records as the attributes below ask for them (include/uapi/linux/perf_event.h). */
struct perf_sample {
	struct perf_event_header header;
	uint64_t time;
	uint32_t size;
	unsigned char data[];
};

struct perf_lost {
	struct perf_event_header header;
	uint64_t id;
	uint64_t lost;
};

static enum bpf_perf_event_ret on_perf(void *ctx, int cpu, struct perf_event_header *event)
{
	struct stream *s = ctx;

	(void)cpu;
	if (event->type == PERF_RECORD_LOST && event->size >= sizeof(struct perf_lost)) {
		s->lost += (int64_t)((const struct perf_lost *)event)->lost;
	} else if (event->type == PERF_RECORD_SAMPLE &&
		   event->size >= offsetof(struct perf_sample, data)) {
		const struct perf_sample *sample = (const struct perf_sample *)event;
		size_t room = event->size - offsetof(struct perf_sample, data);
		size_t size = sample->size < room ? sample->size : room;

		s->enough = s->spec.record(s->spec.ctx, sample->data, size, sample->time);
		if (s->enough)
			return LIBBPF_PERF_EVENT_DONE;
	}
	return LIBBPF_PERF_EVENT_CONT;
}

static int on_ring(void *ctx, void *data, size_t size)
{
	const struct stream *s = ctx;

	return s->spec.record(s->spec.ctx, data, size, 0) ? ENOUGH : 0;
}

/*
 * The kernel wakes us when a quarter is full, not for each record: waking costs more than sending.
 * What is there before that is read in turns (sample/pump.c).
 */
static int open_perf(struct stream *s)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_BPF_OUTPUT,
		.sample_type = PERF_SAMPLE_TIME | PERF_SAMPLE_RAW,
		.sample_period = 1,
		.watermark = 1,
		.wakeup_watermark = (uint32_t)(s->spec.bytes / 4),
		.use_clockid = 1,
		.clockid = CLOCK_MONOTONIC,
	};
	size_t pages = s->spec.bytes / (size_t)sysconf(_SC_PAGESIZE);

	s->perf = perf_buffer__new_raw(s->spec.map, pages, &attr, on_perf, s, NULL);
	return s->perf ? 0 : -errno;
}

static int open_ring(struct stream *s)
{
	s->ring = ring_buffer__new(s->spec.map, on_ring, s, NULL);
	return s->ring ? 0 : -errno;
}

int stream_open(struct kernel *k, const struct stream_spec *spec, struct stream **out)
{
	struct stream *s = calloc(1, sizeof(*s));

	(void)k;
	if (!s)
		return -ENOMEM;
	s->spec = *spec;
	int rc = spec->type == BPF_MAP_TYPE_RINGBUF ? open_ring(s) : open_perf(s);

	if (rc < 0) {
		free(s);
		return rc;
	}
	*out = s;
	return 0;
}

int stream_fd(struct kernel *k, const struct stream *s)
{
	(void)k;
	return s->ring ? ring_buffer__epoll_fd(s->ring) : perf_buffer__epoll_fd(s->perf);
}

/* perf_buffer__consume() would go on with the next CPU, whose first record then is one too many. */
static int drain_perf(struct stream *s)
{
	int rc = 0;

	s->enough = false;
	for (size_t i = 0; rc == 0 && !s->enough && i < perf_buffer__buffer_cnt(s->perf); i++)
		rc = perf_buffer__consume_buffer(s->perf, i);
	return rc;
}

int stream_drain(struct kernel *k, struct stream *s)
{
	int rc = s->ring ? ring_buffer__consume(s->ring) : drain_perf(s);

	(void)k;
	return rc < 0 && rc != ENOUGH ? rc : 0;
}

int64_t stream_lost(struct kernel *k, const struct stream *s)
{
	(void)k;
	return s->ring ? COUNT_UNKNOWN : s->lost;
}

void stream_close(struct kernel *k, struct stream *s)
{
	(void)k;
	if (!s)
		return;
	ring_buffer__free(s->ring);
	perf_buffer__free(s->perf);
	free(s);
}
