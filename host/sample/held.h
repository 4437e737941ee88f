/* SPDX-License-Identifier: Apache-2.0 */
/*
 * held.h - records that were read and not shown yet.
 */
#ifndef KW_SAMPLE_HELD_H
#define KW_SAMPLE_HELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Most bytes that are held for one table. */
#define HELD_MOST_BYTES ((size_t)64 << 20)

/**
 * struct held - all zeroes but for @stride is none
 * @stride:	bytes of a record; what is shorter is filled up with zeroes, what is longer is cut
 * @order:	when each was sent, and where it is; sorted by held_sort()
 */
struct held {
	size_t stride;
	struct held_one {
		uint64_t time;
		size_t at;
	} * order;
	unsigned char *bytes;
	size_t n;
	size_t room;
};

/**
 * held_add - Return: 0, -ENOMEM, or -ENOSPC when there are enough
 */
int held_add(struct held *held, const void *data, size_t size, uint64_t time);

/**
 * held_enough - the next one could not be held: what there is must be shown before
 */
bool held_enough(const struct held *held);

/**
 * held_sort - by time; records of one time stay in the order in which they were read
 */
void held_sort(struct held *held);

/**
 * held_copy - @n records from number @from on, one behind the other
 */
void held_copy(const struct held *held, size_t from, size_t n, unsigned char *out);

/**
 * held_forget - the first @n
 */
void held_forget(struct held *held, size_t n);

void held_free(struct held *held);

#endif
