/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/self.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

/* PROC_PID_INIT_INO, include/linux/proc_ns.h (3.8) */
#define FIRST_PID_NAMESPACE 0xEFFFFFFCu

static bool in_first_namespace(void)
{
	struct stat st;

	return stat("/proc/self/ns/pid", &st) == 0 && st.st_ino == FIRST_PID_NAMESPACE;
}

/* A program that returns its caller's number, run once by us (bpf_prog_test_run_raw_tp, 5.10). */
static long ask_kernel(void)
{
	const struct bpf_insn insns[] = {
		{.code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_get_current_pid_tgid},
		{.code = BPF_ALU64 | BPF_RSH | BPF_K, .dst_reg = BPF_REG_0, .imm = 32},
		{.code = BPF_JMP | BPF_EXIT},
	};
	LIBBPF_OPTS(bpf_test_run_opts, opts);
	int fd = bpf_prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, "kw_self", "GPL", insns,
			       sizeof(insns) / sizeof(insns[0]), NULL);

	if (fd < 0)
		return -EOPNOTSUPP;
	int rc = bpf_prog_test_run_opts(fd, &opts);

	close(fd);
	return rc == 0 && opts.retval ? (long)opts.retval : -EOPNOTSUPP;
}

long self_pid(void)
{
	static long known;

	if (!known)
		known = in_first_namespace() ? getpid() : ask_kernel();
	return known;
}
