#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 240
# The longest off-CPU times on CPU 1 equal those computed from ftrace's sched_switch of the same
# run, by the same clock; tasks that ran elsewhere only do not appear.
. "$(dirname "$0")/../lib/check.sh"

run "$KWHILE" offcpu --cpu 1 -d 0.2
equal "$status" 0 "exit status of a first run"
cat >"$tmp/work" <<-END
	$KWHILE_BUILD/tests/load_burn 7 1 &
	$KWHILE_BUILD/tests/load_sleeper 100 60 0 >/dev/null &
	exec $KWHILE_BUILD/tests/load_sleeper 100 40 1
END
truth_switch_start || exit 1
run "$KWHILE" offcpu --cpu 1 -o json -n 1 -i 60 -c "sh $tmp/work >&2"
truth_switch_stop "$tmp/switch" || exit 1
equal "$status" 0 "exit status"
wait_for 20 left_nothing
truth_offcpu "$tmp/switch" 1 >"$tmp/truth"
figures
grep "^row max_offcpu" "$tmp/figures" >"$tmp/kwhile"
echo "--- ftrace"; cat "$tmp/truth"
echo "--- kwhile"; cat "$tmp/kwhile"
cp "$tmp/switch" "$tmp/kwhile" "$tmp/truth" "$LAB_OUT"
finish
