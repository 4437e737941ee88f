/* SPDX-License-Identifier: Apache-2.0 */
#include "object/too_new.h"

#include <string.h>

/*
 * Newest first: headers may want more than one of them. The versions are the first tags of BCC
 * whose src/cc/compat/linux/virtual_bpf.h has the name, for 6.19 those that pass -fms-extensions
 * (src/cc/frontends/clang/kbuild_helper.cc). Seen in BCC's issues 5231 (6.10), 5295 (6.15), 5444
 * (6.18) and 5525 (6.19).
 */
static const struct too_new all[] = {
	{"__filename_head;", "6.19", "0.37.0"},	    {"'struct bpf_task_work'", "6.18", "0.36.1"},
	{"'BPF_LOAD_ACQ'", "6.15", "0.35.0"},	    {"'struct bpf_wq'", "6.10", "0.31.0"},
	{"'struct bpf_refcount'", "6.4", "0.28.0"}, {"'struct bpf_rb_root'", "6.3", "0.28.0"},
};

const struct too_new *too_new_find(const char *said)
{
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (strstr(said, all[i].sign))
			return &all[i];
	return NULL;
}
