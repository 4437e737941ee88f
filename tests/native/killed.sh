#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 300
# A start that is killed at any moment leaves a cache that works, and nothing else behind.
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/native.sh
. "$(dirname "$0")/../lib/native.sh"

# The first half of the moments with the cache emptied before, so that it is being filled; warm
# starts are over sooner.
moments() {
	awk 'BEGIN {
		srand(1)
		for (i = 0; i < 100; i++) printf "cold %.3f\n", rand() * 0.7
		for (i = 0; i < 100; i++) printf "warm %.3f\n", rand() * 0.06
	}'
}

moments >"$tmp/moments"
while read -r kind seconds; do
	[ "$kind" = warm ] || rm -rf "$KWHILE_CACHE"
	# shellcheck disable=SC2086 # options
	"$KWHILE" "$texts/calls.c" $HEADERS -n 1 -i 0.01 >/dev/null 2>"$tmp/err" &
	child=$!
	sleep "$seconds"
	kill -KILL $child 2>/dev/null
	wait $child 2>/dev/null
	if ! "$KWHILE" cache verify >"$tmp/verify" 2>&1 && [ -e "$KWHILE_CACHE" ]; then
		fail "killed after $seconds s, $kind: $(cat "$tmp/verify")"
	fi
done <"$tmp/moments"
equal "$(wc -l <"$tmp/moments")" 200 "starts that were killed"

# shellcheck disable=SC2086 # options
run "$KWHILE" "$texts/calls.c" $HEADERS -n 1 -i 0.01
equal "$status" 0 "the start after them"
# shellcheck disable=SC2086 # options
run "$KWHILE" "$texts/calls.c" $HEADERS -v -n 1 -i 0.01
has "$tmp/err" 'object from the cache' "and the one after that"
# Another text is kept: drafts go with it.
# shellcheck disable=SC2086 # options
run "$KWHILE" "$texts/calls.c" $HEADERS -D OTHER=1 -n 1 -i 0.01
equal "$(find "$KWHILE_CACHE" -name '.*.kwo.*' | wc -l)" 0 "drafts left in the cache"
no_trace "starts that were killed"
finish
