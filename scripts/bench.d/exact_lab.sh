#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# In the lab, on kprobes: a known number of calls, read while they run; and compact_zone()'s own figures,
# of which some must agree in each sample.
# shellcheck source-path=SCRIPTDIR source=exact.sh
. "$(dirname "$0")/exact.sh"

calls=2000000 repetitions=10 seconds=20
[ -z "$short" ] || calls=100000 repetitions=1 seconds=5
total=$((2 * calls))

# shellcheck disable=SC2317 # called by exact_row
run_kwhile() { # INTERVAL
	kwhile tests/texts/calls_kprobe.c -i "$1" -o json -c "$(load getppid) 2 $calls" 2>"$tmp/err" >"$tmp/json"
	$python -IS "$here/exact_json.py" calls <"$tmp/json"
}

# collateral, with two tables more that its handlers write at the same place: what was returned, and
# how long that took in all.
sed -e 's,^BPF_HISTOGRAM(delay);,& BPF_PERCPU_ARRAY(returned\, u64\, 1); BPF_ARRAY(total_ns\, u64\, 1);,' \
	-e 's,^\tkw_add(delay.*,& int only = 0; kw_add(returned\, \&only\, 1); kw_add(total_ns\, \&only\, ns);,' \
	-e 's,^/// show delay .*,&\n/// show returned count\n/// show total_ns count,' \
	bpf_prog/collateral.c >"$tmp/collateral.c"
kwhile tests/texts/calls_kprobe.c -d 0.1 >/dev/null 2>"$tmp/err" || wrong "$(cat "$tmp/err")"
echo "$total getppid calls on 2 threads, kprobe, Linux $(uname -r) in the lab, $repetitions repetitions:"
echo
echo "| | exact | furthest off in one run |"
echo "|---|---|---|"
exact_row "kwhile, flipped, read every 100 ms" run_kwhile 0.1
exact_row "kwhile, growing, read every 10 ms" run_kwhile 0.01
echo
kwhile "$tmp/collateral.c" -e compaction_alloc -d 0.1 >/dev/null 2>"$tmp/err" || wrong "$(cat "$tmp/err")"
kwhile "$tmp/collateral.c" -e compaction_alloc -i 0.1 -o json \
	-c "$(load compact) --pause 0 $seconds 2" 2>"$tmp/err" >"$tmp/json"
$python -IS $here/exact_json.py sums <"$tmp/json" >"$tmp/sums"
read -r busy samples calls differ <"$tmp/sums"
echo "compact_zone() on 2 CPUs, flipped every 100 ms:"
echo
echo "| samples | with calls | calls | samples in which the histogram is not the number of calls, or the orders are not the total |"
echo "|---|---|---|---|"
echo "| $samples | $busy | $calls | $differ |"
if [ "${differ:-1}" -ne 0 ] || [ "${busy:-0}" -lt $((seconds * 2)) ]; then
	wrong "figures do not agree: $(cat "$tmp/err")"
fi
finish
