/* SPDX-License-Identifier: Apache-2.0 */
/* What a handler sees, as libbcc declares it. */
#include <stdio.h>

#include "program/probe.h"

void probe_context(const char *text, char *type, size_t size)
{
	static const char *const types[PROBE_NKINDS] = {
		[PROBE_KPROBE] = "struct pt_regs",
		[PROBE_KRETPROBE] = "struct pt_regs",
		[PROBE_RAW_TRACEPOINT] = "struct bpf_raw_tracepoint_args",
		[PROBE_UPROBE] = "struct pt_regs",
		[PROBE_URETPROBE] = "struct pt_regs",
		[PROBE_USDT] = "struct pt_regs",
		[PROBE_FENTRY] = "unsigned long long",
		[PROBE_FEXIT] = "unsigned long long",
		[PROBE_PROFILE] = "struct bpf_perf_event_data",
		[PROBE_INTERVAL] = "struct bpf_perf_event_data",
		[PROBE_HARDWARE] = "struct bpf_perf_event_data",
		[PROBE_SOFTWARE] = "struct bpf_perf_event_data",
		[PROBE_CACHE] = "struct bpf_perf_event_data",
		[PROBE_LSM] = "unsigned long long",
	};
	struct probe probe;

	snprintf(type, size, "void");
	if (probe_parse(text, &probe, NULL) < 0)
		return;
	if (types[probe.kind])
		snprintf(type, size, "%s", types[probe.kind]);
	else if (!probe_is_pattern(&probe))
		snprintf(type, size, "struct tracepoint__%s__%s", probe.group, probe.name);
	probe_free(&probe);
}
