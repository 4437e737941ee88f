/* SPDX-License-Identifier: Apache-2.0 */
/// percpu_calls - calls of a function of user space, in tables for each CPU, added to atomically and not
/// option at string - the program and the function: FILE:FUNCTION
/// attach uprobe:$at=on_call
/// show calls sum "calls = %value"
/// show returned count "returned = %value"
/// show plain count "plain = %value"
BPF_PERCPU_HASH(calls, u32, u64, 64);
BPF_PERCPU_ARRAY(returned, u64, 1);
BPF_PERCPU_ARRAY(plain, u64, 1);

int on_call(void *ctx)
{
	int zero = 0;
	u32 key = 7;
	u64 *n = plain.lookup(&zero);

	if (n)
		*n += 1;
	kw_add(calls, &key, 1);
	kw_add(returned, &zero, 1);
	return 0;
}
