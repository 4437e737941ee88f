/* SPDX-License-Identifier: Apache-2.0 */
/// usdt_count - how often a USDT probe is passed, and the sum of an argument, by process
/// option at string - FILE:PROVIDER:PROBE
/// attach usdt:$at=on_probe
/// show passed count "passed by %key = %value"
/// show passed sum "passed = %value"
/// show sums sum "sum = %value"
/// show unread sum "unread = %value"
BPF_HASH(passed, u64, u64, 10240);
BPF_HASH(sums, u64, u64, 10240);
BPF_HASH(unread, u64, u64, 10240);

int on_probe(struct pt_regs *ctx)
{
	u64 process = bpf_get_current_pid_tgid() >> 32;
	u64 n = 0;

	if (bpf_usdt_readarg(1, ctx, &n))
		kw_add(unread, &process, 1);
	kw_add(passed, &process, 1);
	kw_add(sums, &process, n);
	return 0;
}
