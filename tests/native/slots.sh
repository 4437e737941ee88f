#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 360
# Tables whose slots are filled from outside (program arrays, tables of tables) and those without keys
# (queues, stacks): what is in them is known to the last value. 1009 is a prime number; its calls go to
# four slots in turn: 253, 252, 252, 252.
# shellcheck disable=SC2086 # $options are options
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/native.sh
. "$(dirname "$0")/../lib/native.sh"

calls=1009
# Under a name of its own: others on this machine may call getppid as well.
name=$(printf 'kw%06d' $(($$ % 1000000)))
cp "$KWHILE_BUILD/tests/load_getppid" "$tmp/$name"
options="$HEADERS -D LOAD=$name -i 60"
text=$texts/slots.c

# slots OPTION...: a run with the load, its output without the load's own line in $tmp/shown.
slots() {
	run "$KWHILE" "$text" $options "$@" -- "$tmp/$name" 1 $calls
	equal "$status" 0 "exit status with $*"
	grep -v "^$calls\$" "$tmp/out" >"$tmp/shown"
}

# Tail calls: to a handler, to one that calls on, and to slots that are empty.
slots --tail 'jumps 0 run_one' --tail 'jumps 3 run_three' --tail 'further 1 run_last' \
	--show 'ran count "%key: %value"' --show 'queued sum' --show 'stacked sum'
equal "$(grep ': ' "$tmp/shown" | grep -v sample | tr '\n' ';')" "1: 253;3: 252;5: 252;7: 504;" "handlers that ran"
# Nothing is there to jump to: all fall through.
slots --show 'ran count "%key: %value"'
has "$tmp/shown" "^7: $calls\$" "calls that fell through"
has "$tmp/err" "program array jumps is empty" "an empty array is said"

# A queue gives them in their order, a stack the last first, and what a full one refused is counted.
slots --show 'queued lines "%number %slot"'
i=0
while [ $i -lt $calls ]; do
	echo "$i $((i % 4))"
	i=$((i + 1))
done >"$tmp/expected"
grep -E '^[0-9]+ [0-3]$' "$tmp/shown" >"$tmp/queued"
equal "$(cmp "$tmp/expected" "$tmp/queued" 2>&1)" "" "the queue's values"
slots --show 'stacked lines "s%value"'
equal "$(grep -c '^s' "$tmp/shown")" 101 "values in the stack"
equal "$(grep '^s' "$tmp/shown" | head -n 1)" s100 "the last one pushed comes first"
equal "$(grep '^s' "$tmp/shown" | tail -n 1)" s0 "the first one pushed comes last"
has "$tmp/shown" "^refused by a full table = $((calls - 101)) [(]stacked; " "what the full stack refused"
run "$KWHILE" "$text" $options --size queued=97 --show 'queued lines "q%number"' --strict -- "$tmp/$name" 1 $calls
equal "$status" 3 "exit status with --strict and a full queue"
equal "$(grep -c '^q' "$tmp/out")" 97 "values that a queue of 97 kept"
slots --show 'stacked top "s%value" limit 3'
equal "$(grep '^s' "$tmp/shown" | tr '\n' ' ')" "s100 s99 s98 " "the largest three"

# Tables of tables: one that the text has, one of its own, and two slots that are empty.
slots --inner 'rooms 1 second' --inner 'rooms 2' --inner 'houses 1000000007000' \
	--show 'rooms count "%outer %{key}: %value"' --show 'houses count' --show 'second count "second %key: %value"'
has "$tmp/shown" '^1 11: 252$' "the table in slot 1"
has "$tmp/shown" '^2 12: 252$' "the table in slot 2"
equal "$(grep -Ec '^[0-9]+ [0-9]+: ' "$tmp/shown")" 2 "slots with tables"
has "$tmp/shown" '^second 11: 252$' "it is the text's own"
has "$tmp/shown" "^houses\\[outer = 1000000007000, key = 5\\] = $calls\$" "the table under a number of 64 bits"

# What cannot be is refused, with the place.
refuse() {
	message=$1
	shift
	refused 2 "$message" "$KWHILE" "$text" $options "$@"
}
refuse "no handler run_two" --tail 'jumps 0 run_two'
refuse "jumps has the slots 0 to 3" --tail 'jumps 4 run_one'
refuse "ran is no program array" --tail 'ran 0 run_one'
refuse "first is no table of tables" --inner 'first 0 second'
refuse "rooms has the slots 0 to 3" --inner 'rooms 4 second'
refuse "ran is not like first" --inner 'rooms 0 ran'
refuse "jumps holds programs" --show 'jumps top'
refuse "no keys: lines, top or sum" --show 'queued hist'
handler=tracepoint__syscalls__sys_enter_getppid
refuse "for kprobe, and ${handler}[(][)], for tracepoint, both use the program array jumps" --tail 'jumps 0 run_one' \
	--attach tracepoint:syscalls:sys_enter_getppid=$handler --attach "uprobe:c:getppid=$handler"

# Tables that hold no figures, and those that cannot be made.
kind() {
	printf '/// attach tracepoint:syscalls:sys_enter_getppid=f\n#include <linux/bpf.h>\n%s;\nint f(void *c) { return 0; }\n' \
		"$2" >"$tmp/kind.c"
	refused "$1" "$3" "$KWHILE" "$tmp/kind.c" $HEADERS --show 't top'
}
kind 2 'BPF_SOCKHASH(t)' 't holds sockets'
kind 2 'BPF_CPUMAP(t, 4)' 't holds CPUs'
kind 2 'BPF_TASK_STORAGE(t, u64)' 't holds what belongs to .*tasks'
# shellcheck disable=SC2016 # it is C
kind 1 'BPF_TABLE("hash_of_maps$nothing", int, int, t, 4)' 'like one that the text does not have'
no_trace "slots"
finish
