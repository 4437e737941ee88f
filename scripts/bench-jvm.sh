#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What do Java's own probes cost a method's call? A method that does nothing is called again and again by
# one thread on CPU 0: without probes, with probes compiled in, with breakpoints in them that perf counts,
# and with programs of kwhile, BCC from Python and bpftrace, one after another, several times over, in one
# run. Prints the medians as a table in Markdown. Each tracer must have seen at least all of the calls.
#
#   sh scripts/bench-jvm.sh [--short]     --short: fewer calls, once, without the others' tracers
#
# KWHILE_BUILD is the build directory (build), KWHILE_HEADERS the headers to compile against (the lab's).
set -u

cd "$(dirname "$0")/.." || exit 1
case ${1:-} in
'' | --short) short=${1:-} ;;
*) sed -n '3,11s/^# \{0,1\}//p' "$0" && exit 2 ;;
esac
KWHILE_BUILD=${KWHILE_BUILD:-build}
# shellcheck source-path=SCRIPTDIR source=../tests/lib/headers.sh
. tests/lib/headers.sh
# shellcheck source-path=SCRIPTDIR source=bench.d/exact.sh
. scripts/bench.d/exact.sh
# shellcheck source-path=SCRIPTDIR source=../tests/lib/java.sh
. tests/lib/java.sh
calls=300000 rounds=7 times=5
[ -z "$short" ] || calls=100000 rounds=3 times=1
[ -n "$jvm" ] || {
	echo "bench: there is no JDK (default-jdk-headless)" >&2
	exit 1
}
"$java_home/bin/javac" -d "$tmp" tests/load/java/Work.java || exit 1

# java VARIANT OPTION...: the rounds' times go to $tmp/VARIANT. The method is not put in line, or no call
# would be left to measure without probes; the first rounds, of which some is interpreted, do not count.
java() {
	java_name=$1
	shift
	taskset -c 0 "$java_home/bin/java" "$@" -XX:CompileCommand=quiet -XX:CompileCommand=dontinline,Work::leaf \
		-cp "$tmp" Work 1 $calls $rounds >"$tmp/java" || wrong "Java failed: $java_name"
	awk '$1 == "round" && $2 > 0 { print $3 }' "$tmp/java" >>"$tmp/$java_name"
}

# traced VARIANT READY PASSES COMMAND...: Java with its probes, beside a tracer that says READY when it
# has attached them and ends with its input, or at SIGINT. It must have seen PASSES for each call.
traced() {
	traced_name=$1 traced_ready=$2 traced_passes=$3
	shift 3
	rm -f "$tmp/go"
	mkfifo "$tmp/go"
	: >"$tmp/tracer" # what the last one said is no answer
	"$@" <"$tmp/go" >"$tmp/tracer" 2>&1 &
	traced_pid=$!
	exec 3>"$tmp/go"
	traced_left=300
	until grep -q "$traced_ready" "$tmp/tracer"; do
		traced_left=$((traced_left - 1))
		if [ $traced_left -eq 0 ] || ! kill -0 $traced_pid 2>/dev/null; then
			wrong "$traced_name does not attach: $(cat "$tmp/tracer")"
			break
		fi
		sleep 0.1
	done
	# bpftrace begins before its last probe is attached.
	case $traced_ready in ready) sleep 3 ;; esac
	java "$traced_name" -XX:+DTraceMethodProbes
	exec 3>&-
	case $traced_ready in attached) ;; *) kill -INT $traced_pid 2>/dev/null ;; esac
	wait $traced_pid
	traced_seen=$(sed -n 's/^\(passed =\|calls =\|@passed:\) \([0-9]*\)$/\2/p' "$tmp/tracer" |
		awk '{ sum += $1 } END { printf "%.0f\n", sum }')
	if [ "$traced_seen" -lt $((calls * (rounds + 1) * traced_passes)) ]; then
		wrong "$traced_name has seen $traced_seen passes of $((calls * (rounds + 1) * traced_passes))"
		sed 's/^/    | /' "$tmp/tracer" >&2
	fi
}

# kwhile_traced VARIANT PASSES TEXT [OPTION...]
kwhile_traced() {
	kwhile_name=$1 kwhile_passes=$2
	shift 2
	# shellcheck disable=SC2086 # words
	traced "$kwhile_name" 'probes\{0,1\} attached' "$kwhile_passes" "$KWHILE_BUILD/kwhile" "$@" --jvm "$jvm" \
		$options -v -i 600
}

probe=usdt:$jvm:hotspot:method__
bcc='' bpftrace=''
if peer $python -c 'import bcc'; then bcc=yes; fi
if peer bpftrace --version; then bpftrace=yes; fi
while [ $times -gt 0 ]; do
	times=$((times - 1))
	java plain
	java compiled -XX:+DTraceMethodProbes
	traced bare attached 1 "$KWHILE_BUILD/tests/bench_uprobe" "$jvm" hotspot:method__entry
	traced bare_both attached 2 "$KWHILE_BUILD/tests/bench_uprobe" "$jvm" hotspot:method__entry hotspot:method__return
	kwhile_traced nothing 0 tests/texts/jvm_none.c
	kwhile_traced count 1 tests/texts/jvm_count.c
	kwhile_traced time 1 tests/texts/jvm_time.c
	kwhile_traced method 1 examples/java_time.c Work leaf
	[ -z "$bcc" ] || traced bcc attached 1 with_headers $python $here/jvm_bcc.py "$jvm"
	if [ -n "$bpftrace" ]; then
		traced bpftrace ready 1 bpftrace -e "BEGIN { printf(\"ready\\n\"); }
			${probe}entry { @passed = count(); }"
		traced bpftrace_time ready 1 bpftrace -e "BEGIN { printf(\"ready\\n\"); }
			${probe}return /@began[tid]/ {
				@time = hist(nsecs - @began[tid]); delete(@began[tid]); @passed = count(); }
			${probe}entry { @began[tid] = nsecs; }"
	fi
done

median() { # VARIANT
	sort -n "$tmp/$1" | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'
}

row() { # VARIANT WHAT...: against a call with probes compiled in
	row_name=$1
	shift
	[ -s "$tmp/$row_name" ] || return 0
	echo "$(median "$row_name") $(median compiled)" | awk -v what="$*" '{
		printf "| %s | %s | %.*f |\n", what, $1, $1 < 10 * $2 ? 2 : 0, $1 / $2 }'
}

echo "Java $("$java_home/bin/java" -version 2>&1 | sed -n '1s/.*"\(.*\)".*/\1/p'), Linux $(uname -r), $(nproc) CPUs, load $(cut -d' ' -f1 /proc/loadavg):"
echo
echo "| | ns a call | ratio |"
echo "|---|---|---|"
row plain "no probes"
row compiled "probes compiled in, nobody there"
row bare "breakpoint in method__entry, counted by perf"
row nothing "kwhile, a program that does nothing"
row count "kwhile, counts"
row bcc "BCC from Python, counts"
row bpftrace "bpftrace, counts"
row bare_both "breakpoints in method__entry and method__return, counted by perf"
row time "kwhile, times"
row bpftrace_time "bpftrace, times"
row method "kwhile, times one method by its name (examples/java_time.c)"
finish
