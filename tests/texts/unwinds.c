/* SPDX-License-Identifier: Apache-2.0 */
/// unwinds - calls of __unwind_start(), which a table of stacks calls too when a program writes it
/// attach kprobe:__unwind_start=on_unwind
/// attach kprobe:__x64_sys_getppid=on_getppid
/// attach tracepoint:raw_syscalls:sys_enter=on_syscall
/// show unwinds sum "unwinds = %value"
/// show calls sum "calls = %value"
BPF_HASH(unwinds, u32, u64, 1);
BPF_HASH(calls, u32, u64, 1);
BPF_STACK_TRACE(stacks, 1024);

int on_unwind(void *ctx)
{
	u32 key = 0;

	kw_add(unwinds, &key, 1);
	return 0;
}

/* While a kprobe is handled, others are not. */
int on_getppid(void *ctx)
{
	u32 key = 0;

	kw_add(calls, &key, 1);
	stacks.get_stackid(ctx, 0);
	return 0;
}

/* Here a kprobe is handled, and its program does not run, because this one does. */
int on_syscall(struct tracepoint__raw_syscalls__sys_enter *args)
{
	if (args->id == 110) /* getppid */
		stacks.get_stackid(args, 0);
	return 0;
}
