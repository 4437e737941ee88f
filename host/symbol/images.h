/* SPDX-License-Identifier: Apache-2.0 */
/*
 * images.h - programs that a process was before: what it had mapped until an exec, or until another
 * process got its number. Stacks of the same interval may be of any of them.
 */
#ifndef KW_SYMBOL_IMAGES_H
#define KW_SYMBOL_IMAGES_H

#include <stddef.h>
#include <stdint.h>

#include "symbol/maps.h"
#include "symbol/roots.h"

/**
 * struct image - one of them
 * @older:	the one before
 * @root:	where its files are; held, or NULL
 * @tick:	in which it was replaced
 */
struct image {
	struct image *older;
	struct maps maps;
	struct root *root;
	unsigned tick;
};

/**
 * images_keep - put a program ahead of those that are there, of which 16 are kept
 * @maps:	taken over, and left empty; where memory is short they are forgotten
 * @root:	held
 */
void images_keep(struct image **list, struct maps *maps, struct root *root, unsigned tick);

/**
 * images_drop - forget those that were replaced ahead of a tick
 */
void images_drop(struct image **list, unsigned tick);

/**
 * images_choose - which program a stack is of
 * @now:	what the process has mapped now
 *
 * Return: the one that had mapped most of the addresses, of several the youngest; NULL: the one
 * that it is now.
 */
const struct image *images_choose(const struct image *list, const struct maps *now,
				  const uint64_t *addresses, size_t n);

void images_free(struct image **list);

#endif
