/* SPDX-License-Identifier: Apache-2.0 */
/// full - a new key for each getppid call of one program, into a table that is too small for them
/// option who int 0  the program's name, of 8 bytes, as a number
/// attach tracepoint:syscalls:sys_enter_getppid=on_call
/// show keys sum "kept = %value"
BPF_HASH(keys, u64, u64, 1024);
BPF_ARRAY(serial, u64, 1);

int on_call(void *ctx)
{
	u64 comm[2] = {};
	int zero = 0;
	u64 *last = serial.lookup(&zero);

	bpf_get_current_comm(comm, sizeof(comm));
	if (!last || comm[0] != $who)
		return 0;
	/* It has one thread. */
	u64 key = ++*last;

	kw_add(keys, &key, 1);
	return 0;
}
