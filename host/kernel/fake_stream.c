/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fake_stream.c - perf and ring buffers in memory: what a test sends is read once, CPU after CPU
 * for a perf buffer and in the order of sending for a ring buffer, as the real ones are.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/fake.h"
#include "kernel/fake_inside.h"

struct sent {
	struct sent *next;
	unsigned cpu;
	uint64_t time;
	size_t size;
	unsigned char data[];
};

struct stream {
	struct stream *next;
	struct stream_spec spec;
	struct sent *first;
	int64_t lost;
};

int fake_stream_open(struct kernel *k, const struct stream_spec *spec, struct stream **out)
{
	struct stream *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	s->spec = *spec;
	s->next = to_fake(k)->streams;
	to_fake(k)->streams = s;
	*out = s;
	return 0;
}

/* Nothing that could be waited for. */
int fake_stream_fd(struct kernel *k, const struct stream *s)
{
	(void)k;
	(void)s;
	return -1;
}

/* Return: did the reader have enough? */
static bool drain_cpu(struct stream *s, unsigned cpu, bool all)
{
	for (struct sent **at = &s->first; *at;) {
		struct sent *sent = *at;

		if (!all && sent->cpu != cpu) {
			at = &sent->next;
			continue;
		}
		bool enough =
			s->spec.record(s->spec.ctx, sent->data, sent->size, all ? 0 : sent->time);

		*at = sent->next;
		free(sent);
		if (enough)
			return true;
	}
	return false;
}

int fake_stream_drain(struct kernel *k, struct stream *s)
{
	if (s->spec.type == BPF_MAP_TYPE_RINGBUF) {
		drain_cpu(s, 0, true);
		return 0;
	}
	for (unsigned cpu = 0; cpu < k->possible_cpus; cpu++)
		if (drain_cpu(s, cpu, false))
			break;
	return 0;
}

int64_t fake_stream_lost(struct kernel *k, const struct stream *s)
{
	(void)k;
	return s->spec.type == BPF_MAP_TYPE_RINGBUF ? COUNT_UNKNOWN : s->lost;
}

void fake_stream_close(struct kernel *k, struct stream *s)
{
	struct stream **at = &to_fake(k)->streams;

	if (!s)
		return;
	while (*at && *at != s)
		at = &(*at)->next;
	if (!*at)
		abort();
	*at = s->next;
	while (s->first) {
		struct sent *next = s->first->next;

		free(s->first);
		s->first = next;
	}
	free(s);
}

static struct stream *stream_of(const struct kernel *k, const char *table)
{
	int map = fake_map(k, table);

	for (struct stream *s = to_fake(k)->streams; s; s = s->next)
		if (s->spec.map == map)
			return s;
	return NULL;
}

int fake_send(struct kernel *k, const char *table, unsigned cpu, uint64_t time, const void *data,
	      size_t size)
{
	struct stream *s = stream_of(k, table);
	struct sent *sent = s ? calloc(1, sizeof(*sent) + size) : NULL;
	struct sent **end = s ? &s->first : NULL;

	if (!s)
		return -ENOENT;
	if (!sent)
		return -ENOMEM;
	sent->cpu = cpu;
	sent->time = time;
	sent->size = size;
	memcpy(sent->data, data, size);
	while (*end)
		end = &(*end)->next;
	*end = sent;
	return 0;
}

void fake_lose(struct kernel *k, const char *table, int64_t n)
{
	struct stream *s = stream_of(k, table);

	if (s)
		s->lost += n;
}

unsigned fake_open_streams(const struct kernel *k)
{
	unsigned n = 0;

	for (const struct stream *s = to_fake(k)->streams; s; s = s->next)
		n++;
	return n;
}
