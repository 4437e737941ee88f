/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grow.h - a list that gets longer by one item at a time.
 */
#ifndef KW_BASE_GROW_H
#define KW_BASE_GROW_H

#include <stddef.h>

/**
 * grow - room for one more item
 * @list:	NULL, or what an earlier call for this list returned; it may have got shorter since
 * @n:		items that it has
 * @size:	bytes of one
 *
 * The list is made twice as long at each power of two; in between there is room.
 * Return: the list, perhaps elsewhere now; NULL: no memory, and the old one is untouched.
 */
void *grow(void *list, size_t n, size_t size);

#endif
