/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ordered.h - finding a place in a list that is in the order of a number.
 */
#ifndef KW_BASE_ORDERED_H
#define KW_BASE_ORDERED_H

#include <stddef.h>
#include <stdint.h>

/**
 * ordered_upto - how many elements of a list have a number that is not above @number
 * @list:	@n elements, each of which begins with its number, a uint64_t; lowest first
 * @size:	bytes from one element to the next
 */
size_t ordered_upto(const void *list, size_t n, size_t size, uint64_t number);

#endif
