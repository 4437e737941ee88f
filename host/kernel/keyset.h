/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keyset.h - which keys of a growing array were seen before.
 *
 * The set holds positions in the array, not keys: the array may move in memory between two calls.
 */
#ifndef KW_KERNEL_KEYSET_H
#define KW_KERNEL_KEYSET_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct keyset - all zeroes is an empty set
 * @slots:	position + 1, 0 where free; @room of them, a power of two, at most half of them used
 */
struct keyset {
	uint32_t *slots;
	size_t room;
	size_t used;
	uint64_t seed;
};

/**
 * keyset_add - add the key at position @n of @keys
 *
 * Return: 1 when it is new, 0 when an equal one is there already, -ENOMEM.
 */
int keyset_add(struct keyset *set, const unsigned char *keys, size_t key_size, uint32_t n);

void keyset_free(struct keyset *set);

#endif
