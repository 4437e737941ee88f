#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# How long a start takes, side by side with other tracers on the same text. Prints tables as
# Markdown: docs/startup.md has them.
set -u

usage() {
	cat <<'END'
usage: scripts/bench-start.sh [--short] [--own] [--lab [KERNEL]]

Starts a text with one tracepoint 10 times (--short: 3) with each tracer on this machine's own
kernel, once for a text that reads nothing of its event and once for one that reads a field, and
prints medians. Needs root, the lab's headers (scripts/lab --prepare 6.1) and, for the rows of other
tracers, scripts/install-deps.sh peers.
--own: kwhile's rows only.
--lab: the same for collateral with its events, in a virtual machine (6.1 unless told).
Ends with 0 when no second start ran the compiler, and each took less than 6 MB.

KWHILE_BUILD     build directory (build)
KWHILE_HEADERS   headers to compile against natively, instead of the lab's
END
}

times=10
short=
own=
where=native
while [ $# -gt 0 ]; do
	case $1 in
	--short) times=3 short=--short ;;
	--own) own=--own ;;
	--lab) where=lab ;;
	--inside) where=inside ;; # --lab's own: in the machine
	-h | --help) usage && exit ;;
	6.*) kernel=$1 ;;
	*) usage >&2 && exit 2 ;;
	esac
	shift
done

top=$(CDPATH='' cd "$(dirname "$0")/.." && pwd)
build=${KWHILE_BUILD:-$top/build}
kwhile=$build/kwhile
tools=$build/bench
# shellcheck source-path=SCRIPTDIR source=../tests/lib/headers.sh
. "$top/tests/lib/headers.sh"
export KWHILE_HEADERS
if [ "$(id -u)" -ne 0 ] || [ ! -x "$kwhile" ]; then
	echo "bench-start: needs root, and a build in $build" >&2
	exit 77
fi
if [ $where = native ] && [ ! -d "$KWHILE_HEADERS" ]; then
	echo "bench-start: no kernel headers in $KWHILE_HEADERS" >&2
	exit 77
fi
# Peers look for headers in one place only: they find them there in a mount namespace of our own.
if [ $where = native ] && [ -z "${BENCH_INSIDE:-}" ]; then
	BENCH_INSIDE=1 exec unshare -m sh "$0" $short $own
fi
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
chmod 755 "$work"
# Ahead of what else the machine does; all tracers alike. bench.d/seen.c knows of it.
chrt --rr -p 1 $$ 2>/dev/null
KWHILE_CACHE=$work/cache
export KWHILE_CACHE
# shellcheck source-path=SCRIPTDIR source=bench.d/start.sh
. "$top/scripts/bench.d/start.sh"

build_tools() {
	mkdir -p "$tools" || exit 1
	for tool in start seen; do
		cc -O2 -D_GNU_SOURCE -o "$tools/$tool" "$top/scripts/bench.d/$tool.c" || exit 1
	done
	cat >"$tools/bare.c" <<'END'
#include <bcc/bcc_common.h>
#include <unistd.h>
int main(int argc, char **argv)
{
	_exit(argc < 2 || !bpf_module_create_c(argv[1], 0, NULL, 0, true, NULL));
}
END
	cc -o "$tools/bare" "$tools/bare.c" -lbcc 2>/dev/null || echo "bench-start: no libbcc to compile with" >&2
	cat >"$tools/one.py" <<'END'
import sys, time
from bcc import BPF
b = BPF(text=open(sys.argv[1]).read())
b.attach_tracepoint(tp="syscalls:sys_enter_getpriority", fn_name="on_call")
try:
    time.sleep(3600)
except KeyboardInterrupt:
    print(b["calls"][0].value)
END
}

below() {
	[ "$1" -gt 0 ] && [ "$1" -lt "$2" ]
}

have() { # TRACER
	[ -z "$own" ] || return 1
	case $1 in
	bcc) /usr/bin/python3 -c 'import bcc' 2>/dev/null && return ;;
	*) command -v "$1" >/dev/null && return ;;
	esac
	echo "bench-start: $1 is not installed: left out" >&2
	return 1
}

# text NAME ARGUMENT CONDITION: counts calls of getpriority(99, 0), which only bench.d/seen.c makes.
text() {
	cat >"$work/$1.c" <<END
/// $1 - count calls of getpriority()
/// attach tracepoint:syscalls:sys_enter_getpriority=on_call
/// show calls count "calls = %value"
BPF_ARRAY(calls, u64, 1);
int on_call($2 *args)
{
	int zero = 0;
	u64 *n = calls.lookup(&zero);

	if (n$3)
		lock_xadd(n, 1);
	return 0;
}
END
}

# against NAME: what a warm start's figures are to this row's.
against() {
	echo "Warm against $1: $(ratio "$attached" "$warm") times sooner, $(ratio "$peak" "$warm_peak") times less memory." >>"$work/notes"
}

# warm COMMAND...: the row of a second start, and what must be true of it.
warm() {
	"$@" -n 1 -i 0.01 >/dev/null 2>&1
	row "kwhile, warm" "$@" -i 60
	warm=$attached warm_peak=$peak
	check "a warm start takes less than 6 MB" below "$peak" 6144
	"$@" -v -n 1 -i 0.01 >/dev/null 2>"$work/said"
	check "the second start does not compile" grep -q 'object from the cache' "$work/said"
}

# one NAME WHAT BPFTRACE: the table of a text.
one() {
	file=$work/$1.c
	: >"$work/notes"
	heading "start of a tracepoint's text that $2"
	seen_ms=2000
	row "kwhile, cold" "$kwhile" "$file" --allow-other-headers -i 60 --no-cache
	cold=$attached
	seen_ms=200
	warm "$kwhile" "$file" --allow-other-headers
	"$kwhile" build "$file" --allow-other-headers -o "$work/$1.kwo" >/dev/null 2>&1
	row "kwhile, what \`kwhile build\` wrote" "$kwhile" "$work/$1.kwo" -i 60
	seen_ms=
	if [ -x "$tools/bare" ]; then
		row "libbcc, compiling only" "$tools/bare" "$file"
		echo "Cold against libbcc, compiling only: $(ratio "$cold" "$ended")." >>"$work/notes"
	fi
	seen_ms=4000
	have bcc && row "BCC from Python" /usr/bin/python3 "$tools/one.py" "$file" && against "BCC from Python"
	have bpftrace && row "bpftrace" bpftrace -e "$3" && against bpftrace
	echo "Largest that kwhile itself was once attached: after a cold start" \
		"$(attached_memory "$kwhile" "$file" --allow-other-headers -i 60 --no-cache) kB, after a warm one" \
		"$(attached_memory "$kwhile" "$file" --allow-other-headers -i 60) kB." >>"$work/notes"
	echo
	sed 's/^/- /' "$work/notes"
	echo
}

native() {
	source=$(printf '%s' "$KWHILE_HEADERS" | sed 's/-[^-]*$/-common/')
	release=$(uname -r)
	mkdir -p /lib/modules && mount -t tmpfs none /lib/modules && mkdir "/lib/modules/$release" &&
		ln -s "$KWHILE_HEADERS" "/lib/modules/$release/build" &&
		ln -s "$source" "/lib/modules/$release/source" || exit 1
	build_tools
	point=tracepoint:syscalls:sys_enter_getpriority
	text plain void ''
	text field 'struct tracepoint__syscalls__sys_enter_getpriority' ' && args->which == 99'
	one plain "reads nothing of its event" "$point { @ = count(); }"
	one field "reads a field" "$point /args->which == 99/ { @ = count(); }"
}

# In the lab: all that collateral does by default.
inside() {
	: >"$work/notes"
	events=$(sed -n 's,^/// option events[^ ]* functions \([^ ]*\) .*,\1,p' "$top/bpf_prog/collateral.c" | tr , '\n')
	events=$(awk -v events="$events" 'BEGIN { n = split(events, list); for (i in list) wanted[list[i]] }
		$3 in wanted && !seen[$3]++ { print $3 }' /proc/kallsyms | tr '\n' ' ')
	# shellcheck disable=SC2086 # a list
	sh "$top/scripts/bench.d/collateral_bpftrace.sh" $events >"$work/collateral.bt"
	heading "start of collateral, $(uname -r), emulated"
	warm "$kwhile" collateral
	echo "Of a warm start's time, all but the kernel's attaching: $(phases "$kwhile" collateral -n 1 -i 0.01)." >>"$work/notes"
	# shellcheck disable=SC2086 # a list
	have bcc && row "BCC from Python" /usr/bin/python3 "$top/scripts/bench.d/collateral_bcc.py" $events &&
		against "BCC from Python"
	have bpftrace && row "bpftrace" bpftrace "$work/collateral.bt" && against bpftrace
	echo
	sed 's/^/- /' "$work/notes"
}

case $where in
native) native ;;
inside) inside ;;
lab)
	build_tools
	"$top/scripts/lab" --kernel "${kernel:-6.1}" --timeout 480 -- sh "$top/scripts/bench-start.sh" --inside $short $own
	exit
	;;
esac
[ $failures -eq 0 ]
