#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 300
# Direct compaction, because huge pages are wanted where memory is fragmented: the order is the one
# that the kernel's own tracepoint says, and the calls agree with compact_stall and with a kprobe.
. "$(dirname "$0")/../lib/check.sh"

run "$KWHILE" compact_zone -d 0.2
equal "$status" 0 "exit status of a run without load"
truth_quiet
truth_kprobe_start compact_zone || exit 1
truth_buffers 4096 || exit 1
echo 1 >$T/events/compaction/mm_compaction_try_to_compact_pages/enable
run "$KWHILE" compact_zone -o json -i 1 -c "$KWHILE_BUILD/tests/load_fragment >&2; sleep 3"
equal "$status" 0 "exit status"
cat "$tmp/err"
echo 0 >$T/events/compaction/enable
truth_complete || exit 1
tried=$(sed -n 's/.*mm_compaction_try_to_compact_pages: order=\([0-9-]*\).*/\1/p' $T/trace)
calls=$(truth_kprobe_stop compact_zone) || exit 1
stalls=$(awk '$1 == "compact_stall" { print $3 - $2 }' "$tmp/err")

equal "$(echo "$tried" | sort -u)" 9 "order in mm_compaction_try_to_compact_pages"
want "$stalls" -gt 10 "compact_stall rose by"
equal "$(figure calls delay)" "$calls" "calls in the histograms"
figures
orders >"$tmp/orders"
has "$tmp/orders" '^9$' "order 9 is there"
equal "$(grep -vcE '^(9|-1|unknown)$' "$tmp/orders")" 0 "orders that nobody asked for"
equal "$(figure unequal order_ns)" 0 "samples whose orders do not add up"
echo "tried $(echo "$tried" | wc -l) stalls $stalls calls $calls orders $(tr '\n' ' ' <"$tmp/orders")"
nothing_left "direct compaction"
finish
