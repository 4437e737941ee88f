#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 600
# Texts of BCC's own kind: off-CPU time by a kprobe on finish_task_switch, with the CPU put into its %d
# place, and a text whose handler attaches by its name and whose tables print by their types.
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"

text=tests/texts/finish_task_switch.c
attach=kprobe:finish_task_switch=trace_finish_task_switch
background "$KWHILE_BUILD/tests/load_sleeper" 200 1000 1
run "$KWHILE" $text --arg 1 --attach "$attach" --fresh max_offcpu -n 2 -i 2 \
	--show 'max_offcpu lines "%time max offcpu for %comm is %{value}us" /1000'
equal "$status" 0 "exit status"
lines=$(grep -Ec ' max offcpu for load_sleeper is [0-9]+us$' "$tmp/out")
equal "$lines" 2 "lines for the task that sleeps on CPU 1, one a sample"
us=$(sed -n 's/.* load_sleeper is \([0-9]*\)us$/\1/p' "$tmp/out" | sort -n | head -n 1)
want "${us:-0}" -ge 200000 "microseconds that it slept"
lacks "$tmp/out" ' max offcpu for swapper' "the idle task has no line in this text"

echo '--- as it is printed: nothing but the text, its CPU and its probe'
run "$KWHILE" $text --arg 1 --attach "$attach" -n 1 -i 3
equal "$status" 0 "exit status without a show line"
has "$tmp/err" 'finish_task_switch is probed as finish_task_switch\.' "it says which function it is here"
ns=$(sed -n 's/.* load_sleeper  *\([0-9]*\)$/\1/p' "$tmp/out" | sort -n | tail -n 1)
want "${ns:-0}" -ge 200000000 "nanoseconds in the row with the name of the task that sleeps"

run "$KWHILE" $text --arg 0 --attach "$attach" --show 'max_offcpu lines "max offcpu for %comm"' -n 1 -i 2
equal "$status" 0 "exit status on CPU 0"
lacks "$tmp/out" 'load_sleeper' "it does not come back on CPU 0"

refused 2 '1 place.* --arg was given 2 times' "$KWHILE" $text --arg 1 --arg 2 --attach "$attach"
refused 2 'nothing to attach' "$KWHILE" $text --arg 1

echo '--- the allocation counter'
run "$KWHILE" tests/texts/allocations.c --attach kprobe:__kmalloc=count_alloc -i 60 -- \
	"$KWHILE_BUILD/tests/load_vectors" 10007
equal "$status" 0 "exit status of the allocation counter"
pid=$(grep -Ex '[0-9]+' "$tmp/out" | head -n 1)
equal "$(awk -v pid="$pid" '$1 == pid && NF == 3 { print $2, $3 }' "$tmp/out")" "10007 $((10007 * 256))" \
	"allocations and bytes of a process that makes 10007 of 256"
equal "$(awk -v pid="$pid" 'NF == 3 && $2 ~ /^[0-9]+$/ { if ($1 != pid) less += $2 < 10007; else first = !less } END { print first + 0 }' "$tmp/out")" 1 \
	"its row comes ahead of all with less"

echo '--- a function of a module, by its own BTF'
# Each name that is not there is asked of the machine outside, by 9p.
if [ -e /sys/kernel/btf/9pnet ]; then
	# shellcheck disable=SC2016 # for the other shell
	run "$KWHILE" tests/texts/both_ways.c --attach kprobe:p9_client_walk=by_kprobe \
		--attach fentry:p9_client_walk=by_fentry -i 60 -- \
		sh -c 'i=0; while [ $i -lt 101 ]; do [ -e "$LAB_OUT/nothing-$i" ]; i=$((i + 1)); done'
	equal "$status" 0 "exit status"
	calls=$(awk '$1 == "0" && NF == 2 { print $2 }' "$tmp/out")
	want "${calls:-0}" -ge 101 "calls that the kprobe saw"
	equal "$(awk '$1 == "1" && NF == 2 { print $2 }' "$tmp/out")" "$calls" "calls that fentry saw"
fi

cat >"$tmp/named.c" <<-'END'
	#include <uapi/linux/ptrace.h>
	BPF_HASH(calls, u32);
	int kprobe____x64_sys_getppid(struct pt_regs *ctx)
	{
		u32 thread = bpf_get_current_pid_tgid();

		calls.atomic_increment(thread);
		return 0;
	}
END
run "$KWHILE" "$tmp/named.c" -o json -i 60 -- "$KWHILE_BUILD/tests/load_getppid" 1 10007
equal "$status" 0 "exit status of a text whose handler attaches by its name"
sed -i '/^{/!d' "$tmp/out"
equal "$(grep -o '"value":10007' "$tmp/out" | wc -l)" 1 "threads that made 10007 calls"
finish
