# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Prints what `kwhile collateral` measures as a script for bpftrace:
#   sh collateral_bpftrace.sh EVENT...: events are counted while compact_zone() runs.
cat <<'END'
kprobe:compact_zone { @since[tid] = nsecs; @open++; }
kretprobe:compact_zone /@since[tid]/
{
	$usec = (nsecs - @since[tid]) / 1000;
	@usecs = hist($usec);
	@total_accum_usec[@order[tid]] = sum($usec);
	delete(@since[tid]);
	delete(@order[tid]);
	@open--;
}
tracepoint:sched:sched_process_exit /@since[tid]/ { delete(@since[tid]); @open--; }
tracepoint:compaction:mm_compaction_suitable /@since[tid]/ { @order[tid] = args->order; }
tracepoint:compaction:mm_compaction_finished /@since[tid]/ { @order[tid] = args->order; }
END
for event; do
	echo "kprobe:$event /@open > 0/ { @counted[\"$event\"] = count(); }"
done
