#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 400
# Whatever ends kwhile, and whenever: what was counted is printed, and nothing stays behind.
# shellcheck disable=SC2086 # $HEADERS are options
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/native.sh
. "$(dirname "$0")/../lib/native.sh"

# A number of seconds that nobody else sleeps, by which commands that are left are found.
nap=$((1000000 + $$))

# begin OPTION...: kwhile in the background, its output in $tmp/out.
begin() {
	: >"$tmp/out"
	# A shell starts what goes to the background with SIGINT ignored.
	background env --default-signal=INT "$KWHILE" "$texts/calls.c" $HEADERS "$@" >"$tmp/out" 2>"$tmp/err"
}

# ended_by SIGNAL WANTED WHAT...: sends it and waits for the end.
ended_by() {
	ended_signal=$1
	ended_wanted=$2
	shift 2
	kill -s "$ended_signal" "$child"
	wait "$child"
	ended_status=$?
	children=
	equal $ended_status "$ended_wanted" "exit status after SIG$ended_signal, $*"
}

# shellcheck disable=SC2317 # called by wait_for
samples_are() { # NUMBER
	test "$(grep -c '^---- new sample' "$tmp/out")" -ge "$1"
}

"$KWHILE" "$texts/calls.c" $HEADERS -n 1 -i 0.01 >/dev/null || fail "cannot fill the cache"

for signal in INT TERM HUP; do
	begin -i 0.2
	wait_for 60 samples_are 2 || fail "no samples"
	ended_by $signal 0 "while sampling"
	has "$tmp/out" '^---- new sample: 3' "the sample under way is printed at SIG$signal"
	equal "$(cat "$tmp/err")" "" "nothing on stderr at SIG$signal"
done

# In the first interval, which is then the only sample, with what was counted in it.
# The load begins in the moment in which kwhile says that its probe is attached: nothing may be missing.
mkfifo "$tmp/said"
for turn in 1 2 3 4 5 6 7 8 9 10; do
	"$KWHILE" "$texts/calls.c" $HEADERS -i 3600 -v >"$tmp/out" 2>"$tmp/said" </dev/null &
	child=$!
	children=$child
	while read -r line; do
		case $line in
		*' attached')
			made=$("$KWHILE_BUILD/tests/load_getppid" 1 4321)
			kill -INT $child
			;;
		esac
	done <"$tmp/said"
	wait $child
	equal "$? $made" '0 4321' "exit status, and calls that the load made, turn $turn"
	has "$tmp/out" '^---- new sample: 1' "the only sample is printed"
	has "$tmp/out" '^thread [0-9]* = 4321$' "and has all calls"
done
children=

# The command ends with the run; it did not fail then.
begin -i 0.1 -c 'trap "exit 9" TERM; while :; do sleep 0.05; done'
wait_for 60 samples_are 2 || fail "no samples"
ended_by INT 0 "with a command that ends with 9 when told to"
begin -i 0.1 -- sleep $nap
wait_for 60 samples_are 2 || fail "no samples"
ended_by TERM 0 "with a command that SIGTERM ends"
begin -i 0.1 -c "sleep $nap | sleep $nap; true"
wait_for 60 samples_are 2 || fail "no samples"
ended_by INT 0 "with a pipeline"
no_trace "SIGTERM with a command"

# nohup(1): SIGHUP stays ignored.
: >"$tmp/out"
(
	trap '' HUP
	exec "$KWHILE" "$texts/calls.c" $HEADERS -i 0.1 -n 10 >"$tmp/out" 2>"$tmp/err" </dev/null
) &
child=$!
wait_for 60 samples_are 2
kill -s HUP $child
wait $child
equal $? 0 "exit status of kwhile under nohup"
equal "$(grep -c '^---- new sample' "$tmp/out")" 10 "samples under nohup"

# Whoever reads has gone.
for format in text json; do
	{
		"$KWHILE" "$texts/calls.c" $HEADERS -i 0.02 -o $format -- sleep $nap 2>"$tmp/err" </dev/null
		echo $? >"$tmp/status"
	} | head -n 1 >"$tmp/out"
	equal "$(cat "$tmp/status")" 141 "exit status when the reader of $format goes"
	equal "$(wc -l <"$tmp/out")" 1 "lines that the reader got"
	equal "$(cat "$tmp/err")" "" "nothing on stderr when the reader goes"
done
no_trace "SIGPIPE"
equal "$(pgrep -cfx "sleep $nap")" 0 "commands left running"

# At any moment, while compiling as well: 30 times each, from 0 to 0.9 s after the start.
for signal in INT TERM KILL; do
	wrong=0
	for tenth in 0 1 2 3 4 5 6 7 8 9; do
		for rest in 0 33 67; do
			begin --no-cache -i 0.1 -- sleep $nap
			# Not before env(1) has become kwhile: it still ignores SIGINT.
			until readlink "/proc/$child/exe" | grep -q kwhile; do
				kill -0 "$child" || break
			done
			sleep 0.$tenth$rest
			kill -s $signal "$child"
			wait "$child"
			status=$?
			children=
			case $signal-$status in
			# Before its handlers stand (130, 143), while it compiles (1), while it samples (0).
			INT-0 | INT-1 | INT-130 | TERM-0 | TERM-1 | TERM-143 | KILL-137) ;;
			*) fail "exit status $status after SIG$signal at 0.$tenth$rest s" && wrong=1 ;;
			esac
			if [ $signal != KILL ] && [ "$(wc -l <"$tmp/err")" -gt 1 ]; then
				fail "more than one line at SIG$signal after 0.$tenth$rest s" && cat "$tmp/err"
			fi
			[ $signal = KILL ] || [ "$(merged_left)" -eq 0 ] || wrong=1
		done
	done
	equal $wrong 0 "runs that SIG$signal ended and that went wrong"
	nothing_left "30 times SIG$signal"
	wait_for 30 sh -c "! pgrep -fx 'sleep $nap'" || fail "commands left running by SIG$signal"
done

# What SIGKILL left in the file system, the next start takes away.
"$KWHILE" "$texts/calls.c" $HEADERS --no-cache -n 1 -i 0.01 >/dev/null || fail "cannot start afterwards"
no_trace "SIGKILL, after another start"
finish
