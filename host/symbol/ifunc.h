/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ifunc.h - which implementation an indirect function of a library stands for.
 *
 * At an indirect function's symbol is not the function but a resolver, which chooses an
 * implementation for this CPU when a process is linked. What it chose is in the tables of the
 * processes that call it (their GOT), and is read there: nothing of the file is run.
 */
#ifndef KW_SYMBOL_IFUNC_H
#define KW_SYMBOL_IFUNC_H

#include <stdint.h>
#include <sys/types.h>

/**
 * ifunc_resolve
 * @path:	the file that defines it
 * @name:	of the function, with @VERSION where it is not the default one
 * @pid:	the process to look at; 0: any that has been linked to it
 * @offset:	set to where in the file the chosen implementation is
 *
 * Return: 0; -ENOENT where no process has it resolved; -ENOMEM.
 */
int ifunc_resolve(const char *path, const char *name, pid_t pid, uint64_t *offset);

#endif
