/* SPDX-License-Identifier: Apache-2.0 */
/// tally - how often a probe fires for each value of an expression
/// option PROBE probe -  where to count
/// option EXPR expr "bpf_get_current_pid_tgid() >> 32"  what to count by: C, with the probe's context as ctx
/// option only expr 1  count only where this holds
/// attach $PROBE=on_event
/// show tally top "%value times %key"
/// show tally sum "%value times in all"

#include <uapi/linux/bpf_perf_event.h>
#include <uapi/linux/ptrace.h>

BPF_HASH(tally, s64, u64, 10240);

int on_event($PROBE_context *ctx)
{
	s64 key = $EXPR;

	if (!($only))
		return 0;
	kw_add(tally, &key, 1);
	return 0;
}
