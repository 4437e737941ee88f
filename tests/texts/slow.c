/* SPDX-License-Identifier: Apache-2.0 */
/// slow - two counts of each getppid call of one program, with a delay between them
/// option who int 0  the program's name, of 8 bytes, as a number
/// attach tracepoint:syscalls:sys_enter_getppid=on_call
/// show before sum "before = %value"
/// show after sum "after = %value"
BPF_HASH(before, u32, u64, 1);
BPF_HASH(after, u32, u64, 1);

int on_call(void *ctx)
{
	u64 comm[2] = {};
	u32 key = 0;

	bpf_get_current_comm(comm, sizeof(comm));
	if (comm[0] != $who)
		return 0;
	kw_add(before, &key, 1);
	/* The verifier wants an end to it. */
	for (int i = 0; i < 20000; i++)
		bpf_ktime_get_ns();
	kw_add(after, &key, 1);
	return 0;
}
