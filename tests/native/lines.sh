#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 180
# Records of perf and ring buffers: each that was sent is shown or counted as lost.
# shellcheck disable=SC2086 # $HEADERS and $options are options
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/native.sh
. "$(dirname "$0")/../lib/native.sh"

calls=100003
# Under a name of their own: others on this machine may call getppid as well.
name=$(printf 'kw%06d' $(($$ % 1000000)))
mkdir "$tmp/paced" "$tmp/getppid"
cp "$KWHILE_BUILD/tests/load_paced" "$tmp/paced/$name"
cp "$KWHILE_BUILD/tests/load_getppid" "$tmp/getppid/$name"
paced=$tmp/paced/$name
getppid=$tmp/getppid/$name
options="$HEADERS -D LOAD=$name"
if [ -x /usr/bin/python3 ]; then python=/usr/bin/python3; else python=python3; fi

# Records, those out of order, records by the samples, lost by the views, lost by the accounts.
tally() {
	"$python" -IS -c '
import json, sys
records = late = counted = lost = account = 0
before = ""
for line in open(sys.argv[1]):
    if not line.startswith("{"):
        continue
    entry = json.loads(line)
    if "record" in entry:
        assert entry["fields"]["comm"].startswith("kw") and entry["fields"]["pid"], line
        records += 1
        late += entry["time"] < before
        before = entry["time"]
    else:
        counted += entry["views"][0]["records"]
        lost += entry["views"][0]["lost"]
        account += entry["account"]["lost"]
print(records, late, counted, lost, account)' "$1"
}

# sent TEXT CALLS OPTION... -- COMMAND...
sent() {
	sent_text=$1
	sent_calls=$2
	shift 2
	run "$KWHILE" "$texts/$sent_text" $options -o json "$@"
	read -r records late counted lost account <<-END
		$(tally "$tmp/out")
	END
	equal $((records + lost)) "$sent_calls" "shown + lost, $sent_text"
	equal "$counted" "$records" "the samples count what was shown"
	equal "$account" "$lost" "the accounts have what was lost"
	equal "$late" 0 "records before one that was sent earlier"
}

# 100,000 events a second, from two threads.
for text in events_perf.c events_ring.c; do
	sent $text $((2 * calls)) -- "$paced" 2 50000 $calls
	equal "$status" 0 "exit status"
	echo "lost at 100,000 a second: $lost"
done

# As fast as it goes, into one page a CPU: much is lost, and none of it is unknown.
for text in events_perf.c events_ring.c; do
	sent $text $((2 * calls)) --size 'events=1' --strict -- "$getppid" 2 $calls
	want "$lost" -gt 0 "lost in a small buffer"
	equal "$status" 3 "exit status with --strict"
done

# Memory does not grow with what is lost or shown.
"$python" -IS -c '
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' \
	"$KWHILE" "$texts/events_perf.c" $options -- "$getppid" 2 1000003 >"$tmp/kb"
want "$(cat "$tmp/kb")" -lt 60000 "kB at 2,000,006 records"

# Text: a heading and columns; and with a format, that.
run "$KWHILE" "$texts/events_perf.c" $options -- "$paced" 1 1000 7
equal "$(grep -c '^      ts       pid  comm$' "$tmp/out")" 1 "headings"
equal "$(grep -c " $name\$" "$tmp/out")" 7 "lines"
run "$KWHILE" "$texts/events_ring.c" $options --show 'events lines "%comm of %pid at %time"' -- "$paced" 1 1000 7
equal "$(grep -Ec "^$name of [0-9]+ at 20[0-9-]+ [0-9:.]+\$" "$tmp/out")" 7 "lines by the format"

# Ctrl-C shows what is there: the load has ended, and its last records may still be in the buffer.
for text in events_perf.c events_ring.c; do
	: >"$tmp/shown"
	"$KWHILE" "$texts/$text" $options -o json -i 60 >>"$tmp/shown" 2>"$tmp/err" </dev/null &
	child=$!
	children="$children $child"
	# There is a first record when it is attached.
	until [ -s "$tmp/shown" ] || ! kill -0 $child; do
		"$getppid" 1 1 >/dev/null
		sleep 0.2
	done
	grep -c '"record"' "$tmp/shown" >"$tmp/before"
	"$getppid" 1 211 >/dev/null
	kill -INT $child
	wait $child
	equal $? 0 "exit status after Ctrl-C"
	want "$(grep -c '"record"' "$tmp/shown")" -ge $(($(cat "$tmp/before") + 211)) "records until Ctrl-C"
done

# What does not fit says so, with its place.
refused 2 "^kwhile: --show: events is a buffer of records: they are shown as lines" \
	"$KWHILE" "$texts/events_perf.c" $options --show 'events hist' -n 1
refused 2 "^kwhile: command line: show events: its entries have no field 'pdi'; there are ts, pid, comm" \
	"$KWHILE" "$texts/events_perf.c" $options --show 'events lines "%pdi"' -n 1
cat >"$tmp/opaque.c" <<'END'
BPF_PERF_OUTPUT(events);
TRACEPOINT_PROBE(syscalls, sys_enter_getppid)
{
	u64 pair[2] = {};
	void *what = &pair;

	events.perf_submit(args, what, sizeof(pair));
	return 0;
}
END
refused 2 "^kwhile: .*opaque.c:1: what the records of events look like cannot be told" \
	"$KWHILE" "$tmp/opaque.c" $HEADERS -n 1
no_trace "lines"
finish
