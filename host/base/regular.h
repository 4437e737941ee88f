/* SPDX-License-Identifier: Apache-2.0 */
/*
 * regular.h - files that somebody else has named: what is opened is a file and nothing else.
 *
 * Opening a FIFO may wait for ever, and opening a device may do what the device is for.
 */
#ifndef KW_BASE_REGULAR_H
#define KW_BASE_REGULAR_H

#include <stdbool.h>
#include <sys/stat.h>

/**
 * regular_open - open a regular file for reading
 * @follow:	false: a symbolic link in place of the file is none
 * @st:		filled, also where it is something else; may be NULL
 *
 * Return: a descriptor; -EINVAL where it is something else; another negative errno.
 */
int regular_open(const char *path, bool follow, struct stat *st);

#endif
