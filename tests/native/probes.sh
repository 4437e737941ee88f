#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 600
# Each kind of probe that needs neither kprobes nor BTF, on numbers that are known: raw tracepoints,
# patterns, perf's software events, clocks; what this machine cannot count; a program that takes its
# probe on the command line; and the lists of probe points.
# shellcheck disable=SC2086 # $HEADERS are options
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/native.sh
. "$(dirname "$0")/../lib/native.sh"

examples=$texts/../../examples
cpus=$(nproc --all)
# Numbers of getppid calls that no other process of this machine is likely to make.
calls=$((20011 + $$ % 20000))
more=$((calls + 20000))

echo '--- raw tracepoint'
run "$KWHILE" "$texts/raw_calls.c" $HEADERS -i 60 -o json -- "$KWHILE_BUILD/tests/load_getppid" 1 $calls
equal "$status" 0 "exit status"
equal "$(grep -o "\"value\":$calls" "$tmp/out" | wc -l)" 1 "processes that made $calls calls"
run "$KWHILE" build "$texts/raw_calls.c" $HEADERS -o "$tmp/raw.kwo"
run "$KWHILE" "$tmp/raw.kwo" -i 60 -o json -- "$KWHILE_BUILD/tests/load_getppid" 1 $more
equal "$(grep -o "\"value\":$more" "$tmp/out" | wc -l)" 1 "processes that made $more calls, built before"

# count PROBE WORK N [COMMAND...]: what is counted at PROBE while load_events, as COMMAND starts it, does N of
# WORK.
count() {
	probe=$1 work=$2 amount=$3
	shift 3
	run "$KWHILE" "$texts/by_name.c" $HEADERS --attach "$probe=on_event" -i 60 \
		--show 'hits count "%comm = %value"' --show 'cpus count "cpu %key = %value" nonzero' \
		-- "$@" "$KWHILE_BUILD/tests/load_events" "$work" "$amount"
	set -- "$probe"
	equal "$status" 0 "exit status at $1"
	on=$(sed -n 's/^kw_load_on = //p' "$tmp/out")
	least=$(sed -n 's/^\([0-9]*\) [0-9]*$/\1/p' "$tmp/out")
	most=$(sed -n 's/^[0-9]* \([0-9]*\)$/\1/p' "$tmp/out")
}

echo '--- events: the load makes so many, and the kernel says that it did'
for probe in software:page-faults:1 s:minor-faults:1; do
	count $probe faults 10007
	want "${least:-0}" -ge 10007 "page faults that the kernel says there were"
	want "${on:-0}" -ge "${least:-1}" "at least what the kernel says, $probe"
	want "${on:-0}" -le "${most:-0}" "at most what the kernel says, $probe"
done
count software:context-switches:1 switches 1009
want "${least:-0}" -ge 1009 "switches that the kernel says there were"
want "${on:-0}" -ge "${least:-1}" "at least what the kernel says"
want "${on:-0}" -le "${most:-0}" "at most what the kernel says"
count software:dummy faults 101
equal "${on:-0}" 0 "events that never happen"

echo '--- clocks, against perf, which samples all CPUs at the same rate'
# Where this machine is virtual and busy, ticks are lost with the time that it is taken away, or are
# counted while the CPU time is not: seen 60 % and 132 % of the CPU time, and perf sees the same. Where perf does not run,
# that time is all there is: a wrong unit would be ten times off, each time.
low=4 high=20 account="the CPU time that the kernel says"
by_perf() {
	perf record -q -a -e cpu-clock -c 1000000 -o "$tmp/perf.data" true >/dev/null 2>&1
}
by_perf && low=8 high=12 account="perf's samples"

# clock PROBE: what is counted, in $on, and what is to be expected, in $wanted: one sample each millisecond.
clock() {
	if [ $low -eq 4 ]; then
		count "$1" cpu 997
		wanted=$((${least:-0} / 1000))
		return
	fi
	count "$1" cpu 997 perf record -q -a -e cpu-clock -c 1000000 -o "$tmp/perf.data"
	wanted=$(perf script -i "$tmp/perf.data" -F comm 2>/dev/null | grep -c '^ *kw_load_on *$')
}

agrees() {
	[ "${on:-0}" -ge $((wanted * low / 10)) ] && [ "${on:-0}" -le $((wanted * high / 10)) ] && [ "$wanted" -ge 300 ]
}
for probe in profile:ms:1 p:us:1000 profile:hz:1000 software:cpu-clock:1000000; do
	for attempt in 1 2 3; do
		clock $probe
		equal "$(grep -c '^cpu [0-9]* = ' "$tmp/out")" "$cpus" "CPUs with samples at $probe"
		if agrees; then break; fi
		echo "attempt $attempt: ${on:-0} samples, $account: $wanted"
	done
	want "$wanted" -ge 300 "samples by $account at $probe"
	want "${on:-0}" -ge $((wanted * low / 10)) "samples at $probe, by $account $wanted"
	want "${on:-0}" -le $((wanted * high / 10)) "samples at $probe, by $account $wanted"
done

echo '--- a clock on one CPU, against the time that the sample covers'
# Never more; fewer where the machine is taken away from this one for longer than a tick.
run "$KWHILE" "$texts/by_name.c" $HEADERS --attach interval:ms:10=on_event -n 1 -i 2.03 -o json \
	--show 'cpus count'
awk 'match($0, /"seconds":[0-9.]*/) { seconds = substr($0, RSTART + 10, RLENGTH - 10) }
	{
		while (match($0, /"value":[0-9]+/)) {
			n = substr($0, RSTART + 8, RLENGTH - 8)
			$0 = substr($0, RSTART + RLENGTH)
			if (n > 0) {
				cpus++
				sum += n
			}
		}
	}
	END { print cpus + 0, (sum <= seconds * 100 + 1 && sum >= seconds * 40 ? "agrees" : sum " in " seconds) }' \
	"$tmp/out" >"$tmp/clock"
equal "$(cat "$tmp/clock")" '1 agrees' "CPUs with ticks of interval:ms:10, and their number"

echo '--- patterns, and programs that take a probe'
run "$KWHILE" "$examples/tally.c" 'tracepoint:syscalls:sys_*_getppid' $HEADERS -i 60 \
	-- "$KWHILE_BUILD/tests/load_getppid" 1 $calls
equal "$(grep -c "^$((2 * calls)) times [0-9]" "$tmp/out")" 1 "a pattern that means entry and exit of $calls calls"
run "$KWHILE" "$examples/tally.c" tracepoint:raw_syscalls:sys_exit \
	'(bpf_get_current_pid_tgid() >> 32 << 16) + ctx->id' --only 'ctx->id == 110' $HEADERS -i 60 \
	-- "$KWHILE_BUILD/tests/load_getppid" 1 $calls
equal "$(grep -c "^$calls times [0-9]" "$tmp/out")" 1 "an expression of the tracepoint's fields"
run "$KWHILE" "$examples/tally.c" 'rt:sys_enter' 'ctx->args[1]' --only 'ctx->args[1] == 110' $HEADERS \
	-i 60 -- "$KWHILE_BUILD/tests/load_getppid" 1 $calls
want "$(sed -n 's/^\([0-9]*\) times 110$/\1/p' "$tmp/out")" -ge $calls "an expression of raw arguments"
# Some of what a pattern matches may be refused: 6.18 has raw tracepoints that are not for BPF.
run "$KWHILE" "$examples/tally.c" 'rt:sched_*' $HEADERS -i 0.5 -n 1
equal "$status" 0 "exit status of a pattern for raw tracepoints"
equal "$(grep -cv -e '; going on without it$' -e 'is not known in full$' "$tmp/err")" 0 "other words on stderr"
want "$(sed -n 's/^\([0-9]*\) times in all$/\1/p' "$tmp/out")" -gt 0 "events"
refused 2 'PROBE must be given: where to count' "$KWHILE" "$examples/tally.c"
refused 2 "'c' is one word too many" "$KWHILE" "$examples/tally.c" software:cs a c
refused 2 "PROBE: 'softwar' is not a kind of probe; did you mean software" "$KWHILE" "$examples/tally.c" softwar:cs
run "$KWHILE" help "$examples/tally.c"
has "$tmp/out" 'kwhile .*tally.c PROBE \[EXPR\] \[OPTIONS\]' "help shows where the words go"
run "$KWHILE" build "$examples/tally.c" software:cs:1 $HEADERS -o "$tmp/tally.kwo"
equal "$status" 0 "it can be built ahead"
run "$KWHILE" "$tmp/tally.kwo" -i 60 -- "$KWHILE_BUILD/tests/load_events" switches 1009
want "$(sed -n 's/^\([0-9]*\) times [0-9]*$/\1/p' "$tmp/out" | sort -rn | head -n 1)" -ge 1009 \
	"switches, built before"

echo '--- what this machine cannot do'
if ! [ -e /sys/bus/event_source/devices/cpu ]; then
	for probe in hardware:cpu-cycles cache:LLC-load-misses; do
		refused 1 "$probe: this machine does not count such events" \
			"$KWHILE" "$examples/tally.c" $probe $HEADERS
	done
fi
refused 1 'profile:hz:999999999: perf refuses it; a frequency above' \
	"$KWHILE" "$examples/tally.c" profile:hz:999999999 $HEADERS
nothing_left "attaching"

echo '--- lists'
tracefs=/sys/kernel/tracing
run "$KWHILE" list 'tracepoint:sched:*' -v
find "$tracefs/events/sched" -name format | sort | while read -r format; do
	name=${format%/format}
	echo "tracepoint:sched:${name##*/}"
	awk -F'[:;]' '/field:/ && $2 !~ / common_/ { print "    " $2 ";" }' "$format"
done >"$tmp/wanted"
want "$(wc -l <"$tmp/wanted")" -gt 50 "lines that tracefs gives for tracepoint:sched:*"
equal "$(sort "$tmp/out" | cksum)" "$(sort "$tmp/wanted" | cksum)" "fields of tracepoint:sched:*"
run "$KWHILE" list tracepoint:sched
equal "$(wc -l <"$tmp/out")" "$(grep -c '^tracepoint' "$tmp/wanted")" "a category alone"
run "$KWHILE" list 'rawtracepoint:sched_swi*'
equal "$(cat "$tmp/out")" rawtracepoint:sched_switch "raw tracepoints"
run "$KWHILE" list 'kprobe:vfs_rea[d]'
equal "$(cat "$tmp/out")" kprobe:vfs_read "functions"
if [ -r /sys/kernel/btf/vmlinux ]; then
	run "$KWHILE" list fexit:vfs_read -v
	equal "$(tr -d '\n' <"$tmp/out")" \
		'fexit:vfs_read    struct file *file;    char *buf;    size_t count;    loff_t *pos;    ssize_t retval;' \
		"what vfs_read() is given and returns"
	run "$KWHILE" list lsm:file_open -v
	equal "$(tr -d '\n' <"$tmp/out")" 'lsm:file_open    struct file *file;' "what a hook is given"
	run "$KWHILE" list rt:sys_exit -v
	equal "$(sed -n 2p "$tmp/out")" '    struct pt_regs *arg0;' "the first argument of a raw tracepoint"
fi
for kind in hardware software cache; do
	run "$KWHILE" list "$kind:*"
	want "$(grep -c "^$kind:" "$tmp/out")" -ge 10 "events of the kind $kind"
done
finish
