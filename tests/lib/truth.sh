# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Independent accounts of what a kernel did, by its own tracers: what kwhile says is compared with
# these. Sourced by tests/lib/check.sh; docs/testing.md says when to use which.
#
# Everything that counts is set up by truth_NAME_start and read once by truth_NAME_stop, which also
# takes it away. A trace that lost records is no truth: reading it fails.

T=/sys/kernel/tracing
truth_lib=${truth_lib:?is set by check.sh: the directory of this file}

# truth_since VERSION: is this kernel as new? Since 6.7 one tells what its probes missed.
truth_since() {
	[ "$(printf '%s\n%s\n' "$1" "$(uname -r)" | sort -V | head -n 1)" = "$1" ]
}

truth_fail() {
	echo "truth: $*" >&2
	return 1
}

# Back to what a kernel is at boot: the buffers, and with truth_reset the kprobes of tracefs as
# well. Never fails.
truth_reset() {
	{
		echo 0 >$T/events/enable
		echo >$T/kprobe_events
	} 2>/dev/null
	truth_quiet
}

truth_quiet() {
	{
		echo 0 >$T/tracing_on
		echo 0 >$T/events/sched/enable
		echo nop >$T/current_tracer
		echo >$T/set_ftrace_filter
		echo >$T/set_graph_function
		echo >$T/set_ftrace_pid
		echo local >$T/trace_clock
		echo >$T/trace
		echo 1 >$T/tracing_on
	} 2>/dev/null
	return 0
}

# What a symbol of this kernel is really called: NAME itself, NAME.isra.0 and the like, or
# NAME_noprof (since 6.10).
truth_symbol() { # NAME
	awk -v name="$1" '
		$3 == name { exact = 1 }
		$3 == name "_noprof" || index($3, name ".") == 1 && $3 !~ /\.cold/ && clone == "" { clone = $3 }
		END {
			if (!exact && clone == "")
				exit 1
			print exact ? name : clone
		}' /proc/kallsyms || truth_fail "no function $1"
}

# truth_kprobe_start FUNCTION: a kprobe of tracefs, whose hits the kernel counts by itself. Its
# records go nowhere: the counter needs no buffer.
truth_kprobe_start() {
	truth_name=$(truth_symbol "$1") || return 1
	truth_event=t_$(echo "$1" | tr -c 'A-Za-z0-9_\n' _)
	if ! { echo "p:truth/$truth_event $truth_name" >>$T/kprobe_events &&
		echo 1 >"$T/events/truth/$truth_event/enable"; }; then
		truth_fail "cannot put a kprobe on $truth_name"
	fi
}

# Hits + misses until now, as the kernel counts them.
truth_kprobe_read() { # FUNCTION
	awk -v event="t_$(echo "$1" | tr -c 'A-Za-z0-9_\n' _)" '
		$1 == event { print $2 + $3; found = 1 }
		END { exit !found }' $T/kprobe_profile ||
		truth_fail "no kprobe on $1"
}

# Removing a kprobe of tracefs empties all trace buffers, so it is not to be done while they fill.
truth_kprobe_stop() { # FUNCTION
	if [ "$(cat $T/current_tracer)" != nop ] || [ "$(cat $T/events/sched/sched_switch/enable)" != 0 ]; then
		truth_fail "stop the recording before the kprobe on $1"
		return 1
	fi
	truth_kprobe_read "$1" || return 1
	truth_event=t_$(echo "$1" | tr -c 'A-Za-z0-9_\n' _)
	echo 0 >"$T/events/truth/$truth_event/enable" &&
		echo "-:truth/$truth_event" >>$T/kprobe_events
}

# truth_buffers KB: per CPU. Fewer than asked for is a failure here, not lost records later.
truth_buffers() {
	echo "$1" >$T/buffer_size_kb || truth_fail "no trace buffers of $1 kB"
}

# Was the whole of it kept?
truth_complete() {
	for truth_stats in "$T"/per_cpu/cpu*/stats; do
		awk -F': *' -v file="$truth_stats" '
			($1 == "overrun" || $1 == "commit overrun" || $1 == "dropped events") && $2 != 0 {
				printf "truth: %s: %s = %s\n", file, $1, $2
				bad = 1
			}
			END { exit bad }' "$truth_stats" >&2 || return 1
	done
}

# truth_graph_start FUNCTION EVENT...: the function_graph tracer, limited to these functions, and
# to what happens while FUNCTION runs, on the thread that runs it (in interrupts there as well).
truth_graph_start() {
	truth_gate=$(truth_symbol "$1") || return 1
	truth_quiet
	truth_buffers 16384 || return 1
	echo 0 >$T/options/funcgraph-overhead
	echo 0 >$T/options/funcgraph-duration
	for truth_event; do
		truth_name=$(truth_symbol "$truth_event") || return 1
		echo "$truth_name" >>$T/set_ftrace_filter || return 1
	done
	if ! { echo "$truth_gate" >$T/set_graph_function && echo function_graph >$T/current_tracer; }; then
		truth_fail "cannot trace the graph of $truth_gate"
	fi
}

# Prints "FUNCTION ENTRIES" for each function seen, the gate as well.
truth_graph_stop() {
	echo 0 >$T/tracing_on
	truth_complete || return 1
	sed -n 's/^ *[0-9]*)  *\([A-Za-z_][A-Za-z0-9_.]*\)().*$/\1/p' $T/trace |
		sort | uniq -c | awk '{ print $2, $1 }'
	truth_quiet
	echo 1 >$T/options/funcgraph-overhead
	echo 1 >$T/options/funcgraph-duration
}

# truth_vmstat NAME...: the sum of counters of /proc/vmstat; a name with * at its end is a prefix.
truth_vmstat() {
	awk -v wanted="$*" '
		BEGIN { n = split(wanted, names) }
		{
			for (i = 1; i <= n; i++)
				if ($1 == names[i] ||
				    (sub(/\*$/, "*", names[i]) && index($1, substr(names[i], 1, length(names[i]) - 1)) == 1)) {
					sum += $2
					found = 1
					break
				}
		}
		END {
			print sum + 0
			exit !found
		}' /proc/vmstat || truth_fail "no $* in /proc/vmstat"
}

# truth_switch_start: records each sched_switch, by the clock of bpf_ktime_get_ns().
truth_switch_start() {
	truth_quiet
	truth_buffers 16384 || return 1
	if ! { echo mono >$T/trace_clock && echo 1 >$T/events/sched/sched_switch/enable; }; then
		truth_fail "cannot record sched_switch"
	fi
}

# truth_switch_stop FILE: the records, oldest first.
truth_switch_stop() {
	echo 0 >$T/tracing_on
	truth_complete && grep -v '^#' $T/trace >"$1"
	truth_status=$?
	truth_quiet
	return $truth_status
}

# truth_offcpu FILE CPU|any FROM TO LEFT: for each task, the longest time in microseconds from its
# last switch-out on any CPU (not before LEFT) to a switch-in on CPU (from FROM to TO; all in seconds
# of the trace's clock); lines "PID MAX-USEC TIMES COMM".
truth_offcpu() {
	awk -f "$truth_lib/offcpu.awk" -v cpu="$2" -v from="$3" -v to="$4" -v left="$5" "$1"
}
