/* SPDX-License-Identifier: Apache-2.0 */
/*
 * list_user.h - `kwhile list` of what is in programs and libraries.
 */
#ifndef KW_LIST_USER_H
#define KW_LIST_USER_H

#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"
#include "program/probe.h"

/**
 * list_user - print functions (uprobe, uretprobe) or USDT probes, as they are written in attach
 *lines
 * @kind:	of them
 * @pattern:	FILE, FILE:NAME or FILE:PATTERN, for USDT probes also with the provider; "*" or ""
 *as FILE: of USDT probes, all that @pid has mapped
 * @pid:	whose files are meant (binary.h); 0: ours
 * @verbose:	also where each is: of a function its address, size and demangled name; of a USDT
 *		probe, for each place, address, semaphore and arguments
 *
 * Return: 0, -ENOENT where nothing matches, or another negative errno.
 */
int list_user(enum probe_kind kind, const char *pattern, pid_t pid, bool verbose,
	      struct error *err);

#endif
