#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 240
# USDT probes on other kernels: as many passes as tests/load_usdt says, arguments that add up, and a
# semaphore that is raised while somebody looks. One text, compiled once.
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"

few=10007
program=$KWHILE_BUILD/tests/load_usdt
text=tests/texts/usdt_count.c

counted() {
	awk -v word="$1" '$1 == word && $2 == "=" { sum += $3 } END { printf "%.0f\n", sum }' "$tmp/out"
}

probe() { # POINT THREADS
	run "$KWHILE" "$text" --at "$program:$1" -i 600 -- "$program" "$2" $few
	equal "$status" 0 "exit status, $1"
	equal "$(counted passed)" $few "times passed, $1"
	equal "$(counted unread)" 0 "arguments that were not read, $1"
}

probe kwload:step 1
equal "$(counted sum)" $((few * (few - 1) / 2)) "sum of the arguments, one place"
probe many 1
# 1, 2, 3 over and over: 3335 times all three, and 1 and 2.
equal "$(counted sum)" $((3335 * 6 + 3)) "sum of the arguments, three places"
probe kwload:guarded 2
has "$tmp/out" "^guarded $few\$" "the program passed it, for somebody looked"
has "$tmp/out" '^semaphore 1 1 1$' "its semaphore while somebody looks"
run "$program" 1 $few
has "$tmp/out" '^semaphore 0 0 0$' "and when nobody does"
finish
