#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 400
# Functions of user space, called a known number of times: as many calls, and as many returns.
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"

calls=1000003
few=10007
program=$KWHILE_BUILD/tests/load_calls
library=$KWHILE_BUILD/tests/libload.so
text=tests/texts/user_calls.c

# counted WORD: what the lines "WORD = N" of all samples add up to.
counted() {
	awk -v word="$1" '$1 == word && $2 == "=" { sum += $3 } END { print sum + 0 }' "$tmp/out"
}

# counts N WHAT FILE:FUNCTION OPTION...: N calls, N returns, and no word of anything missed.
counts() {
	n=$1 what=$2 at=$3
	shift 3
	run "$KWHILE" $text --at "$at" -i 600 "$@"
	equal "$status" 0 "exit status, $what"
	equal "$(counted calls)" "$n" "calls, $what"
	equal "$(counted returns)" "$n" "returns, $what"
}

counts $((few / 10)) "a library that is loaded later" "$library:load_lib_plain" -- \
	"$program" 2 $few --load "$library"
before=$(cut -d. -f1 /proc/uptime)
counts $calls "four threads" "$program:load_called" -- "$program" 4 $calls
equal "$(grep -cx $calls "$tmp/out")" 1 "the load says how many calls it made"
echo "$calls calls and returns took $(($(cut -d. -f1 /proc/uptime) - before)) s"
counts $((few + few / 10)) "a pattern, over many samples" "$program:load_called*" -i 0.2 -- "$program" 4 $few

tree=$KWHILE_BUILD/tests/load_tree
counts 200140 "a pattern of five functions, at once where the kernel can" "$tree:tree_*" -- "$tree" 10007

# The kernel's own count of the same, by a uprobe of tracefs.
address=$(nm "$program" | awk '$3 == "load_called" { print $1 }')
echo "p:truth/user $program:0x$address" >"$T"/uprobe_events
echo 1 >"$T"/events/truth/user/enable
counts $few "beside a uprobe of tracefs" "$program:load_called" -- "$program" 2 $few
equal "$(awk '$2 == "user" { print $3 }' "$T"/uprobe_profile)" $few "calls that tracefs counted"
echo 0 >"$T"/events/truth/user/enable
echo >"$T"/uprobe_events

# One process of two.
mkfifo "$tmp/go"
"$program" 2 $few --wait <"$tmp/go" >"$tmp/load" &
children="$children $!"
exec 3>"$tmp/go"
wait_for 20 test -s "$tmp/load" || fail "the load does not say its number"
counts $few "one process of two" "$program:load_called" --pid "$(sed -n 1p "$tmp/load")" \
	-c "'$program' 2 $few >'$tmp/other'; echo go >'$tmp/go'; tail --pid=$(sed -n 1p "$tmp/load") -f /dev/null"
exec 3>&-
nothing_left "uprobes"
finish
