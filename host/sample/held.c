/* SPDX-License-Identifier: Apache-2.0 */
#include "sample/held.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 256

bool held_enough(const struct held *held)
{
	return held->n && held->n == held->room && held->n * held->stride >= HELD_MOST_BYTES;
}

static int held_grow(struct held *held)
{
	size_t room = held->room ? held->room * 2 : FIRST_ROOM;

	if (held_enough(held))
		return -ENOSPC;
	struct held_one *order = reallocarray(held->order, room, sizeof(*order));

	if (!order)
		return -ENOMEM;
	held->order = order;
	unsigned char *bytes = reallocarray(held->bytes, room, held->stride);

	if (!bytes)
		return -ENOMEM;
	held->bytes = bytes;
	held->room = room;
	return 0;
}

int held_add(struct held *held, const void *data, size_t size, uint64_t time)
{
	int rc = held->n == held->room ? held_grow(held) : 0;

	if (rc < 0)
		return rc;
	unsigned char *to = held->bytes + held->n * held->stride;
	size_t take = size < held->stride ? size : held->stride;

	memcpy(to, data, take);
	memset(to + take, 0, held->stride - take);
	held->order[held->n] = (struct held_one){time, held->n};
	held->n++;
	return 0;
}

static int by_time(const void *a, const void *b)
{
	const struct held_one *left = a;
	const struct held_one *right = b;

	if (left->time != right->time)
		return left->time < right->time ? -1 : 1;
	return (left->at > right->at) - (left->at < right->at);
}

void held_sort(struct held *held)
{
	size_t i = 1;

	while (i < held->n && held->order[i - 1].time <= held->order[i].time)
		i++;
	/* Of one CPU, as it mostly is, and sorted already. */
	if (i < held->n)
		qsort(held->order, held->n, sizeof(*held->order), by_time);
}

void held_copy(const struct held *held, size_t from, size_t n, unsigned char *out)
{
	for (size_t i = 0; i < n; i++)
		memcpy(out + i * held->stride,
		       held->bytes + held->order[from + i].at * held->stride, held->stride);
}

static int by_place(const void *a, const void *b)
{
	const struct held_one *left = a;
	const struct held_one *right = b;

	return (left->at > right->at) - (left->at < right->at);
}

void held_forget(struct held *held, size_t n)
{
	const size_t left = held->n - n;

	if (n == 0)
		return;
	held->n = left;
	if (left == 0)
		return;
	/* In the order of their places, each moves down to a place that is free by then. */
	memmove(held->order, held->order + n, left * sizeof(*held->order));
	qsort(held->order, left, sizeof(*held->order), by_place);
	for (size_t i = 0; i < left; i++) {
		if (held->order[i].at != i)
			memcpy(held->bytes + i * held->stride,
			       held->bytes + held->order[i].at * held->stride, held->stride);
		held->order[i].at = i;
	}
}

void held_free(struct held *held)
{
	free(held->order);
	free(held->bytes);
	*held = (struct held){.stride = held->stride};
}
