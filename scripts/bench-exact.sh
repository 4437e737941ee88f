#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Who counts exactly, and at what price? Prints the tables of docs/exactness.md, as Markdown.
set -u

usage() {
	cat <<'END'
usage: sh scripts/bench-exact.sh [--short] [PART]...

calls    a known number of system calls on two threads, read while they run
keys     10,000 live keys that come and go
sums     figures of one sample that must agree, in every sample
reading  the time to read a table
preempt  tables for each CPU, written from uprobes; in the lab on a preemptible 6.12, with --short here
lab      calls and sums on kprobes, in the lab
cost     instructions that an event takes, in the lab

Without a PART: all of them. --short: less of each, and kwhile alone. Needs root, the lab's kernels
(scripts/lab --prepare 6.1 6.12) and, for the rows of other tracers, scripts/install-deps.sh peers. Ends
with 0 when each total of kwhile's was exact, and the figures of "cost" as they should be.

KWHILE_BUILD     build directory (build)
KWHILE_HEADERS   headers to compile against natively, instead of the lab's
END
}

parts='' short=''
while [ $# -gt 0 ]; do
	case $1 in
	--short) short=--short ;;
	calls | keys | sums | reading | preempt | lab | cost) parts="$parts $1" ;;
	-h | --help) usage && exit ;;
	*) usage >&2 && exit 2 ;;
	esac
	shift
done
top=$(CDPATH='' cd "$(dirname "$0")/.." && pwd)
cd "$top" || exit 1
KWHILE_BUILD=$(CDPATH='' cd "${KWHILE_BUILD:-build}" && pwd) || exit 1
# shellcheck source-path=SCRIPTDIR source=../tests/lib/headers.sh
. tests/lib/headers.sh
export KWHILE_BUILD KWHILE_HEADERS
if [ "$(id -u)" -ne 0 ] || [ ! -x "$KWHILE_BUILD/kwhile" ] || [ ! -d "$KWHILE_HEADERS" ]; then
	echo "bench-exact: needs root, a build in $KWHILE_BUILD, and kernel headers in $KWHILE_HEADERS" >&2
	exit 77
fi
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
failed=
for part in ${parts:-calls keys sums reading preempt lab cost}; do
	case $part in
	lab) set -- scripts/lab --timeout 900 -- sh scripts/bench.d/exact_lab.sh $short ;;
	cost) set -- scripts/lab --icount --timeout 900 -- sh scripts/bench.d/exact_cost.sh $short ;;
	preempt)
		set -- sh scripts/bench.d/exact_preempt.sh $short
		[ -n "$short" ] || set -- scripts/lab --kernel 6.12 --append preempt=full --timeout 900 -- "$@"
		;;
	*) set -- sh "scripts/bench.d/exact_$part.sh" $short ;;
	esac
	"$@" || failed="$failed $part"
	echo
done
[ -z "$failed" ] || echo "bench-exact: not as it should be:$failed" >&2
[ -z "$failed" ]
