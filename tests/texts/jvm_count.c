/* SPDX-License-Identifier: Apache-2.0 */
/// jvm_count - how many methods of Java were called
/// option jvm string - libjvm.so
/// attach usdt:$jvm:hotspot:method__entry=on_entry
/// show passed sum "passed = %value"
BPF_ARRAY(passed, u64, 1);

int on_entry(struct pt_regs *ctx)
{
	u32 all = 0;

	kw_add(passed, &all, 1);
	return 0;
}
