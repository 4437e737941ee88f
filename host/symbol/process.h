/* SPDX-License-Identifier: Apache-2.0 */
/*
 * process.h - what is known of one process: for processes.c only, which has all of them.
 *
 * Of one that has ended, what was seen last stays true.
 */
#ifndef KW_SYMBOL_PROCESS_H
#define KW_SYMBOL_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "symbol/images.h"
#include "symbol/jit_map.h"
#include "symbol/maps.h"
#include "symbol/roots.h"

/**
 * struct process
 * @known:	its mappings are all there
 * @ended:	so many ticks ago, + 1; 0: it runs
 * @headless:	its first thread has ended, and others have not
 * @asked:	in which tick a name was asked for last
 * @most:	mappings heard of it: with more it is read again
 * @root:	NULL: it sees the files that we see
 * @older:	programs that it was before
 * @chosen:	the one of these whose addresses are asked for; NULL: what it is now
 * @number:	in its own pid namespace; 0: not known
 * @user:	to whom its files belong; (uid_t)-1: not known
 * @jit_tick:	when @jit was looked at last
 */
struct process {
	pid_t pid;
	bool known;
	unsigned ended;
	bool headless;
	unsigned asked;
	struct maps maps;
	size_t most;
	struct roots *roots;
	struct root *root;
	struct image *older;
	const struct image *chosen;
	int number;
	uid_t user;
	struct jit_map jit;
	unsigned jit_tick;
};

/**
 * process_new - Return: one of which nothing is known yet, or NULL when memory ran out
 */
struct process *process_new(pid_t pid, struct roots *roots);

/**
 * process_empty - it has mapped nothing (yet)
 */
void process_empty(struct process *p);

/**
 * process_replace - process_empty(), for another program takes its place: what it was is kept as an
 * image
 */
void process_replace(struct process *p, unsigned tick);

/**
 * process_look - what it sees, its number, whose it is: as long as it is there
 */
void process_look(struct process *p);

/**
 * process_goes_on - its first thread has ended: are others there? Sets @headless
 */
bool process_goes_on(struct process *p);

/**
 * process_read - what it has mapped and sees. Return: is it there?
 * process_read_anew - the same where something is known already. Return: has it mapped anything?
 */
bool process_read(struct process *p);
bool process_read_anew(struct process *p);

/* A path, and ahead of it where its root is. */
#define PROCESS_FILE_ROOM 4200

/**
 * process_file - where a file of its is found, here
 */
void process_file(const struct process *p, const char *path, char *file, size_t size);

/**
 * process_jit_name - what it has written of the code at an address, or NULL; looked at once a tick
 */
const char *process_jit_name(struct process *p, unsigned tick, uint64_t address);

void process_free(void *process);

#endif
