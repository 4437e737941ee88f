/* SPDX-License-Identifier: Apache-2.0 */
/// user_stacks - who calls a function of user space
/// option at string - the program or library, and the function: FILE:FUNCTION
/// attach uprobe:$at=on_call
/// show calls stacks
/* Two stacks with one hash: the second is not kept. 3 of 1,024 places were too near for a test. */
BPF_STACK_TRACE(stacks, 16384);

struct key {
	u32 tgid;
	int stack;
	char comm[16];
};

BPF_HASH(calls, struct key, u64, 10240);

int on_call(struct pt_regs *ctx)
{
	struct key key = {.tgid = bpf_get_current_pid_tgid() >> 32};

	key.stack = stacks.get_stackid(ctx, BPF_F_USER_STACK);
	bpf_get_current_comm(key.comm, sizeof(key.comm));
	kw_add(calls, &key, 1);
	return 0;
}
