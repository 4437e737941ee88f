/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/storage.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>
#include <stdio.h>

/* BPF_MAP_TYPE_CGRP_STORAGE, which headers to build with may not have */
#define CGROUP_STORAGE 32

bool storage_is(uint32_t type)
{
	return type == BPF_MAP_TYPE_SK_STORAGE || type == BPF_MAP_TYPE_INODE_STORAGE ||
	       type == BPF_MAP_TYPE_TASK_STORAGE || type == CGROUP_STORAGE;
}

/* A descriptor of the table, which keeps the types. */
static int create_with(const struct map_spec *spec, const struct btf *btf, int key, int leaf)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = spec->flags | BPF_F_NO_PREALLOC,
		    .btf_fd = (uint32_t)btf__fd(btf), .btf_key_type_id = (uint32_t)key,
		    .btf_value_type_id = (uint32_t)leaf);
	char name[BPF_OBJ_NAME_LEN];

	snprintf(name, sizeof(name), "%s", spec->name);
	int fd = bpf_map_create((enum bpf_map_type)spec->type, name, spec->key_size,
				spec->leaf_size, 0, &opts);

	return fd < 0 ? -errno : fd;
}

int storage_create(const struct map_spec *spec)
{
	struct btf *btf = btf__new_empty();

	if (!btf)
		return -ENOMEM;
	int key = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	int byte = btf__add_int(btf, "unsigned char", 1, 0);
	int leaf = btf__add_array(btf, key, byte, spec->leaf_size);
	int rc = key < 0 || byte < 0 || leaf < 0 ? -ENOMEM : btf__load_into_kernel(btf);

	if (rc >= 0)
		rc = create_with(spec, btf, key, leaf);
	btf__free(btf);
	return rc;
}
