#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What does a line for each event cost? 100,000 events a second on two threads, through a perf buffer
# and a ring buffer: CPU time of kwhile, BCC from Python and bpftrace, side by side in one run, on this
# kernel's tracepoint. Prints a table in Markdown. Every event must be shown, or counted as lost, by kwhile.
#
#   sh scripts/bench-lines.sh [--short]     --short: fewer events, and kwhile alone
#
# KWHILE_BUILD is the build directory (build), KWHILE_HEADERS the headers to compile against (the lab's).
set -u

cd "$(dirname "$0")/.." || exit 1
case ${1:-} in
'' | --short) short=${1:-} ;;
*) sed -n '3,9s/^# \{0,1\}//p' "$0" && exit 2 ;;
esac
KWHILE_BUILD=${KWHILE_BUILD:-build}
# shellcheck source-path=SCRIPTDIR source=../tests/lib/headers.sh
. tests/lib/headers.sh
# shellcheck source-path=SCRIPTDIR source=bench.d/exact.sh
. scripts/bench.d/exact.sh
calls=500000
[ -z "$short" ] || calls=50000
total=$((2 * calls))
# Under a name of its own: others on this machine may call getppid as well.
name=$(printf 'kw%06d' $(($$ % 1000000)))
cp "$KWHILE_BUILD/tests/load_paced" "$tmp/$name" || exit 1

# row WHAT COMMAND...: the first row of a kind is what the others are compared with.
row() {
	row_what=$1
	shift
	row_got=$($python -IS $here/lines.py "$tmp/out" "$tmp/$name" 2 50000 $calls -- "$@") || return 1
	echo "$row_got $total" | awk -v what="$row_what" -v first="$first" '{
		printf "| %s | %d of %d | %.2f s | %.0f %% | %s |\n", what, $1, $4, $2, 100 * $2 / $3,
			first == "" ? "1" : sprintf("%.1f", $2 / (first > 0 ? first : 0.01))
	}'
	[ -n "$first" ] || first=$(echo "$row_got" | cut -d' ' -f2)
}

echo "$total events, 100,000 a second on 2 threads, Linux $(uname -r), $(nproc) CPUs:"
echo
echo "| | lines | CPU time | of one CPU | ratio |"
echo "|---|---|---|---|---|"
for kind in perf ring; do
	first=
	text=tests/texts/events_$kind.c
	# shellcheck disable=SC2086 # words
	row "kwhile, $kind buffer" "$KWHILE_BUILD/kwhile" $text -D LOAD="$name" $options -i 60 \
		--show 'events lines "E %pid %comm %ts"' || wrong "kwhile failed"
	lost=$(sed -n 's/^records lost = \([0-9]*\).*/\1/p' "$tmp/out")
	if [ $((${row_got%% *} + ${lost:-0})) -ne $total ]; then
		wrong "kwhile shows ${row_got%% *} and counts ${lost:-0} as lost"
	fi
	if peer $python -c 'import bcc'; then
		# As with_headers() does it, but as one command.
		# shellcheck disable=SC2016 # for the other shell
		row "BCC from Python, $kind buffer" unshare -m sh -c 'to=/lib/modules/$(uname -r) from=$0
			[ -e "$to/build" ] || { mkdir -p /lib/modules && mount -t tmpfs none /lib/modules &&
				mkdir "$to" && ln -s "$from" "$to/build" &&
				ln -s "${from%-*}-common" "$to/source"; } && exec "$@"' "$(realpath "$KWHILE_HEADERS")" \
			$python $here/lines_bcc.py $kind $text "$name"
	fi
	if [ $kind = perf ] && peer bpftrace --version; then
		row "bpftrace, perf buffer" bpftrace -e "tracepoint:syscalls:sys_enter_getppid /comm == \"$name\"/ {
			printf(\"E %d %s %lld\\n\", tid, comm, nsecs); }"
	fi
done
finish
