#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Keys that come and go: each is live for about a second, 10,000 at any time. kwhile's halves are
# emptied again and again meanwhile. The load keeps its own account of each key.
# shellcheck source-path=SCRIPTDIR source=exact.sh
. "$(dirname "$0")/exact.sh"

# So large a table that a machine which is busy for seconds need not refuse a key, and so small that
# each half is emptied now and then.
calls=5000000 seconds=60 live=10000 size=262144
[ -z "$short" ] || calls=250000 seconds=4 size=65536
total=$((2 * calls))
kwhile tests/texts/keys.c -d 0.1 >/dev/null 2>"$tmp/err" || wrong "$(cat "$tmp/err")"
kwhile tests/texts/keys.c --size calls=$size -i 0.1 -o json \
	-c "$(load keys) 2 $calls $live $seconds $tmp/tally" 2>"$tmp/err" |
	$python -IS $here/exact_json.py keys "$tmp/tally" >"$tmp/sums"
read -r samples keys counted differ refused <"$tmp/sums"

echo "$total events in $seconds s on 2 threads, $live keys at any time, flipped every 100 ms, Linux $(uname -r):"
echo
echo "| events counted | samples | keys in all | keys whose count is not the load's | refused |"
echo "|---|---|---|---|---|"
echo "| $counted of $total | $samples | $keys | $differ | $refused |"
[ "$counted $differ $refused" = "$total 0 0" ] || wrong "not exact: $(cat "$tmp/err")"
[ "$samples" -ge "$seconds" ] || wrong "only $samples samples in $seconds s"
[ "$keys" -ge $((live * seconds)) ] || wrong "only $keys keys"
finish
