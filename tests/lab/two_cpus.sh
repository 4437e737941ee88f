#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 400
# parallel
# Two CPUs compact at once: all calls are counted, and after the load the gate is closed: what the
# system does then is not counted, though it does a lot.
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"

events=kfree,kmem_cache_free,migrate_pages
run "$KWHILE" compact_zone -e $events -d 0.2
equal "$status" 0 "exit status of a run without load"
for scope in system thread; do
	truth_kprobe_start compact_zone || exit 1
	truth_kprobe_start kfree || exit 1
	cat >"$tmp/work" <<-END
		$KWHILE_BUILD/tests/load_compact --pause 0 --times 60 100 2 >&2
		sleep 3
		grep -w t_kfree $T/kprobe_profile >&2
		find /usr/share/doc -name 'a*' >/dev/null
		sleep 1
		grep -w t_kfree $T/kprobe_profile >&2
	END
	run "$KWHILE" compact_zone -e $events --scope "$scope" -o json -i 0.5 -c "sh $tmp/work"
	equal "$status" 0 "exit status"
	figures
	calls=$(truth_kprobe_stop compact_zone) || exit 1
	truth_kprobe_stop kfree >/dev/null
	want "$calls" -ge 60 "calls of compact_zone"
	equal "$(figure calls delay)" "$calls" "calls in the histograms, scope $scope"
	want "$(figure sum counted)" -gt 0 "events"
	want "$(awk '$1 == "t_kfree" { n = $2 - n } END { print n }' "$tmp/err")" -gt 20 "kfree calls after the load"
	equal "$(figure tail 3 counted)" 0 "events counted after the load"
	equal "$(figure tail 3 delay)" 0 "calls counted after the load"
	equal "$(figure tail 3 inside)" 0 "threads inside after the load"
	equal "$(figure unequal order_ns)" 0 "samples whose orders do not add up"
	equal "$(figure account repaired)" 0 "gates repaired"
	nothing_left "scope $scope"
done
finish
