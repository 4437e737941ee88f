/* SPDX-License-Identifier: Apache-2.0 */
/*
 * witness_text.h - what a witness writes to tracefs and reads there. Private to the kernel floor.
 */
#ifndef KW_KERNEL_WITNESS_TEXT_H
#define KW_KERNEL_WITNESS_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "program/probe.h"

/**
 * witness_define - the line of kprobe_events that adds a site to the event of process @pid
 */
void witness_define(struct buf *line, long pid, const struct probe *site);

/**
 * witness_remove - the line of kprobe_events that removes that event with all its sites
 */
void witness_remove(struct buf *line, long pid);

/**
 * witness_owner - whose event a line of kprobe_events defines
 *
 * Return: the process's number, or 0 where the line is no witness's.
 */
long witness_owner(const char *line);

/**
 * witness_count - read the text of kprobe_profile, "EVENT HITS MISSES" a line
 * @events:	of each site of process @pid its hits + misses, in the order in which they were
 * added
 * @n:		room in @events
 *
 * Return: how many sites of it there are, which may be more than @n.
 */
size_t witness_count(const char *profile, long pid, int64_t *events, size_t n);

#endif
