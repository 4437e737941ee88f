/* SPDX-License-Identifier: Apache-2.0 */
/*
 * storage.h - tables that keep a value with each task, inode or socket (BPF_TASK_STORAGE and its
 * kin). Private to the kernel floor.
 */
#ifndef KW_KERNEL_STORAGE_H
#define KW_KERNEL_STORAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/kernel.h"

/**
 * storage_is - is it such a table, by its map type?
 */
bool storage_is(uint32_t type);

/**
 * storage_create - make one
 *
 * The kernel takes it only with types of its key and value (bpf_local_storage_map_check_btf(),
 * kernel/bpf/bpf_local_storage.c): these are bytes of the right number.
 *
 * Return: its descriptor, or a negative errno: -EINVAL before 5.2 (sockets), 5.10 (inodes), 5.11
 * (tasks), 6.2 (control groups), and on a kernel built without BPF_LSM for inodes.
 */
int storage_create(const struct map_spec *spec);

#endif
