#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 600
# However it ends, and while it attaches, samples or detaches: the kernel has no probe of ours
# afterwards, and what was counted has been printed.
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"

list=/sys/kernel/debug/kprobes/list
events='kmem_cache_*,kfree,vm_*' # enough probes that attaching them takes a while

# begin OPTION...: kwhile in the background, its output in $tmp/out. A shell starts what goes to
# the background with SIGINT ignored.
begin() {
	: >"$tmp/out"
	background env --default-signal=INT "$KWHILE" compact_zone "$@" >"$tmp/out" 2>"$tmp/err"
}

# shellcheck disable=SC2317 # called by wait_for
samples_are() { # NUMBER
	test "$(grep -c '^---- new sample' "$tmp/out")" -ge "$1"
}

# shellcheck disable=SC2317 # called by wait_for
probes_are() { # NUMBER
	test "$(grep -c . "$list")" -ge "$1"
}

# shellcheck disable=SC2317 # called by wait_for
probes_gone() {
	test -z "$(cat "$list")"
}

ended_by() { # SIGNAL WANTED WHAT...
	kill -s "$1" "$child"
	wait "$child"
	equal $? "$2" "exit status after SIG$1, $3"
	children=
	nothing_left "SIG$1, $3"
}

run "$KWHILE" compact_zone -e "$events" -d 0.2
equal "$status" 0 "exit status of a first run"

for signal in INT TERM HUP; do
	begin -i 0.5
	wait_for 60 samples_are 2 || fail "no samples"
	ended_by $signal 0 "while sampling"
	has "$tmp/out" '^---- new sample: 3' "the sample under way is printed"
done
begin -i 0.5
wait_for 60 samples_are 2 || fail "no samples"
want "$(grep -c . $list)" -ge 3 "probes while it runs"
ended_by KILL 137 "while sampling"
has "$tmp/out" '^---- new sample: 2' "samples from before SIGKILL are printed"

for signal in INT TERM KILL; do
	for probes in 1 20 40; do
		begin -e "$events" -i 0.5
		wait_for 60 probes_are $probes || fail "never $probes probes"
		kill -s $signal "$child"
		# A second one, while it detaches.
		sleep 0.1
		kill -s $signal "$child" 2>/dev/null
		wait "$child"
		status=$?
		children=
		case $signal-$status in
		# 1 when nothing had been counted yet, with one line that says so.
		INT-0 | TERM-0 | KILL-137) echo "ok: SIG$signal at $probes probes: $status" ;;
		INT-1 | TERM-1)
			equal "$(cat "$tmp/err")" 'kwhile: interrupted while attaching' "SIG$signal at $probes probes" ;;
		*) fail "exit status $status after SIG$signal at $probes probes" && cat "$tmp/err" ;;
		esac
		nothing_left "SIG$signal at $probes probes"
	done
done

# Whoever reads has gone.
{
	"$KWHILE" compact_zone -i 0.2 2>"$tmp/err" </dev/null
	echo $? >"$tmp/status"
} | head -n 1 >"$tmp/out"
equal "$(cat "$tmp/status")" 141 "exit status when the reader goes"
equal "$(wc -l <"$tmp/out")" 1 "lines that the reader got"
nothing_left "SIGPIPE"

# While a thread is inside the gate, its return probe on its stack.
background "$KWHILE_BUILD/tests/load_compact" --pause 0 3600 2 >/dev/null
loads=$child
for signal in TERM KILL; do
	begin -i 0.3
	children="$loads $child"
	wait_for 60 samples_are 1 || fail "no samples"
	kill -s $signal "$child"
	wait "$child"
	children=$loads
	wait_for 20 probes_gone
	equal "$(cat $list)" "" "probes after SIG$signal during compaction"
done
kill "$loads"
wait "$loads"
equal $? 143 "exit status of the load, which went on all the while"
children=
finish
