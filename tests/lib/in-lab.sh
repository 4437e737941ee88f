#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs tests one after another in a machine of the lab, for scripts/test.sh:
#   in-lab.sh lab/NAME...
# Each one's output is in $LAB_OUT/log and its exit status in $LAB_OUT/status when "ended lab/NAME"
# is said, and until the reader has removed $LAB_OUT/running.
set -u

for test; do
	echo "$test" >"$LAB_OUT/running"
	limit=$(sed -n 's/^# limit \([0-9][0-9]*\)$/\1/p' "tests/$test.sh" | head -n 1)
	sh tests/lib/guarded.sh "${limit:-120}" "tests/$test.sh" >"$LAB_OUT/log" 2>&1
	echo $? >"$LAB_OUT/status"
	echo "ended $test"
	while [ -e "$LAB_OUT/running" ]; do sleep 0.1; done
done
