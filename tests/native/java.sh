#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 240
# Java's own probes: what they tell is what the program and the JVM print.
# shellcheck disable=SC2086 # $HEADERS are options
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/native.sh
. "$(dirname "$0")/../lib/native.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/java.sh
. "$(dirname "$0")/../lib/java.sh"

calls=100003
[ -n "$jvm" ] || cannot "there is no JDK (default-jdk-headless)"
"$java_home/bin/javac" -d "$tmp" "$texts/../load/java/Work.java" || fail "Work.java does not compile"
java="$java_home/bin/java -cp $tmp"

# lines WORD: those that begin so, sorted.
lines() {
	grep "^$1 " "$tmp/out" | sort
}

# Methods: each call of leaf() is one entry and one return, whoever runs it, the interpreter or compiled code.
for mode in -Xint -Xcomp ''; do
	run "$KWHILE" "$texts/java.c" $HEADERS --jvm "$jvm" -i 60 -- $java $mode -XX:+DTraceMethodProbes Work 4 $calls
	equal "$status" 0 "exit status, ${mode:-both}"
	equal "$(sed -n 's/^calls //p' "$tmp/out")" $((4 * calls)) "calls that the program made"
	equal "$(lines entered | sed -n 's/^entered Work::leaf = //p')" $((4 * calls)) "entries of leaf(), ${mode:-both}"
	equal "$(lines returned | sed -n 's/^returned Work::leaf = //p')" $((4 * calls)) "returns of leaf(), ${mode:-both}"
	equal "$(lines entered | sed -n 's/^entered Work::main = //p')" 1 "entries of main()"
done

# Threads: their names and numbers as the program printed them, in the order of their names.
lines 'thread load-worker-[0-9]*' | uniq -c >"$tmp/threads"
equal "$(wc -l <"$tmp/threads")" 4 "threads"
equal "$(awk '$1 == 2' "$tmp/threads" | wc -l)" 4 "threads that program and probe tell alike"

# Compiling: as often as the JVM says for each method.
run "$KWHILE" "$texts/java.c" $HEADERS --jvm "$jvm" -i 60 -- $java -XX:+PrintCompilation Work 1 3000000
sed -n '/(native)/d; /made not/d; s/^ *[0-9]\{1,\} \{1,\}[0-9]\{1,\} .* \([^ ]*\)::\([^ ]*\) .*(.*/\1::\2/p' "$tmp/out" |
	sort | uniq -c | awk '{ print $2, $1 }' >"$tmp/printed"
sed -n 's/^compiled \(.*\) = \([0-9]*\)$/\1 \2/p' "$tmp/out" | tr / . | sort >"$tmp/compiled"
want "$(wc -l <"$tmp/printed")" -gt 50 "methods that the JVM says it compiled"
has "$tmp/printed" '^Work::leaf ' "leaf() among them"
if diff "$tmp/printed" "$tmp/compiled"; then
	echo "ok: methods that were compiled, and how often"
else
	fail "methods that were compiled: what was printed (<), what was probed (>)"
fi

# By process, and by the library's name in it.
mkfifo "$tmp/go"
$java Work -2 $calls <"$tmp/go" >"$tmp/load" &
child=$!
children="$children $child"
exec 3>"$tmp/go"
wait_for 60 test -s "$tmp/load" || fail "the load does not say its number"
run "$KWHILE" list usdt -p $child
has "$tmp/out" "^usdt:$jvm:hotspot:thread__start\$" "a process of Java has hotspot's probes"
"$KWHILE" -v "$texts/java.c" $HEADERS --jvm jvm -p $child -i 60 >"$tmp/out" 2>"$tmp/err" &
run=$!
children="$children $run"
wait_for 60 grep -q 'probes attached' "$tmp/err" || fail "not attached: $(cat "$tmp/err")"
$java Work 1 1 >"$tmp/other"
echo go >&3
exec 3>&-
wait $run
equal "$?" 0 "exit status, by process"
lines 'thread load-worker-[0-9]*' >"$tmp/got"
equal "$(cat "$tmp/got")" "$(grep '^thread load' "$tmp/load" | sort)" "threads of one process of two"
no_trace "all of these"
finish
