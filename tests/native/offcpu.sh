#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# kwhile offcpu beside tasks that are pinned to a CPU and sleep a known time.
# shellcheck disable=SC2086 # $HEADERS are options
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/native.sh
. "$(dirname "$0")/../lib/native.sh"
[ "$(nproc)" -ge 2 ] || cannot "one CPU"
own_load sleeper
sleeper=${own_load##*/}

# offcpu OPTION...: its samples, while a task on CPU 1 sleeps 50 ms again and again.
offcpu() {
	run "$KWHILE" offcpu $HEADERS "$@" -- "$own_load" 50 40 1
	equal "$status" 0 "exit status of offcpu $*"
	equal "$(grep -cx 40 "$tmp/out")" 1 "the sleeper says how often it slept"
	equal "$(cat "$tmp/err")" "" "nothing on stderr"
}

# figures COMM FILE: the microseconds of its lines.
figures() {
	sed -n "s/.* max offcpu for $1 is \([0-9]*\)us\$/\1/p" "$2"
}

# It sleeps in each whole interval of 0.3 s, of which there are six or, where ticks come late, fewer and shorter
# ones; never for less than it asked for.
offcpu --cpu 1 -i 0.3
figures "$sleeper" "$tmp/out" >"$tmp/figures"
want "$(wc -l <"$tmp/figures")" -ge 3 "intervals with the sleeper on CPU 1"
want "$(awk '$1 >= 50000' "$tmp/figures" | wc -l)" -ge 3 "of them those with a sleep of 50 ms"
want "$(sort -n "$tmp/figures" | tail -n 1)" -lt 3000000 "its longest time off CPU, in us"
lacks "$tmp/out" ' cpu [0-9]+ max offcpu' "no column of CPUs with --cpu"
lacks "$tmp/out" 'for swapper/0 ' "idle of another CPU does not appear"
lacks "$tmp/out" '^----' "no line for the sample itself"
equal "$(grep -v '^40$' "$tmp/out" | grep -Evc '^[0-9]{4}(-[0-9]{2}){2} [0-9:]{8}\.[0-9]{6} max offcpu for .* is [0-9]+us$')" 0 \
	"lines in another form than the original's"

# A task that never runs there does not appear. It starts where it likes and pins itself then.
offcpu --cpu 0 -i 0.3
want "$(figures "$sleeper" "$tmp/out" | wc -l)" -le 1 "intervals with the sleeper on CPU 0 (before it is pinned)"
lacks "$tmp/out" 'for swapper/1 ' "idle of CPU 1 does not appear with --cpu 0"

# Idle is a task of each CPU. A CPU that only sleepers use goes idle.
offcpu -i 0.5
has "$tmp/out" " cpu 1 max offcpu for $sleeper is [0-9]{5,}us\$" "the sleeper is shown with its CPU"
lacks "$tmp/out" ' cpu 0 max offcpu for swapper/1 | cpu 1 max offcpu for swapper/0 ' "idle is of its own CPU"
awk '{ for (i = 1; i < NF; i++) if ($i == "cpu") { cpu = $(i + 1); break }
	if (match($0, / max offcpu for .* is [0-9]+us$/)) print $1, $2, cpu, substr($0, RSTART) }' "$tmp/out" |
	grep -c 'swapper' >"$tmp/idles"
echo "lines for idle tasks: $(cat "$tmp/idles")"

# --min
offcpu --cpu 1 --min 45ms -i 0.3
equal "$(awk '{ sub(/us$/, "", $NF) } / max offcpu for / && $NF + 0 < 45000' "$tmp/out" | wc -l)" 0 "figures below --min"
want "$(figures "$sleeper" "$tmp/out" | wc -l)" -ge 3 "intervals with the sleeper above --min 45ms"
offcpu --cpu 1 --min 60s -i 0.3
lacks "$tmp/out" "$sleeper" "the sleeper does not reach --min 60s"

# -p: another process's tasks do not appear, the process's own do.
background "$own_load" 40 1000000 1 >/dev/null
other=$child
run "$KWHILE" offcpu $HEADERS -p $other -i 0.4 -n 3
equal "$status" 0 "exit status with -p"
want "$(figures "$sleeper" "$tmp/out" | wc -l)" -ge 2 "intervals with that process"
equal "$(grep -vc "$sleeper" "$tmp/out")" 0 "lines of other processes with -p"

# Tasks that have the same name are told apart: one line each.
background "$own_load" 40 1000000 1 >/dev/null
run "$KWHILE" offcpu $HEADERS --cpu 1 -i 0.6 -n 2
want "$(awk '/ for '"$sleeper"' is / && ++n[$1 $2] == 2' "$tmp/out" | wc -l)" -ge 1 "samples with two lines of that name"

# JSON has what text has.
run "$KWHILE" offcpu $HEADERS -p $other -o json -i 0.4 -n 2
want "$(grep -c "\"comm\":\"$sleeper\"" "$tmp/out")" -ge 1 "samples with the sleeper in JSON"
finish
