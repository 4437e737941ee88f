#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 500
# What is counted inside compact_zone() equals the kernel's own accounts of the same load: calls, a
# tracefs kprobe's hits + misses; events of the threads inside, the entries in a function graph.
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"

if [ "$LAB_KERNEL" = nobtf ]; then
	equal "$(find /sys/kernel/btf 2>/dev/null | wc -l)" 0 "entries of /sys/kernel/btf"
fi

# count COMPACTORS EVENT...: one load, three accounts.
count() {
	compactors=$1
	shift
	list=$(echo "$*" | tr ' ' ,)
	# The compiler's work is done before anything is counted.
	run "$KWHILE" compact_zone --scope thread -e "$list" -d 0.2
	equal "$status" 0 "exit status of a run without load"
	has "$tmp/out" '^total_accum_usec = 0$' "nothing compacts when idle"

	truth_kprobe_start compact_zone && truth_graph_start compact_zone compact_zone "$@" || exit 1
	run "$KWHILE" compact_zone --scope thread -e "$list" -o json -i 0.5 \
		-c "$KWHILE_BUILD/tests/load_compact --times 23 60 $compactors >&2; sleep 0.5"
	equal "$status" 0 "exit status"
	truth_graph_stop >"$tmp/graph" || exit 1
	calls=$(truth_kprobe_stop compact_zone) || exit 1
	figures
	want "$calls" -ge 23 "calls of compact_zone, $compactors at once"
	equal "$(figure calls delay)" "$calls" "calls in the histograms"
	equal "$(awk '$1 == "compact_zone" { print $2 }' "$tmp/graph")" "$calls" "calls in the graph"
	for event; do
		truth=$(awk -v event="$(truth_symbol "$event")" '$1 == event { n = $2 } END { print n + 0 }' "$tmp/graph")
		counted=$(figure sum counted "$event")
		if [ -z "$may_skip" ]; then
			equal "$counted" "$truth" "$event inside compact_zone, same thread"
		else
			want "$counted" -le "$truth" "$event inside compact_zone, same thread, at most the graph's"
			skipped=$(figure account events_skipped)
			[ "$skipped" != unknown ] || skipped=$((truth / 50 + 1))
			want $((truth - counted)) -le "$skipped" "$event that the kernel skipped"
		fi
	done
	equal "$(figure unequal order_ns)" 0 "samples whose orders do not add up"
	equal "$(orders)" -1 "orders, where compaction is asked for by hand"
	equal "$(figure account repaired)" 0 "gates repaired"
	nothing_left "after $compactors at once"
}

may_skip=
# Often called, and never from an interrupt.
for n in 1 2; do
	count "$n" migrate_pages compaction_alloc isolate_migratepages_block
	want "$(figure sum counted)" -gt 100 "events in all"
done
# From interrupts as well. They are apart from the above: an event in an interrupt that comes while
# a program of ours runs is one that the kernel skips, before 6.7 without a word.
may_skip=yes
count 2 kfree kmem_cache_free kmem_cache_alloc
finish
