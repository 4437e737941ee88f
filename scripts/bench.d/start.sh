# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# shellcheck disable=SC2154 # $work, $tools, $times are bench-start.sh's
# Sourced by bench-start.sh: one row for each way to start, and what is expected of them.

failures=0
wrong() { # WHAT
	echo "bench-start: $*" >&2
	failures=$((failures + 1))
}

check() { # WHAT, and a command that must succeed
	check_what=$1
	shift
	"$@" || wrong "not so: $check_what"
}

# row NAME COMMAND...: a line of the table; $attached, $ended and $peak are left for checks.
# $seen_ms: calls are made for so long, to learn when the first one is counted; empty: not learnt.
row() {
	row_name=$1
	shift
	if ! row_figures=$("$tools/start" "$times" "$@" 2>"$work/err" | tail -n 1) || [ -z "$row_figures" ]; then
		wrong "$row_name: $(tail -n 1 "$work/err")"
		attached=0 ended=0 peak=0
		echo "| $row_name | failed | | |"
		return
	fi
	read -r attached ended peak <<-END
		$row_figures
	END
	row_seen=-
	if [ -n "${seen_ms:-}" ]; then
		row_seen=$("$tools/seen" "$times" "$seen_ms" "$@" 2>"$work/err" </dev/null) || {
			wrong "$row_name: $(tail -n 1 "$work/err")"
			row_seen=failed
		}
	fi
	row_attached=$attached
	[ "$attached" != 0.0 ] || row_attached="$ended until its end"
	echo "| $row_name | $row_attached | $row_seen | $(awk "BEGIN { printf \"%.1f\", $peak / 1024 }") |"
}

heading() {
	echo "| $*, median of $times | ms until attached | ms until the first call counted | peak MB |"
	echo "|---|---|---|---|"
}

ratio() { # A B
	awk "BEGIN { r = $2 > 0 ? $1 / $2 : 0; printf(r < 10 ? \"%.2f\" : \"%.0f\", r) }"
}

# The largest that kwhile itself was once attached, in kB: ratios of memory are to that.
# attached_memory COMMAND...
attached_memory() {
	: >"$work/said" # the shell's redirection empties it later than we look
	"$@" -v >"$work/out" 2>"$work/said" </dev/null &
	memory_pid=$!
	memory_left=600
	until grep -q ' attached$' "$work/said" || [ $memory_left -eq 0 ] || ! kill -0 $memory_pid 2>/dev/null; do
		sleep 0.1
		memory_left=$((memory_left - 1))
	done
	sed -n 's/^VmHWM:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/$memory_pid/status" 2>/dev/null
	kill -INT $memory_pid 2>/dev/null
	wait $memory_pid
}

# phases COMMAND...: what -v says in ms, medians: all but attaching and sampling, and loading alone.
phases() {
	own_left=$times
	while [ "$own_left" -gt 0 ]; do
		"$@" -v 2>&1 >/dev/null </dev/null | sed -n 's/.*time in ms: //p' | tr ',' '\n' |
			awk '$1 != "attach" && $1 != "first" { sum += $2 } $1 == "load" { load = $2 } END { print sum, load }'
		own_left=$((own_left - 1))
	done | sort -n | awk '{ sum[NR] = $1; load[NR] = $2 }
		END { m = int((NR + 1) / 2); print sum[m] " ms, of these " load[m] " ms the kernel'"'"'s verifier" }'
}
