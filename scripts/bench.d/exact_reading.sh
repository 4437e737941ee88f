#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The time to read a hash that nobody writes: medians, and how many times kwhile's that is.
# shellcheck source-path=SCRIPTDIR source=exact.sh
. "$(dirname "$0")/exact.sh"

times=21
[ -z "$short" ] || times=3

# row WHAT: figures on standard input, "OURS THEIRS" a line for each size
row() {
	awk -v what="$1" '
		{ cell[NR] = sprintf("%.2f ms", $2); if ($1 != $2) cell[NR] = cell[NR] sprintf(" (%.1f times)", $2 / $1) }
		END { printf "| %s |", what; for (i = 1; i <= NR; i++) printf " %s |", cell[i]; print "" }'
}

echo "Reading a hash (u32 to u64), medians of $times, Linux $(uname -r):"
echo
echo "| | 10,000 entries | 100,000 entries |"
echo "|---|---|---|"
for n in 10000 100000; do
	"$KWHILE_BUILD/tests/bench_read" $n $times || wrong "a table was not read whole"
done >"$tmp/ours"
awk '{ print $1, $1 }' "$tmp/ours" | row "kwhile, batches"
row "next key and look up, in C" <"$tmp/ours"
if peer $python -c 'import bcc'; then
	for n in 10000 100000; do
		with_headers $python $here/exact_reading.py $n $times
	done >"$tmp/bcc"
	paste -d' ' "$tmp/ours" "$tmp/bcc" | awk '{ print $1, $3 }' | row "BCC from Python, items()"
	paste -d' ' "$tmp/ours" "$tmp/bcc" | awk '{ print $1, $4 }' | row "BCC from Python, items_lookup_batch()"
fi
finish
