#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Four tables that one handler writes, flipped every 100 ms while two threads keep it busy: in each sample
# the histogram's sum is the number of calls, and the parts add up to the total.
# shellcheck source-path=SCRIPTDIR source=exact.sh
. "$(dirname "$0")/exact.sh"

wanted=1000
[ -z "$short" ] || wanted=30
load="$(load keys) --unpaced 2 1000000000 1000 1000000 /dev/null"

# row WHAT INTERVAL
row() {
	kwhile tests/texts/sums.c -i "$2" -n $wanted -o json -c "$load" 2>"$tmp/err" |
		$python -IS $here/exact_json.py sums >"$tmp/sums"
	read -r busy samples calls differ <"$tmp/sums"
	echo "| $1 | $samples | $busy | $calls | $differ |"
}

echo "Figures of one sample, read while 2 threads call, Linux $(uname -r):"
echo
echo "| | samples | with calls | calls | samples in which the histogram's sum is not the number of calls, or the parts are not the total |"
echo "|---|---|---|---|---|"
row "kwhile, flipped, read every 100 ms" 0.1
if [ "$samples $differ" != "$wanted 0" ] || [ "$busy" -lt $((wanted / 2)) ]; then
	wrong "figures do not agree: $(cat "$tmp/err")"
fi
row "kwhile, growing, read every 50 ms: not of one instant, and said so" 0.05
finish
