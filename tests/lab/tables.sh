#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 300
# Each kind of table, written by a kprobe: as many events as there were, a prime number.
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"

calls=1009
run "$KWHILE" tests/texts/every_table.c -i 60 -- "$KWHILE_BUILD/tests/load_getppid" 1 $calls
equal "$status" 0 "exit status"
for entry in 'plain\[2]' 'plain\[12]' 'exact\[2]' 'cpus\[2]' 'recent\[2]' 'recent_cpus\[2]' 'slots\[3]' 'cpu_slots\[4]' \
	'slots\[1]' 'trie\[24]' 'rooms\[1]\[11]' 'houses\[7]\[12]' 'houses\[7]\[2]'; do
	equal "$(grep -c "^$entry = $calls\$" "$tmp/out")" 1 "all calls in $entry"
done
lacks "$tmp/out" '^slots\[0]' "a tail call does not come back"
has "$tmp/out" "^ +512 -> 1023 +: $calls " "a histogram"
has "$tmp/out" "^ +16 -> 31 +: $calls " "a histogram with sections"
seq 0 $((calls - 1)) >"$tmp/numbers"
for order in queued:cat stacked:tac 'record:cat' ring:cat; do
	word=${order%:*}
	sed -n "s/^$word \([0-9]*\).*/\1/p" "$tmp/out" >"$tmp/given"
	"${order#*:}" "$tmp/numbers" >"$tmp/expected"
	equal "$(cmp "$tmp/given" "$tmp/expected" 2>&1)" "" "the values of $word, in their order"
done
equal "$(grep -Ec '^record [0-9]+ [_a-z0-9]*sys_getppid$' "$tmp/out")" $calls "addresses that are the probe's function"
has "$tmp/out" "^callers = $calls\$" "one stack"
has "$tmp/out" '^    [_a-z0-9]*sys_getppid$' "its innermost function"
lacks "$tmp/out" '^(refused|records lost)' "nothing was lost"
finish
