/* SPDX-License-Identifier: Apache-2.0 */
/// keys - calls of dup(2) with what is no descriptor, by that number
/// attach tracepoint:syscalls:sys_enter_dup=on_dup
/// show calls count "%key = %value"
BPF_HASH(calls, u32, u64, 65536);

int on_dup(struct tracepoint__syscalls__sys_enter_dup *args)
{
	u32 key = args->fildes;

	if (key >= 1 << 30)
		kw_add(calls, &key, 1);
	return 0;
}
