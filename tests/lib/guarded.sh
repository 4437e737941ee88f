#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs a test, then looks whether it left anything behind, which is a failure of its own:
#   guarded.sh LIMIT SCRIPT       (LIMIT: seconds)
set -u
here=$(dirname "$0")
truth_lib=$here
# shellcheck source-path=SCRIPTDIR source=truth.sh
. "$here/truth.sh"
# shellcheck source-path=SCRIPTDIR source=left.sh
. "$here/left.sh"
KWHILE=${KWHILE:-$KWHILE_BUILD/kwhile}
export KWHILE

uname -a
[ -z "${LAB_KERNEL:-}" ] || dmesg -c >/dev/null
timeout -k 5 "$1" sh "$2"
status=$?
# Lockups and stalls are no complaints: they tell of the machine under the machine.
complaints='WARNING: CPU|BUG: (unable|kernel|KASAN|scheduling|sleeping|Bad)|Oops|general protection'
if [ -n "${LAB_KERNEL:-}" ] && dmesg | grep -A 60 -E "$complaints"; then
	echo "FAIL: the kernel complained"
	[ "$status" -ne 0 ] || status=1
fi
[ "$(id -u)" -ne 0 ] || [ -z "${LAB_KERNEL:-}" ] || truth_reset
if ! left_nothing; then
	echo "FAIL: left behind:"
	left_show
	left_end
	[ "$status" -ne 0 ] || status=1
fi
exit "$status"
