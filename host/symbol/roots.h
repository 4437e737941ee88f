/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roots.h - root directories of processes that see other files than we do: in a container, in
 * another mount namespace, behind chroot(2). They are held open, so that files are found there when
 * the process has ended.
 */
#ifndef KW_SYMBOL_ROOTS_H
#define KW_SYMBOL_ROOTS_H

#include <stddef.h>
#include <sys/types.h>

struct root;

/* One for each namespace and directory, however many processes have it. Zeroed by its owner. */
struct roots {
	struct root *first;
};

/**
 * root_of - what a process sees as /
 * @out:	set to NULL where it sees what we do; else to be given back by root_drop()
 *
 * Return: 0; -ESRCH where it has ended (as a zombie it has no files either); -ENOMEM; or why its
 * root cannot be opened. @out is left alone then.
 */
int root_of(struct roots *roots, pid_t pid, struct root **out);

/**
 * root_hold - Return: the same once more; NULL for NULL
 */
struct root *root_hold(struct root *root);

/**
 * root_file - where a file is found that a process with this root has
 * @path:	as /proc/PID/maps and perf have it: from the root of its mount namespace on, which
 *is above its own root where it has called chroot(2)
 */
void root_file(const struct root *root, const char *path, char *file, size_t size);

/**
 * root_drop - closed when nobody has it any more; NULL is allowed
 */
void root_drop(struct root *root);

#endif
