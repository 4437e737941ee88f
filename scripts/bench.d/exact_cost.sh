#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What an event costs, in instructions: `scripts/lab --icount` gives a clock that counts them, 2 ns each.
# The event is a getppid call; the gate is hrtimer_nanosleep(), open while one process sleeps there.
# shellcheck source-path=SCRIPTDIR source=exact.sh
. "$(dirname "$0")/exact.sh"

calls=200 rounds=100 ns=2 gate=hrtimer_nanosleep event=__x64_sys_getppid
cat >"$tmp/work" <<END
closed=\$($(load cost) $rounds $calls)
sleep 100000 &
sleep 0.2
open=\$($(load cost) $rounds $calls)
kill \$!
echo "\$closed \$open" >$tmp/\$1
END

# Each is started and measured twice: "NAME CLOSED OPEN" a line, instructions of a call.
measure() { # NAME COMMAND...
	measured=$1
	shift
	for _ in 1 2; do
		case $measured in
		bpftrace) "$@" "/bin/sh $tmp/work $measured" ;; # it takes no name that PATH has twice
		bcc*) "$@" sh "$tmp/work" "$measured" ;;
		bare) sh "$tmp/work" "$measured" ;;
		*) kwhile "$@" -i 100000 -o json -c "sh $tmp/work $measured" >"$tmp/json" ;;
		esac >>"$tmp/err" 2>&1 || wrong "$measured: $(tail -n 3 "$tmp/err")"
		awk -v name="$measured" -v per=$((ns * calls)) '{ printf "%s %.2f %.2f\n", name, $1 / per, $2 / per }' \
			"$tmp/$measured" >>"$tmp/figures"
	done
}

# above NAME 2|3: instructions above those of the empty program, in the first measurement
above() {
	awk -v name="$1" -v column="$2" '
		$1 == "empty" && !empty { empty = $column }
		$1 == name && !got { got = $column }
		END { printf "%.0f", got ? got - empty : 1000000 }' "$tmp/figures"
}

row() { # NAME WHAT
	echo "| $2 | $(above "$1" 2) | $(above "$1" 3) |"
}

measure bare
measure empty tests/texts/empty.c
measure kwhile $gate -e $event --show "counted count"
# That it was closed, and then open, is in what it counted: the second half of the calls.
counted=$($python -IS -c 'import json, sys
print(json.loads(sys.stdin.readline())["views"][-1]["rows"][0]["value"])' <"$tmp/json")
if [ "$counted" -lt $((rounds * calls)) ] || [ "$counted" -gt $((rounds * calls + 1000)) ]; then
	wrong "kwhile counted $counted events, of $((rounds * calls)) behind an open gate"
fi
if peer $python -c 'import bcc'; then
	measure bcc-same $python $here/exact_cost.py same $gate $event
	measure bcc-short $python $here/exact_cost.py short $gate $event
fi
if peer bpftrace --version; then
	measure bpftrace bpftrace -e "kprobe:$gate { @inside++ } kretprobe:$gate { @inside-- }
		kprobe:$event /@inside > 0/ { @counted = count() }" -c
fi

spread=$(awk '
	{ for (i = 2; i <= 3; i++) { key = $1 i; if (key in was) { off = $i / was[key] - 1; if (off < 0) off = -off
		if (off > worst) worst = off } was[key] = $i } }
	END { printf "%.3f", worst * 100 }' "$tmp/figures")
echo "Instructions of an event above those of an empty program, Linux $(uname -r) in the lab, mitigations off:"
echo
echo "| | gate closed | gate open |"
echo "|---|---|---|"
row kwhile "kwhile, collateral"
row bcc-same "BCC, the same job: a count for each CPU, the tracer's own calls left out" >"$tmp/peers"
row bcc-short "BCC, the shortest text: one count for all CPUs and all processes" >>"$tmp/peers"
row bpftrace "bpftrace, \`@inside > 0\` and \`count()\`" >>"$tmp/peers"
grep -v 1000000 "$tmp/peers"
echo
awk -v spread="$spread" '
	!($1 in first) { first[$1] = $2 }
	END { printf "The system call itself takes %.0f, and with the empty program %.0f. ", first["bare"], first["empty"]
		print "Measured twice, no figure differed by more than " spread " %." }' "$tmp/figures"
[ "$(above kwhile 2)" -le 20 ] || wrong "a closed gate costs more than 20 instructions"
awk -v spread="$spread" 'BEGIN { exit !(spread < 1) }' || wrong "figures do not repeat: $spread %"
for peer in bcc-same bpftrace; do
	for column in 2 3; do
		[ "$(above kwhile $column)" -lt "$(above $peer $column)" ] || wrong "kwhile costs more than $peer"
	done
done
finish
