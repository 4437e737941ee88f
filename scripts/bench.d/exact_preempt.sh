#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Tables for each CPU, written from uprobes, whose programs can be preempted in the middle of an addition by
# others of the same CPU: on a preemptible kernel, with more threads than CPUs.
# shellcheck source-path=SCRIPTDIR source=exact.sh
. "$(dirname "$0")/exact.sh"

calls=1000000 repetitions=10 threads=16
[ -z "$short" ] || calls=100000 repetitions=1
at=$(load calls):load_called

# taken TABLE: what it has in all samples together
taken() {
	$python -IS $here/exact_json.py total "$1" <"$tmp/json"
}

# note TABLE WANTED: counts how often it is exact, and how far it is off.
note() {
	off=$(($2 - $(taken "$1")))
	echo "$off" >>"$tmp/$1"
}

row() { # TABLE WHAT
	awk -v what="$2" '
		$1 == 0 { exact++ }
		{ off = $1 < 0 ? -$1 : $1; if (off > worst) worst = off }
		END { printf "| %s | %d of %d | %d |\n", what, exact, NR, worst }' "$tmp/$1"
}

i=0
while [ $i -lt $repetitions ]; do
	kwhile tests/texts/percpu_calls.c --at "$at" -i 0.1 -o json -c "$(load calls) $threads $calls" \
		2>"$tmp/err" >"$tmp/json" || wrong "$(cat "$tmp/err")"
	for table in calls returned plain; do note $table $calls; done
	i=$((i + 1))
done
echo "$calls calls on $threads threads, uprobe, tables for each CPU, Linux $(uname -r), $repetitions repetitions:"
echo
echo "| | exact | furthest off in one run |"
echo "|---|---|---|"
row calls "kwhile, kw_add() to a per-CPU hash"
row returned "kwhile, kw_add() to a per-CPU array"
row plain "a text that adds with \`+=\` to a per-CPU array"
for table in calls returned; do
	[ "$(sort -u "$tmp/$table")" = 0 ] || wrong "per-CPU table not exact: $(sort -u "$tmp/$table" | tr '\n' ' ')$(cat "$tmp/err")"
done
finish
