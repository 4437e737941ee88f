# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Sourced by exact_*.sh: what they share. They are run by scripts/bench-exact.sh, in the checkout's top
# directory and with KWHILE_BUILD set.
set -u

: "${KWHILE_BUILD:?is not set: run scripts/bench-exact.sh}"
# shellcheck disable=SC2034 # for those that source this
here=scripts/bench.d python=/usr/bin/python3
short=${1:-}
failed=
# Words of options: natively, headers of another kernel will do for these texts.
options=
if [ -z "${LAB_KERNEL:-}" ]; then
	options="--kernel-headers $KWHILE_HEADERS --allow-other-headers"
fi
tmp=$(mktemp -d) || exit 1
KWHILE_CACHE=${KWHILE_CACHE:-$tmp/cache}
export KWHILE_CACHE
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

kwhile() {
	# shellcheck disable=SC2086 # words
	"$KWHILE_BUILD/kwhile" "$@" $options
}

load() { # NAME: its path, with arguments to follow
	echo "$KWHILE_BUILD/tests/load_$1"
}

# wrong TEXT...: the bench goes on, and will have failed.
wrong() {
	echo "bench: $*" >&2
	failed=yes
}

# exact_row WHAT COMMAND...: a row of how often COMMAND printed $total, of $repetitions times, and what was
# furthest off. kwhile has to be right each time.
exact_row() {
	what=$1
	shift
	exact=0 worst=0 i=0
	while [ $i -lt "${repetitions:?}" ]; do
		got=$("$@")
		off=$((${total:?} - ${got:-0}))
		[ "$off" -eq 0 ] && exact=$((exact + 1))
		[ "${off#-}" -gt "${worst#-}" ] && worst=$off
		i=$((i + 1))
	done
	echo "| $what | $exact of $repetitions | $worst |"
	case $what in
	kwhile*) [ $exact -eq "$repetitions" ] || wrong "$what: $(cat "$tmp/err")" ;;
	esac
}

# peer COMMAND...: can that tracer be run?
peer() {
	[ -z "$short" ] || return 1
	"$@" >/dev/null 2>&1 && return
	echo "bench: '$*' fails: scripts/install-deps.sh peers" >&2
	return 1
}

# BCC from Python looks for headers in one place only. It finds them there in a mount namespace:
# with_headers COMMAND...
with_headers() {
	if [ -e "/lib/modules/$(uname -r)/build" ]; then
		"$@"
		return
	fi
	# shellcheck disable=SC2016 # for the other shell
	unshare -m sh -c 'to=/lib/modules/$(uname -r) from=$0
		mkdir -p /lib/modules && mount -t tmpfs none /lib/modules && mkdir "$to" &&
			ln -s "$from" "$to/build" && ln -s "${from%-*}-common" "$to/source" && exec "$@"' \
		"$(realpath "$KWHILE_HEADERS")" "$@"
}

finish() {
	[ -z "$failed" ]
	exit
}
