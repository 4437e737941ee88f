#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The same number of getppid calls on two threads, read while they run: kwhile, BCC from Python and
# bpftrace, on this kernel's tracepoint.
# shellcheck disable=SC2317 # called by exact_row
# shellcheck source-path=SCRIPTDIR source=exact.sh
. "$(dirname "$0")/exact.sh"

calls=2000000 repetitions=10
[ -z "$short" ] || calls=200000 repetitions=1
total=$((2 * calls))
# Under a name of its own, which kwhile's text asks for: others on this machine may call getppid as well.
name=$(printf 'kw%06d' $(($$ % 1000000)))
own=$(printf %s "$name" | od -An -td8 | tr -d ' ')
cp "$(load getppid)" "$tmp/$name"
load="$tmp/$name 2 $calls"

run_kwhile() { # INTERVAL
	# shellcheck disable=SC2086 # words
	kwhile tests/texts/own_calls.c --who "$own" -i "$1" -o json -c "$load" 2>"$tmp/err" |
		$python -IS $here/exact_json.py calls
}

run_bcc() { # TABLE
	# shellcheck disable=SC2086 # words
	with_headers $python $here/exact_calls.py "$1" $load
}

run_bpftrace() {
	bpftrace -e 'tracepoint:syscalls:sys_enter_getppid { @[tid] = count(); }
		interval:ms:10 { print(@); clear(@); }' -c "$load" 2>/dev/null |
		awk '/^@\[/ { gsub(/[^0-9]+/, " "); sums[$1] += $2 }
			END { for (t in sums) { n = sums[t]; if (n > a) { b = a; a = n } else if (n > b) b = n }
				printf "%d\n", a + b }'
}

echo "$total getppid calls on 2 threads, Linux $(uname -r), $repetitions repetitions:"
echo
echo "| | exact | furthest off in one run (lost; - is counted twice) |"
echo "|---|---|---|"
exact_row "kwhile, flipped, read every 100 ms" run_kwhile 0.1
exact_row "kwhile, growing, read every 10 ms" run_kwhile 0.01
if peer $python -c 'import bcc'; then
	exact_row "BCC from Python, hash, read and cleared every 10 ms" run_bcc BPF_HASH
	exact_row "BCC from Python, per-CPU hash, the same" run_bcc BPF_PERCPU_HASH
fi
if peer bpftrace --version; then
	exact_row "bpftrace, print and clear every 10 ms" run_bpftrace
fi
finish
