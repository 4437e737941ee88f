/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/btf_module.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

/* Is it a module's? What programs have loaded is numbered among them. */
static bool is_module(int fd)
{
	struct bpf_btf_info info = {0};
	char name[64] = "";
	uint32_t size = sizeof(info);

	info.name = (uintptr_t)name;
	info.name_len = sizeof(name);
	return bpf_obj_get_info_by_fd(fd, &info, &size) == 0 && info.kernel_btf &&
	       strcmp(name, "vmlinux") != 0;
}

static int find_in(uint32_t id, struct btf *kernel, const char *function)
{
	struct btf *btf = btf__load_from_kernel_by_id_split(id, kernel);
	int found = btf ? btf__find_by_name_kind(btf, function, BTF_KIND_FUNC) : -ENOENT;

	btf__free(btf);
	return found > 0 ? found : -ENOENT;
}

int btf_module_find(const char *function, int *fd)
{
	struct btf *kernel = btf__load_vmlinux_btf();
	uint32_t id = 0;
	int found = -ENOENT;

	while (kernel && found < 0 && bpf_btf_get_next_id(id, &id) == 0) {
		*fd = bpf_btf_get_fd_by_id(id);
		/* It may be gone by now. */
		if (*fd < 0)
			continue;
		if (is_module(*fd))
			found = find_in(id, kernel, function);
		if (found < 0)
			close(*fd);
	}
	btf__free(kernel);
	return found;
}
