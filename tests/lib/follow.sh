# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# shellcheck disable=SC2086 # $HEADERS are options
# Sourced behind native.sh by tests of probes in user space: a load that is probed from its start, or that
# waits until it is. $text is the probe text; its option `at` says where.
: "${tmp:?is set by check.sh}"

# probe POINT OPTION...: of a command that -- gives.
probe() {
	probe_at=$1
	shift
	run "$KWHILE" "${text:?}" $HEADERS --at "$probe_at" -i 60 "$@"
}

# waiting COMMAND...: starts a load that waits; its number is in $pid, its input is fifo 3.
waiting() {
	rm -f "$tmp/go" "$tmp/load"
	mkfifo "$tmp/go"
	"$@" <"$tmp/go" >"$tmp/load" &
	child=$!
	children="$children $child"
	exec 3>"$tmp/go"
	wait_for 60 test -s "$tmp/load" || fail "the load does not say its number"
	# shellcheck disable=SC2034 # for tests
	pid=$(sed -n 1p "$tmp/load")
}

# attached: the run in the background has its probes.
# shellcheck disable=SC2317 # wait_for calls it
attached() {
	grep -Eq 'probes? attached' "$tmp/err"
}

# follow POINT OPTION...: starts a run in the background, $run.
follow() {
	follow_at=$1
	shift
	rm -f "$tmp/err"
	"$KWHILE" -v "${text:?}" $HEADERS --at "$follow_at" -i 60 "$@" >"$tmp/out" 2>"$tmp/err" &
	run=$!
	children="$children $run"
	wait_for 60 attached || fail "$follow_at $* is not attached: $(cat "$tmp/err")"
}
