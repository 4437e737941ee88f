#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 300
# The two ways to wait for running programs, and none: a program that writes one table at its beginning
# and another at its end, with a delay in between, has written both or neither in each sample that says
# it is exact.
# shellcheck disable=SC2086 # $HEADERS are options
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/native.sh
. "$(dirname "$0")/../lib/native.sh"

calls=2003
own_load getppid

# counted WITHOUT: slow.c under load, the ways named refused. Its figures: samples that differ, samples
# that are exact, and the totals of both tables.
counted() {
	run env KWHILE_WITHOUT="$1" "$KWHILE" "$texts/slow.c" $HEADERS --who "$own_name" -o json -i 0.1 \
		-- "$own_load" 2 $calls 100
	equal "$status" 0 "exit status without '$1'"
	sed -i '/^{/!d' "$tmp/out"
	samples=$(wc -l <"$tmp/out")
	want "$samples" -gt 5 "samples: the load rests for a second in all, so that a fast machine has them too"
	exact=$(grep -c '"exact":true' "$tmp/out")
	# Totals stand in the order of the show lines.
	sed 's/.*"total":\([0-9]*\).*"total":\([0-9]*\).*/\1 \2/' "$tmp/out" >"$tmp/totals"
	differ=$(awk '$1 != $2' "$tmp/totals" | wc -l)
	equal "$(awk '{ b += $1; a += $2 } END { print (b == a), (b == 2 * '$calls') }' "$tmp/totals")" "1 1" \
		"in all, both tables have each call, without '$1'"
}

for without in '' membarrier map-wait; do
	counted "$without"
	equal "$exact" "$samples" "exact samples without '$without'"
	equal "$differ" 0 "samples in which a call is in one table only"
	equal "$(cat "$tmp/err")" '' "nothing to be said"
done

# No way is left: it is said once, no sample claims to be exact, and calls are seen half done, which is
# what the above would see if one of the ways did not wait.
counted map-wait,membarrier
equal "$exact" 0 "exact samples where there is no way to wait"
want "$differ" -gt 0 "samples in which a call is in one table only"
equal "$(grep -c 'cannot wait for running programs' "$tmp/err")" 1 "lines that say so"

run env KWHILE_WITHOUT=nosuch "$KWHILE" doctor
has "$tmp/err" "KWHILE_WITHOUT: there is no fact 'nosuch'" "a wrong name is told"
no_trace "waiting"
finish
