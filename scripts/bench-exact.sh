#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Who counts exactly? The same number of getppid calls on two threads, read while they run: kwhile, BCC
# from Python and bpftrace, side by side in one run, on this kernel's tracepoint. Prints a table in
# Markdown for docs/exactness.md.
#
#   sh scripts/bench-exact.sh [--short]     --short: fewer calls, one repetition, and kwhile alone
#
# KWHILE_BUILD is the build directory (build); KWHILE_OPTIONS are further options for kwhile, such as
# --kernel-headers DIR where the running kernel's headers are elsewhere.
set -u

cd "$(dirname "$0")/.." || exit 1
build=${KWHILE_BUILD:-build}
load=$build/tests/load_getppid
calls=2000000 repetitions=10 peers=yes
case ${1:-} in
--short) calls=200000 repetitions=1 peers='' ;;
'') ;;
*) sed -n '3,10s/^# \{0,1\}//p' "$0" && exit 2 ;;
esac
total=$((2 * calls))
failed=
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# The two busiest threads of a run's JSON are the load's: others call getppid now and then.
sum_json() {
	/usr/bin/python3 -IS -c '
import collections, json, sys
sums = collections.Counter()
for line in sys.stdin:
    if line.startswith("{"):
        for row in json.loads(line)["views"][0]["rows"]:
            sums[row["key"]] += row["value"]
print(sum(n for _, n in sums.most_common(2)))'
}

run_kwhile() { # INTERVAL TEXT [OPTION]...
	interval=$1 text=$2
	shift 2
	# shellcheck disable=SC2086 # a list of options
	"$build/kwhile" "$text" ${KWHILE_OPTIONS:-} "$@" -i "$interval" -o json -- "$load" 2 $calls 2>"$tmp/err" |
		sum_json
}

run_bpftrace() {
	bpftrace -e 'tracepoint:syscalls:sys_enter_getppid { @[tid] = count(); }
		interval:ms:10 { print(@); clear(@); }' -c "$load 2 $calls" 2>/dev/null |
		awk '/^@\[/ { gsub(/[^0-9]+/, " "); sums[$1] += $2 }
			END { for (t in sums) { n = sums[t]; if (n > a) { b = a; a = n } else if (n > b) b = n }
				printf "%d\n", a + b }'
}

# row WHAT EXACT COMMAND...: as often as asked; the worst of them is what counts.
row() {
	what=$1 must=$2
	shift 2
	exact=0 worst=0 i=0
	while [ $i -lt $repetitions ]; do
		got=$("$@")
		off=$((total - ${got:-0}))
		[ "$off" -eq 0 ] && exact=$((exact + 1))
		[ "${off#-}" -gt "${worst#-}" ] && worst=$off
		i=$((i + 1))
	done
	echo "| $what | $exact of $repetitions | $worst |"
	if [ -n "$must" ] && [ $exact -ne $repetitions ]; then
		failed=yes
		cat "$tmp/err" >&2
	fi
}

echo "$total getppid calls on 2 threads, Linux $(uname -r), $repetitions repetitions:"
echo
echo "| | exact | furthest off in one run (lost; - is counted twice) |"
echo "|---|---|---|"
row "kwhile, flipped, read every 100 ms" yes run_kwhile 0.1 tests/texts/calls.c
row "kwhile, growing, read every 10 ms" yes run_kwhile 0.01 tests/texts/calls.c
if [ -n "$peers" ]; then
	bcc=/usr/bin/python3
	if ! $bcc -c 'import bcc' 2>/dev/null; then
		echo "bench: python3-bpfcc is not installed (scripts/install-deps.sh peers)" >&2
	else
		row "BCC from Python, hash, read and cleared every 10 ms" '' $bcc scripts/bench.d/exact_bcc.py BPF_HASH "$load" 2 $calls
		row "BCC from Python, per-CPU hash, the same" '' $bcc scripts/bench.d/exact_bcc.py BPF_PERCPU_HASH "$load" 2 $calls
	fi
	if command -v bpftrace >/dev/null; then
		row "bpftrace, print and clear every 10 ms" '' run_bpftrace
	else
		echo "bench: bpftrace is not installed (scripts/install-deps.sh peers)" >&2
	fi
fi
[ -z "$failed" ]
