/* SPDX-License-Identifier: Apache-2.0 */
/// jvm_none - a program that does nothing where methods of Java begin
/// option jvm string - libjvm.so
/// attach usdt:$jvm:hotspot:method__entry=on_entry
int on_entry(struct pt_regs *ctx)
{
	return 0;
}
