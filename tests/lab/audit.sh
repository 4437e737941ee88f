#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 300
# A probe on a function that BPF's own map code calls: what the kernel skips is what the kernel's count
# has above ours, told where the kernel tells it, and found by --audit everywhere. The same attached by
# ioctl instead of links, and with one CPU online.
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"

probe=kprobe:__unwind_start
text=tests/texts/unwinds.c
cat >"$tmp/work" <<-END
	$KWHILE_BUILD/tests/load_getppid 1 5003
	i=0
	while [ \$i -lt 300 ]; do
	read -r _ </proc/self/stack
	i=\$((i + 1))
	done
END

# counts WHAT KWHILE-OPTION...: one load under kwhile, and under a kprobe of tracefs.
counts() {
	what=$1
	shift
	truth_kprobe_start __unwind_start || exit 1
	run "$KWHILE" $text -o json -i 60 "$@" -c "sh $tmp/work >&2"
	want "$(grep -c t___unwind_start "$T/trace")" -ge 300 "records of others that are still in the trace buffer, $what"
	truth=$(truth_kprobe_stop __unwind_start) || exit 1
	figures
	skipped=$(figure account events_skipped)
	equal "$(figure tail 1 unwinds)" 300 "calls from outside, $what"
	# The shells that run the work call getppid as well. Each call walks the stack twice.
	want "$(figure tail 1 calls)" -ge 5003 "getppid calls, $what"
	equal "$truth" $((300 + 2 * $(figure tail 1 calls))) "calls by the kernel's count, $what"
}

# audited WHAT: what --audit says is what the kernel's own count has above ours.
audited() {
	equal "$(figure audit $probe events)" "$truth" "events that the audit counted, $1"
	equal "$(figure audit $probe skipped)" $((truth - 300)) "skipped, as the audit found, $1"
	equal "$(figure audit $probe unsure)" 0 "events that are unsure, $1"
	equal "$(figure audit kprobe:__x64_sys_getppid skipped)" 0 "skipped of another function, $1"
	equal "$(figure audit tracepoint:raw_syscalls:sys_enter events)" unknown "events of a tracepoint, $1"
}

run "$KWHILE" $text -d 0.2
equal "$status" 0 "exit status of a first run"

echo '--- what the kernel tells'
counts "with links" --strict
if truth_since 6.7; then
	equal "$skipped" $((truth - 300)) "skipped, as the kernel says"
	equal "$status" 3 "exit status with --strict"
else
	equal "$skipped" unknown "skipped, which this kernel hides"
	equal "$status" 0 "exit status with --strict, where it hides"
fi

echo '--- what --audit finds'
counts "with links and --audit" --audit --strict
audited "with links"
equal "$status" 3 "exit status with --strict and --audit"
calls=$(figure tail 1 calls)

echo '--- attached by ioctl'
export KWHILE_WITHOUT=perf-link
counts "by ioctl" --audit
audited "by ioctl"
equal "$status" 0 "exit status without --strict"
equal "$(figure tail 1 calls)" "$calls" "getppid calls, by links and by ioctl"
equal "$skipped" unknown "skipped, which only links tell"
unset KWHILE_WITHOUT

echo '--- one CPU'
echo 0 >/sys/devices/system/cpu/cpu1/online
counts "on one CPU"
equal "$(grep -c '"exact":false' "$tmp/out")" 0 "samples that are not exact"
export KWHILE_WITHOUT=map-wait
counts "on one CPU, where membarrier does not wait"
equal "$(grep -c '"exact":true' "$tmp/out")" 0 "samples that claim to be exact"
equal "$(grep -c 'cannot wait for running programs' "$tmp/err")" 1 "lines that say so"
unset KWHILE_WITHOUT
echo 1 >/sys/devices/system/cpu/cpu1/online

echo '--- nothing skipped'
cat >"$tmp/calls.c" <<-END
	/// attach kprobe:__x64_sys_getppid=on_call
	/// show calls sum "calls = %value"
	BPF_HASH(calls, u32, u64, 1);
	int on_call(void *ctx) { u32 key = 0; kw_add(calls, &key, 1); return 0; }
END
run "$KWHILE" "$tmp/calls.c" --audit --strict=all -c "$KWHILE_BUILD/tests/load_getppid 2 2503"
equal "$status: $(cat "$tmp/err")" "0: " "exit status with --strict=all, as all is counted"
has "$tmp/out" '^audit: kprobe:__x64_sys_getppid = 50[0-9]{2} events, 0 skipped$' "the line of text output"
run "$KWHILE" "$tmp/calls.c" --strict=all -n 1
if truth_since 6.7; then wanted=0; else wanted=3; fi
equal "$status" $wanted "exit status with --strict=all and without --audit"
nothing_left "audits"

echo '--- killed'
# shellcheck disable=SC2317 # called by wait_for
armed() { # NUMBER
	test "$(grep -c '^ *kwhile_' "$T/kprobe_profile")" -eq "$1"
}
# shellcheck disable=SC2317 # called by wait_for
disarmed() {
	! grep -qv DISABLED /sys/kernel/debug/kprobes/list
}
background "$KWHILE" "$tmp/calls.c" --audit >"$tmp/first"
first=$child
wait_for 20 armed 1 || fail "no probe of an audit"
# Another one beside it leaves it alone.
run "$KWHILE" "$tmp/calls.c" --audit -n 1
equal "$status" 0 "exit status of a second audit at once"
equal "$(grep -c "^p:kwhile_audit/kwhile_$first " "$T/kprobe_events")" 1 "events of the first in tracefs"
equal "$(grep -c '^p:kwhile_audit' "$T/kprobe_events")" 1 "events of both"
kill -KILL "$first"
wait "$first"
children=
wait_for 20 disarmed
equal "$(grep -cv DISABLED /sys/kernel/debug/kprobes/list)" 0 "probes that are armed after SIGKILL"
run "$KWHILE" "$tmp/calls.c" --audit -v -n 1
has "$tmp/err" "removed the audit's probes of process $first" "the next audit removes what was left"
equal "$(cat "$T/kprobe_events")" "" "events in tracefs"
nothing_left "a killed audit"
finish
