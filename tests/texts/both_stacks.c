/* SPDX-License-Identifier: Apache-2.0 */
/// both_stacks - stacks of the kernel and of user space at a system call
/// attach tracepoint:syscalls:sys_enter_getppid=on_call
/// option who int 0  only of threads of this name, of 8 bytes, as a number; 0: of all
/// show calls stacks
/// show calls sum "calls = %value"
/* Two stacks with one hash: the second is not kept. 3 of 1,024 places were too near for a test. */
BPF_STACK_TRACE(stacks, 16384);

struct key {
	u32 tgid;
	int user_stack;
	int kernel_stack;
	char comm[16];
};

BPF_HASH(calls, struct key, u64, 10240);

int on_call(void *ctx)
{
	struct key key = {.tgid = bpf_get_current_pid_tgid() >> 32};

	bpf_get_current_comm(key.comm, sizeof(key.comm));
	if ($who && *(u64 *)key.comm != $who)
		return 0;
	key.user_stack = stacks.get_stackid(ctx, BPF_F_USER_STACK);
	key.kernel_stack = stacks.get_stackid(ctx, 0);
	kw_add(calls, &key, 1);
	return 0;
}
