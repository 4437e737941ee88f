# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# What a test script of tests/native and tests/lab has at hand. It is sourced first:
#	. "$(dirname "$0")/../lib/check.sh"
#
# scripts/test.sh gives it KWHILE, the program, and KWHILE_BUILD, the build directory; `load` runs
# the load programs of that build. A test ends with 0 when all held, 1 when something did not, and
# 77 when it could not run here (which is a failure too: tests/table.txt says where it runs).
set -u

: "${KWHILE_BUILD:?is not set: run this by scripts/test.sh}"
KWHILE=${KWHILE:-$KWHILE_BUILD/kwhile}
truth_lib=$(cd "$(dirname "$0")/../lib" && pwd)
# shellcheck source-path=SCRIPTDIR source=truth.sh
. "$truth_lib/truth.sh"
# shellcheck source-path=SCRIPTDIR source=left.sh
. "$truth_lib/left.sh"
tmp=$(mktemp -d) || exit 1
failures=0
children= # of `background`, ended at exit

check_cleanup() {
	for check_child in $children; do
		kill "$check_child" 2>/dev/null && wait "$check_child" 2>/dev/null
	done
	rm -rf "$tmp"
}
trap check_cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# fail TEXT...: says so, and goes on.
fail() {
	echo "FAIL: $*"
	failures=$((failures + 1))
}

# cannot TEXT...: this test makes no sense here.
cannot() {
	echo "cannot run: $*"
	exit 77
}

# equal GOT WANTED WHAT...
equal() {
	check_got=$1
	check_wanted=$2
	shift 2
	if [ "$check_got" = "$check_wanted" ]; then
		echo "ok: $*: $check_got"
	else
		fail "$*: got '$check_got', wanted '$check_wanted'"
	fi
}

# want LEFT OP RIGHT WHAT...: a comparison of whole numbers as test(1) writes it (-gt, -le, ...).
want() {
	check_left=$1
	check_op=$2
	check_right=$3
	shift 3
	if test "$check_left" "$check_op" "$check_right"; then
		echo "ok: $*: $check_left $check_op $check_right"
	else
		fail "$*: not $check_left $check_op $check_right"
	fi
}

# has FILE REGEX WHAT...: some line matches. lacks FILE REGEX WHAT...: none does.
has() {
	check_file=$1
	check_regex=$2
	shift 2
	if grep -Eq -- "$check_regex" "$check_file"; then
		echo "ok: $*"
	else
		fail "$*: no line matches '$check_regex'"
		tail -n 15 "$check_file"
	fi
}

lacks() {
	check_file=$1
	check_regex=$2
	shift 2
	if grep -E -- "$check_regex" "$check_file"; then
		fail "$*: some line matches '$check_regex'"
	else
		echo "ok: $*"
	fi
}

# run COMMAND...: what it printed is in $tmp/out and $tmp/err, its exit status in $status.
run() {
	"$@" >"$tmp/out" 2>"$tmp/err" </dev/null
	status=$?
}

# refused STATUS REGEX COMMAND...: it must fail with that status and exactly one line on stderr,
# and the line must match.
refused() {
	check_status=$1
	check_regex=$2
	shift 2
	run timeout 60 "$@"
	equal "$status" "$check_status" "exit status of: $*"
	equal "$(wc -l <"$tmp/err")" 1 "lines on stderr of: $*"
	has "$tmp/err" "$check_regex" "it says why"
	sed 's/^/    | /' "$tmp/err"
}

# background COMMAND...: starts it; its number is in $child, and it ends with the test.
background() {
	"$@" </dev/null &
	child=$!
	children="$children $child"
}

# wait_for SECONDS COMMAND...: until it succeeds.
wait_for() {
	check_left=$(($1 * 10))
	shift
	until "$@" >/dev/null 2>&1; do
		check_left=$((check_left - 1))
		[ $check_left -gt 0 ] || return 1
		sleep 0.1
	done
}

# figures: reads the JSON in $tmp/out once, for `figure`. Not the python3 of some developer's PATH:
# one that starts fast, in an emulated machine too.
figures() {
	if [ -x /usr/bin/python3 ]; then check_python=/usr/bin/python3; else check_python=python3; fi
	"$check_python" -IS "$truth_lib/figures.py" "$tmp/out" >"$tmp/figures" || fail "no figures in $tmp/out"
}

# figure WORDS...: the number that figures.py says for these words; 0 where it says nothing.
figure() {
	awk -v words="$*" '
		index($0, words " ") == 1 && NF == split(words, part, " ") + 1 { value = $NF }
		END { print value == "" ? 0 : value }' "$tmp/figures"
}

# orders: those with time in them, one a line.
orders() {
	awk '$1 == "sum" && $2 == "order_ns" && NF == 4 && $4 > 0 { print $3 }' "$tmp/figures" | sort -n
}

load() {
	check_load=$1
	shift
	"$KWHILE_BUILD/tests/load_$check_load" "$@"
}

# Right after a run: no probe in the kernel, no process of kwhile's.
nothing_left() { # WHAT...
	if left_nothing; then
		echo "ok: nothing left: $*"
	else
		fail "left behind: $*"
		left_show
	fi
}

finish() {
	[ "$failures" -eq 0 ] || exit 1
	exit 0
}
