#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 400
# A return probe that runs out of instances misses returns: 64 threads sleep in the gate at once. Calls
# that returned and frames that were repaired are all the entries; the gate is closed afterwards.
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"

run "$KWHILE" hrtimer_nanosleep -e do_sys_poll -d 0.2
equal "$status" 0 "exit status of a first run"

# Each thread sleeps 5 times, then waits in poll(2): asleep elsewhere, never in the gate again.
run "$KWHILE" hrtimer_nanosleep -e do_sys_poll -o json -i 2 \
	-c "$KWHILE_BUILD/tests/load_sleepers --park 9 64 5 200 >&2"
equal "$status" 0 "exit status"
cat "$tmp/err"
figures
returned=$(figure calls delay)
repaired=$(figure account repaired)
want "$repaired" -ge 100 "frames repaired, so that the test tests something"
equal "$((returned + repaired))" 320 "calls that returned and frames repaired"
if truth_since 6.7; then
	equal "$(figure account returns_missed)" "$repaired" "returns missed, as the kernel counts them"
else
	equal "$(figure account returns_missed)" unknown "returns missed, which this kernel hides"
fi
equal "$(figure tail 1 inside)" 0 "threads inside in the last sample"

# Threads that compute instead, 3 for each CPU: neither asleep nor in the gate again, and still there at
# the end.
run "$KWHILE" hrtimer_nanosleep -e do_sys_poll -o json -i 2 -d 9 \
	-c "$KWHILE_BUILD/tests/load_sleepers --park 1 64 1 300 >&2 & exec $KWHILE_BUILD/tests/load_sleepers --spin 60 6 1 300 >&2"
cat "$tmp/err"
figures
equal "$(($(figure calls delay) + $(figure account repaired)))" 70 "calls that returned and frames repaired, of threads that compute"
equal "$(figure tail 1 inside)" 0 "threads inside in the last sample"

# Threads that end instead: their exit closes the gate.
run "$KWHILE" hrtimer_nanosleep -e do_sys_poll -o json -i 2 \
	-c "$KWHILE_BUILD/tests/load_sleepers 64 1 200 >&2; sleep 3"
equal "$status" 0 "exit status, threads that end"
figures
# One more call is sleep(1)'s own.
equal "$(($(figure calls delay) + $(figure account repaired)))" 65 "calls that returned and frames repaired"
equal "$(figure tail 1 inside)" 0 "threads inside in the last sample"

# In a pid namespace threads have other numbers: one that sleeps on in the gate is not taken for gone.
run unshare --pid --fork --mount-proc "$KWHILE" hrtimer_nanosleep -e do_sys_poll -o json -i 2 \
	-c "exec '$KWHILE_BUILD/tests/load_sleeper' 7000 1 0 >&2"
equal "$status" 0 "exit status in a pid namespace"
has "$tmp/err" 'in a pid namespace' "it says what it does not do there"
figures
equal "$(figure calls delay)" 1 "calls that returned"
equal "$(figure account repaired)" 0 "frames repaired"

# Closed is closed: nothing is counted afterwards.
run "$KWHILE" hrtimer_nanosleep -e do_sys_poll -o json -i 2 -n 2
figures
equal "$(figure tail 1 inside)" 0 "threads inside when idle"
finish
