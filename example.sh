#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The main job at work: counts what the kernel does while compact_zone() runs.
#
#   sh example.sh [--no-load] [KWHILE OPTION]...
#
# Installs what is missing, builds, and runs `kwhile compact_zone` (default options: -n 3 -i 5) on the
# running kernel if that has kprobes and headers, else in a virtual machine that has. A small load makes
# compaction happen; --no-load leaves it out. Ends by itself and leaves nothing running or attached.
set -u

cd "$(dirname "$0")" || exit 1
build=${KWHILE_BUILD:-build}
load=yes
inside=

while [ $# -gt 0 ]; do
	case $1 in
	--no-load) load= ;;
	--inside) inside=yes ;; # in the virtual machine: everything is there
	*) break ;;
	esac
	shift
done

# quietly LOG COMMAND...: what it says is shown only if it fails.
quietly() {
	log=$1
	shift
	"$@" >"$log" 2>&1 </dev/null && return
	cat "$log" >&2
	echo "example: failed: $*" >&2
	exit 1
}

set_up() {
	sh scripts/install-deps.sh build || exit 1
	mkdir -p "$build" || exit 1
	quietly "$build/example-cmake.log" cmake -S . -B "$build" -G Ninja
	quietly "$build/example-build.log" ninja -C "$build" kwhile kwhile-compile load_compact
}

# Why the running kernel will not do, or nothing.
why_not_here() {
	release=$(uname -r)
	if [ ! -e /sys/bus/event_source/devices/kprobe/type ]; then
		echo "this kernel ($release) has no kprobes"
	elif [ ! -e "/lib/modules/$release/build/include" ] && [ ! -e "/lib/modules/$release/source/include" ]; then
		echo "this kernel's headers are not installed (linux-headers-$release)"
	elif [ "$(id -u)" -ne 0 ]; then
		echo "tracing the kernel needs root"
	fi
}

loads=

# shellcheck disable=SC2317 # called by a trap
end_loads() {
	# shellcheck disable=SC2086 # a list
	[ -z "$loads" ] || kill $loads 2>/dev/null
	wait
}

# Compaction from one CPU, and something to count from the others: programs that come and go.
# Should this shell be killed, its loads go with it.
start_loads() {
	setpriv --pdeathsig TERM "$build/tests/load_compact" 86400 1 >/dev/null 2>&1 </dev/null &
	loads=$!
	setpriv --pdeathsig TERM sh -c 'while :; do ls -lR /usr/share/doc; sleep 0.1; done' >/dev/null 2>&1 </dev/null &
	loads="$loads $!"
}

run_here() {
	trap end_loads EXIT
	[ -z "$load" ] || start_loads
	# A shell starts what goes to the background with SIGINT ignored.
	setpriv --pdeathsig TERM env --default-signal=INT "$build/kwhile" compact_zone "$@" &
	kwhile=$!
	# At a signal kwhile prints its last sample and ends; then the loads do.
	trap 'kill -s TERM "$kwhile" 2>/dev/null' INT TERM HUP
	while wait "$kwhile"; status=$?; kill -0 "$kwhile" 2>/dev/null; do :; done
	exit "$status"
}

# The object cache is on the host, so that a second start does not compile in the machine.
run_in_lab() {
	keep=${KWHILE_LAB_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/kwhile-lab}/example
	mkdir -p "$keep" && chmod 755 "$keep" || exit 1
	LAB_OUT=$keep KWHILE_BUILD=$build
	export LAB_OUT KWHILE_BUILD
	set -- --inside "$@"
	[ -n "$load" ] || set -- --no-load "$@"
	exec scripts/lab --kernel 6.1 --memory 1024 --timeout 86400 -- sh ./example.sh "$@"
}

[ $# -gt 0 ] || set -- -n 3 -i 5
if [ -n "$inside" ]; then
	KWHILE_CACHE=$LAB_OUT/cache
	export KWHILE_CACHE
	run_here "$@"
fi
set_up
why=$(why_not_here)
if [ -n "$why" ]; then
	echo "example: in a virtual machine with Debian's 6.1, because $why" >&2
	run_in_lab "$@"
else
	echo "example: on the running kernel ($(uname -r)), which has kprobes and headers" >&2
	run_here "$@"
fi
