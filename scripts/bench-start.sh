#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# How long a start takes, side by side with other tracers on the same one-probe text, on this machine
# and its own kernel. Prints a table as Markdown: docs/startup.md has one.
set -u

usage() {
	cat <<'END'
usage: scripts/bench-start.sh [--short]

Runs each start 10 times (--short: 3) and prints medians. Needs root, the lab's headers
(scripts/lab --prepare 6.1) and, for the rows of other tracers, scripts/install-deps.sh peers.
Ends with 0 when the second start never ran the compiler, and took less than 8 MB.

KWHILE_BUILD     build directory (build)
KWHILE_HEADERS   headers to compile against, instead of the lab's
END
}

times=10
case ${1:-} in
'') ;;
--short) times=3 ;;
-h | --help) usage && exit ;;
*) usage >&2 && exit 2 ;;
esac

top=$(CDPATH='' cd "$(dirname "$0")/.." && pwd)
build=${KWHILE_BUILD:-$top/build}
kwhile=$build/kwhile
if [ -z "${KWHILE_HEADERS:-}" ]; then
	lab=${KWHILE_LAB_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kwhile-lab}/6.1
	KWHILE_HEADERS=$lab/usr/src/linux-headers-$(cat "$lab/release" 2>/dev/null)
	export KWHILE_HEADERS
fi
if [ "$(id -u)" -ne 0 ] || [ ! -x "$kwhile" ] || [ ! -d "$KWHILE_HEADERS" ]; then
	echo "bench-start: needs root, a build in $build, and kernel headers in $KWHILE_HEADERS" >&2
	exit 77
fi
# Peers look for headers in one place only: they find them there in a mount namespace of our own.
if [ -z "${BENCH_INSIDE:-}" ]; then
	BENCH_INSIDE=1 exec unshare -m sh "$0" "$@"
fi
release=$(uname -r)
source=$(printf '%s' "$KWHILE_HEADERS" | sed 's/-[^-]*$/-common/')
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
chmod 755 "$work"
mkdir -p /lib/modules && mount -t tmpfs none /lib/modules && mkdir "/lib/modules/$release" &&
	ln -s "$KWHILE_HEADERS" "/lib/modules/$release/build" &&
	ln -s "$source" "/lib/modules/$release/source" || exit 1
KWHILE_CACHE=$work/cache
export KWHILE_CACHE

cc -O2 -D_GNU_SOURCE -o "$work/start" "$top/scripts/bench.d/start.c" || exit 1
cat >"$work/one.c" <<'END'
/// one - count exec
/// attach tracepoint:sched:sched_process_exec=on_exec
/// show execs count "execs = %value"
BPF_ARRAY(execs, u64, 1);
int on_exec(void *ctx)
{
	int zero = 0;
	u64 *n = execs.lookup(&zero);

	if (n)
		lock_xadd(n, 1);
	return 0;
}
END
cat >"$work/one.py" <<'END'
import sys
from bcc import BPF
b = BPF(text=open(sys.argv[1]).read())
b.attach_tracepoint(tp="sched:sched_process_exec", fn_name="on_exec")
END
cat >"$work/bare.c" <<'END'
#include <bcc/bcc_common.h>
#include <stdio.h>
#include <unistd.h>
int main(int argc, char **argv)
{
	_exit(argc < 2 || !bpf_module_create_c(argv[1], 0, NULL, 0, true, NULL));
}
END

failures=0
check() { # WHAT, and a command that must succeed
	what=$1
	shift
	if ! "$@"; then
		echo "bench-start: not so: $what" >&2
		failures=$((failures + 1))
	fi
}

# row NAME COMMAND...: a line of the table; $attached, $ended and $peak are left for checks.
row() {
	name=$1
	shift
	if ! figures=$("$work/start" $times "$@" 2>"$work/err" | tail -n 1) || [ -z "$figures" ]; then
		echo "bench-start: $name: $(tail -n 1 "$work/err")" >&2
		failures=$((failures + 1))
		return
	fi
	# shellcheck disable=SC2086 # three figures
	set -- $figures
	attached=$1 ended=$2 peak=$3
	[ "$attached" != 0.0 ] || attached=-
	echo "| $name | $attached | $ended | $(awk "BEGIN { printf \"%.1f\", $peak / 1024 }") |"
}

own() {
	"$kwhile" "$work/one.c" --allow-other-headers -n 1 -i 0.01 "$@"
}

echo "| start of a text with one tracepoint, median of $times | ms until attached | ms until its end | peak MB |"
echo "|---|---|---|---|"
row "kwhile, cold" "$kwhile" "$work/one.c" --allow-other-headers -n 1 -i 0.01 --no-cache
own >/dev/null 2>&1
row "kwhile, warm" "$kwhile" "$work/one.c" --allow-other-headers -n 1 -i 0.01
check "a warm start takes less than 8 MB" [ "${peak:-9999}" -lt 8192 ]
own -v >/dev/null 2>"$work/said"
check "the second start does not compile" grep -q 'object from the cache' "$work/said"
"$kwhile" build "$work/one.c" --allow-other-headers -o "$work/one.kwo" >/dev/null 2>&1
row "kwhile, one.kwo" "$kwhile" "$work/one.kwo" -n 1 -i 0.01
if cc -o "$work/bare" "$work/bare.c" -lbcc 2>/dev/null; then
	row "libbcc, compiling only" "$work/bare" "$work/one.c"
fi
if /usr/bin/python3 -c 'import bcc' 2>/dev/null; then
	row "BCC from Python" /usr/bin/python3 "$work/one.py" "$work/one.c"
else
	echo "bench-start: BCC for Python is not installed: left out" >&2
fi
if command -v bpftrace >/dev/null; then
	row "bpftrace" bpftrace -e 'tracepoint:sched:sched_process_exec { @ = count(); }'
else
	echo "bench-start: bpftrace is not installed: left out" >&2
fi
[ $failures -eq 0 ]
