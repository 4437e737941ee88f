#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 400
# A thread that is ready to run in the gate and gets no CPU for seconds: it is shown as in progress, its
# call is counted once when it ends, and looking after it does not make the kernel warn (its unwinder
# does about a thread that is ready to run with a return probe on its stack; guarded.sh looks).
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"

run "$KWHILE" compact_zone -e migrate_pages -d 0.2
equal "$status" 0 "exit status of a run without load"
# A real-time busy loop on CPU 0 leaves ordinary tasks there 5 % of the time: most of it they are ready to
# run in the gate, for 10 s at least.
cat >"$tmp/work" <<-END
	chrt -f 1 $KWHILE_BUILD/tests/load_burn 12 0 &
	sleep 2
	taskset -c 0 $KWHILE_BUILD/tests/load_compact --pause 0 --times 200 60 1 &
	wait
	sleep 1
END
truth_kprobe_start compact_zone || exit 1
run "$KWHILE" compact_zone -e migrate_pages -o json -i 0.5 -c "sh $tmp/work >&2"
equal "$status" 0 "exit status"
calls=$(truth_kprobe_stop compact_zone) || exit 1
figures
equal "$(figure calls delay)" "$calls" "calls in the histograms"
equal "$(figure account repaired)" 0 "gates repaired"
want "$(figure sum inside)" -ge 1000000000 "nanoseconds of the longest in progress, summed over samples"
equal "$(figure tail 1 inside)" 0 "threads inside at the end"
nothing_left "starved"
finish
