#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs the tests, with all the set-up they need.
set -u

usage() {
	cat <<'END'
usage: sh scripts/test.sh [unit|native|lab] [NAME [WHERE]]

Installs what is missing, builds, and runs every test that tests/table.txt expects, or
those of one kind, or the one called NAME, everywhere or only at WHERE (host, asan, or a
kernel of the lab). Says "ok NAME (WHERE)" or "FAIL NAME (WHERE)" for each, then "N passed,
N failed" as the last line; exits with 0 when some passed and none failed.

KWHILE_BUILD     build directory (build); the sanitizers' is that name with -asan
KWHILE_TEST_LOGS where the tests' logs are kept (test-logs in the build directory)
END
}

cd "$(dirname "$0")/.." || exit 1
top=$PWD
# shellcheck source-path=SCRIPTDIR source=../tests/lib/suite.sh
. tests/lib/suite.sh

case ${1:-} in
-h | --help) usage && exit ;;
-*) usage >&2 && exit 2 ;;
unit | native | lab) kind=$1 && shift ;;
*) kind='' ;;
esac
if [ $# -gt 2 ]; then
	usage >&2
	exit 2
fi
name=${1:-} where=${2:-}

KWHILE_BUILD=$(absolute "${KWHILE_BUILD:-build}")
logs=$(absolute "${KWHILE_TEST_LOGS:-$KWHILE_BUILD/test-logs}")
work=$(mktemp -d) || exit 1
results=$work/results # a line for each test that ran: ok or FAIL
plan=$work/plan       # lines "KIND/NAME WHERE", what is to run
preparing=            # process that fetches and builds the lab's kernels
export KWHILE_BUILD
: >"$results"
mkdir -p "$logs" || exit 1

# shellcheck disable=SC2317 # called by a trap
cleanup() {
	[ -z "$preparing" ] || kill "$preparing" 2>/dev/null
	# Each half of the lab has its machine with it.
	[ -z "${suite_second:-}" ] || kill "$suite_second" 2>/dev/null
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

plan_make "$kind" "$name" "$where" >"$plan"
[ -n "$name" ] || table_check "$kind"
if planned . .; then
	install_deps
	if planned lab . || planned native .; then prepare_lab; fi
	build_tree host "$KWHILE_BUILD" -DCMAKE_BUILD_TYPE=RelWithDebInfo
	if planned . asan; then
		build_tree asan "$KWHILE_BUILD-asan" -DCMAKE_BUILD_TYPE=Debug -DKW_SANITIZE=ON
	fi
	run_unit
	run_native
	run_lab
else
	echo "test: nothing to run: no test '$kind${kind:+${name:+/}}$name${where:+ $where}' in tests/table.txt" >&2
fi

passed=$(grep -c '^ok' "$results")
failed=$(grep -c '^FAIL' "$results")
echo "$passed passed, $failed failed"
[ "$passed" -gt 0 ] && [ "$failed" -eq 0 ]
