/* SPDX-License-Identifier: Apache-2.0 */
/*
 * table_room.h - memory that tables take when they are made. The kernel takes it in one system
 * call that no signal ends, and a table that is too large for the machine takes it all first.
 */
#ifndef KW_KERNEL_TABLE_ROOM_H
#define KW_KERNEL_TABLE_ROOM_H

#include <stdint.h>

#include "object/object.h"

/**
 * table_room - Return: bytes that the kernel takes at once for a table of this kind and size, at
 * least; 0 for those that grow as they are filled
 * @cpus:	possible ones
 */
uint64_t table_room(const struct object_table *table, unsigned cpus);

/**
 * table_room_free - Return: bytes of memory that could be had now, or UINT64_MAX when the kernel
 * does not tell
 */
uint64_t table_room_free(void);

#endif
