# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# What must not be left after a run of kwhile: probes in the kernel, and processes of our build.

left_list=/sys/kernel/debug/kprobes/list

left_processes() {
	find /proc -maxdepth 2 -name exe \( -lname "$KWHILE*" -o -lname "$KWHILE_BUILD/tests/load_*" \) \
		2>/dev/null | cut -d/ -f3
}

left_nothing_now() {
	[ -z "$(cat $left_list 2>/dev/null)" ] && [ -z "$(left_processes)" ]
}

# A process that was killed takes its probes with it a moment later.
left_nothing() {
	left_tries=50
	until left_nothing_now; do
		left_tries=$((left_tries - 1))
		[ $left_tries -gt 0 ] || return 1
		sleep 0.1
	done
}

left_show() {
	head -n 20 $left_list 2>/dev/null
	for left_pid in $(left_processes); do
		tr '\0' ' ' <"/proc/$left_pid/cmdline"
		echo "(process $left_pid)"
	done
}

left_end() {
	for left_pid in $(left_processes); do
		kill -9 "$left_pid"
	done
}
