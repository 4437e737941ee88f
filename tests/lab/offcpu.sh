#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 400
# The longest off-CPU times on CPU 1 equal those computed from ftrace's sched_switch of the same
# run, by the same clock; tasks that ran elsewhere only do not appear.
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"

run "$KWHILE" offcpu --cpu 1 -d 0.2
equal "$status" 0 "exit status of a first run"
lacks "$tmp/out" '^[^ ]+ [^ ]+ cpu ' "no column for the CPU where one was asked for"

cat >"$tmp/work" <<-END
	$KWHILE_BUILD/tests/load_burn 6 1 &
	$KWHILE_BUILD/tests/load_sleeper 100 50 0 &
	echo \$! >$tmp/elsewhere
	$KWHILE_BUILD/tests/load_sleeper 100 40 1
	kill %1
	wait
END
truth_switch_start || exit 1
run "$KWHILE" offcpu --cpu 1 -o json -i 60 -- taskset -c 0 sh "$tmp/work"
truth_switch_stop "$tmp/switch" || exit 1
sed -i '/^[^{]/d' "$tmp/out" # what the loads say
figures
grep '^row max_offcpu' "$tmp/figures" >"$tmp/kwhile"
truth_offcpu "$tmp/switch" 1 "$(figure from)" "$(figure to)" 0 >"$tmp/all"
truth_offcpu "$tmp/switch" 1 "$(figure from)" "$(figure to)" "$(figure from)" >"$tmp/truth"

# A task may have left in the moment between attaching and the sample's first, or before that: what
# counts a switch-out before the sample is right for it as well. The two readings of the clock,
# kwhile's and ftrace's, are not of the same instant: up to 2 ms apart, should the machine itself be
# interrupted in between.
awk '
	function near(a, b) {
		return a - b <= 2000 && b - a <= 2000
	}
	FILENAME ~ /all$/ { all[$1] = $2; next }
	FILENAME ~ /truth$/ { truth[$1] = $2; times[$1] = $3; comm[$1] = $4; next }
	{
		pid = $4
		us = $6 / 1000
		seen[pid]
		good = pid in all && (near(us, all[pid]) || pid in truth && near(us, truth[pid]))
		printf "%s: %s %s: kwhile %.0f, ftrace %s\n", good ? "ok" : "FAIL", $7, pid, us,
			pid in truth ? truth[pid] : "none"
		bad += !good
	}
	END {
		for (pid in truth)
			if (!(pid in seen)) {
				printf "FAIL: kwhile does not say %s %s (%s)\n", comm[pid], pid, truth[pid]
				bad++
			}
		exit bad > 0
	}' "$tmp/all" "$tmp/truth" "$tmp/kwhile" || fail "longest off-CPU times"
want "$(wc -l <"$tmp/kwhile")" -ge 3 "tasks on CPU 1"
equal "$(grep -c ' load_sleeper$' "$tmp/kwhile")" 1 "sleepers that came back on CPU 1"
lacks "$tmp/kwhile" "^row max_offcpu 1 $(cat "$tmp/elsewhere") " "a task that ran on CPU 0 only"
want "$(awk '/ load_sleeper$/ { printf "%d", $6 / 1000 }' "$tmp/kwhile")" -ge 100000 "the sleeper's longest, in usec"
has "$tmp/kwhile" ' load_burn$' "the busy loop is there"
nothing_left "offcpu"
finish
