/* SPDX-License-Identifier: Apache-2.0 */
/// empty - a program that does nothing at getppid's function
/// attach kprobe:__x64_sys_getppid=nothing
/// show unused count
BPF_ARRAY(unused, u64, 1);

int nothing(void *ctx)
{
	return 0;
}
