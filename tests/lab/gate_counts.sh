#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 240
# What is counted inside compact_zone() equals the kernel's own accounts of the same load: calls, a
# tracefs kprobe's hits + misses; events of the threads inside, the entries in a function graph.
. "$(dirname "$0")/../lib/check.sh"

events='kfree kmem_cache_free kmem_cache_alloc migrate_pages compaction_alloc isolate_migratepages_block'
list=$(echo "$events" | tr ' ' ,)

if [ "$LAB_KERNEL" = nobtf ]; then
	equal "$(ls -d /sys/kernel/btf 2>&1 | grep -c '^/sys')" 0 "entries of /sys/kernel/btf"
fi

# The compiler's work is done before anything is counted.
run "$KWHILE" compact_zone --scope thread -e "$list" -d 0.2
equal "$status" 0 "exit status of a run without load"
has "$tmp/out" '^total_accum_usec = 0$' "nothing compacts when idle"

for compactors in 1 2; do
	truth_kprobe_start compact_zone || exit 1
	# shellcheck disable=SC2086 # a list
	truth_graph_start compact_zone compact_zone $events || exit 1
	run "$KWHILE" compact_zone --scope thread -e "$list" -o json -i 0.5 \
		-c "$KWHILE_BUILD/tests/load_compact --times 23 60 $compactors >&2; sleep 1"
	equal "$status" 0 "exit status"
	cat "$tmp/err"
	truth_graph_stop >"$tmp/graph" || exit 1
	figures
	calls=$(truth_kprobe_stop compact_zone) || exit 1
	want "$calls" -ge 23 "calls of compact_zone"
	equal "$(figure calls delay)" "$calls" "calls in the histograms"
	equal "$(awk '$1 == "compact_zone" { print $2 }' "$tmp/graph")" "$calls" "calls in the graph"
	for event in $events; do
		truth=$(awk -v event="$(truth_symbol "$event")" '$1 == event { n = $2 } END { print n + 0 }' "$tmp/graph")
		equal "$(figure sum counted "$event")" "$truth" "$event inside compact_zone, same thread"
	done
	want "$(figure sum counted)" -gt 0 "events in all"
	equal "$(figure unequal order_ns)" 0 "samples whose orders do not add up"
	equal "$(orders)" -1 "orders, where compaction is asked for by hand"
	equal "$(figure account repaired)" 0 "gates repaired"
	nothing_left "after $compactors compactors"
done
finish
