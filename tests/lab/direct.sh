#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 500
# Direct compaction, because huge pages are wanted where memory is fragmented: the order is the one
# that the kernel's own tracepoint says, and the calls agree with compact_stall and with a kprobe.
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"

run "$KWHILE" compact_zone -d 0.2
equal "$status" 0 "exit status of a run without load"
# kcompactd is not to join in, so that each call belongs to a stall.
echo 0 >/proc/sys/vm/compaction_proactiveness
echo 3 >/proc/sys/vm/drop_caches
truth_quiet
truth_kprobe_start compact_zone || exit 1
truth_buffers 8192 || exit 1
echo 1 >"$T/events/compaction/mm_compaction_try_to_compact_pages/enable"
echo 1 >"$T/events/compaction/mm_compaction_deferred/enable"
cat >"$tmp/work" <<-END
	cat /proc/vmstat >$tmp/before
	$KWHILE_BUILD/tests/load_fragment
	$KWHILE_BUILD/tests/load_fragment
	cat /proc/vmstat >$tmp/after
	sleep 1
END
run "$KWHILE" compact_zone -o json -i 1 -c "sh $tmp/work >&2"
equal "$status" 0 "exit status"
echo 0 >"$T/tracing_on"
cat "$tmp/err"
truth_complete || exit 1
cp "$T/trace" "$tmp/trace"
echo 0 >"$T/events/compaction/enable"
calls=$(truth_kprobe_stop compact_zone) || exit 1
stalls=$(awk '$1 == "compact_stall" { n = $2 - n } END { print n }' "$tmp/before" "$tmp/after")
figures

sed -n 's/.*mm_compaction_try_to_compact_pages: order=\([0-9-]*\).*/\1/p' "$tmp/trace" >"$tmp/tried"
direct=$(grep -c 'load_fragment.* t_compact_zone: ' "$tmp/trace")
deferred=$(grep -c 'load_fragment.* mm_compaction_deferred: ' "$tmp/trace")
zones=$(awk '$1 == "managed" && $2 > 0 { n++ } END { print n }' /proc/zoneinfo)
echo "tried $(wc -l <"$tmp/tried"), stalls $stalls, calls $calls, of load_fragment's $direct, deferred $deferred, zones $zones"
equal "$(sort -u "$tmp/tried")" 9 "order in mm_compaction_try_to_compact_pages"
want "$stalls" -gt 0 "compact_stall rose by"
equal "$(figure calls delay)" "$calls" "calls in the histograms"
equal "$(orders | grep -x 9)" 9 "order 9 is there"
equal "$(orders | grep -cvxE '9|-1|2147483647|unknown')" 0 "orders that nobody asked for"
equal "$(figure unequal order_ns)" 0 "samples whose orders do not add up"
# A stall tries one zone after another until one will do; a zone is compacted, or deferred without a call
# (mm/compaction.c, try_to_compact_pages).
want "$((direct + deferred))" -ge "$stalls" "the stalled task's calls and deferrals, and its stalls"
want "$direct" -le "$(($(wc -l <"$tmp/tried") * zones))" "its calls and its tries x zones"
nothing_left "direct compaction"
finish
