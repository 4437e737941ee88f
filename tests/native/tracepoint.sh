#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 600
# Counts that are known exactly: threads that make a known number of getppid calls. They have a name of
# their own: others on this machine may call getppid as well.
# shellcheck disable=SC2086 # $HEADERS are options
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/native.sh
. "$(dirname "$0")/../lib/native.sh"

calls=1000003
own_load getppid

# sums WORD FILE: by key, largest first, what the lines "WORD KEY = N" of all samples add up to.
sums() {
	awk -v word="$1" '
		$1 == word && $3 == "=" { sum[$2] += $4 }
		END { for (key in sum) printf "%d %s\n", sum[key], key }' "$2" | sort -rn
}

# two_threads WHAT: the two threads of the load, and nobody else, made that many calls.
two_threads() {
	sums thread "$tmp/out" >"$tmp/sums"
	equal "$(sed -n 1p "$tmp/sums" | cut -d' ' -f1)" $calls "first thread, $1"
	equal "$(sed -n 2p "$tmp/sums" | cut -d' ' -f1)" $calls "second thread, $1"
	equal "$(awk '{ n += $1 } END { print n }' "$tmp/sums")" $((2 * calls)) "all threads, $1"
}

# total_agrees WHAT: the line "all" of each sample is the sum of its parts.
total_agrees() {
	equal "$(awk '
		/^---- new sample/ { parts = 0 }
		/^thread / { parts += $4 }
		/^all = / { if ($3 != parts) wrong++; seen++ }
		END { print wrong + 0, (seen > 0) }' "$tmp/out")" "0 1" "samples whose parts do not add up, $1"
}

samples() {
	grep -c '^---- new sample' "$tmp/out"
}

count_calls() { # TEXT OPTION...
	count_text=$1
	shift
	run "$KWHILE" "$texts/$count_text" $HEADERS --who "$own_name" "$@" -- "$own_load" 2 $calls 50
	equal "$status" 0 "exit status of $count_text $*"
	equal "$(grep -cx $((2 * calls)) "$tmp/out")" 1 "the load says how many calls it made"
	# What a full table refuses is not counted where BCC's own calls write it.
	equal "$(grep -vc 'was missed is not known in full$' "$tmp/err")" 0 "other lines on stderr"
}

for interval in 60 0.1 0.01; do
	count_calls own_calls.c -i $interval
	two_threads "-i $interval"
	total_agrees "-i $interval"
done
want "$(samples)" -gt 20 "samples with -i 0.01"

# The flipped halves of -i 0.1 are each read at rest, those of -i 0.01 are not, and JSON says so.
count_calls own_calls.c -i 0.1 -o json
equal "$(grep -c '"exact":false' "$tmp/out")" 0 "samples with -i 0.1 that are not exact"
want "$(grep -c '"exact":true' "$tmp/out")" -gt 1 "exact samples with -i 0.1"
count_calls own_calls.c -i 0.01 -o json
equal "$(grep -c '"exact":true' "$tmp/out")" 0 "samples with -i 0.01 that claim to be exact"

# BCC's own calls: subtracting loses nothing of what the text has not lost itself.
for interval in 60 0.1 0.01; do
	count_calls bcc_calls.c --tables keep -i $interval
	two_threads "BCC's calls, -i $interval"
	# BCC 0.26 loses one where both insert the entry at once.
	got=$(sums process "$tmp/out" | head -n 1 | cut -d' ' -f1)
	want "$got" -le $((2 * calls)) "atomic_increment from two threads, -i $interval"
	want "$got" -ge $((2 * calls - 1)) "atomic_increment from two threads, -i $interval"
	want "$(sums racy "$tmp/out" | head -n 1 | cut -d' ' -f1)" -le $((2 * calls)) \
		"increment from two threads, -i $interval"
done

# Taking entries out loses updates that are on their way, and invents none.
count_calls bcc_calls.c --tables drain -i 60
two_threads "BCC's calls, drained once"
count_calls bcc_calls.c --tables drain -i 0.1
for n in 1 2; do
	got=$(sums thread "$tmp/out" | sed -n ${n}p | cut -d' ' -f1)
	want "$got" -le $calls "thread $n, drained each 0.1 s"
	want "$got" -ge $((calls - calls / 100)) "thread $n, drained each 0.1 s"
done

no_trace "counting"
finish
