#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 240
# How long functions of programs take, and methods of Java: examples/user_time.c and java_time.c.
# shellcheck disable=SC2086 # $HEADERS are options
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/native.sh
. "$(dirname "$0")/../lib/native.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/java.sh
. "$(dirname "$0")/../lib/java.sh"

examples=$texts/../../examples

counted() { # WORD
	awk -v word="$1" '$1 == word && $2 == "=" { sum += $3 } END { printf "%.0f\n", sum }' "$tmp/out"
}

# counts WANTED WHAT: so many calls, each of them somewhere in the histogram.
counts() {
	equal "$status" 0 "exit status, $2"
	equal "$(counted calls)" "$1" "calls, $2"
	equal "$(awk '$2 == "->" { sum += $5 } END { print sum + 0 }' "$tmp/out")" "$1" "calls in the histogram, $2"
}

# One that calls itself three deep: each has its own time, and the outer ones hold the inner ones.
time_of() { # FILE:FUNCTION OPTION...
	time_at=$1
	shift
	run "$KWHILE" "$examples/user_time.c" "$time_at" $HEADERS -i 60 "$@"
}
time_of "$KWHILE_BUILD/tests/load_calls:load_called" -- "$KWHILE_BUILD/tests/load_calls" 2 20003
counts 20003 "two threads"
time_of "$KWHILE_BUILD/tests/load_tree:tree_c" -- "$KWHILE_BUILD/tests/load_tree" 1000
counts 9000 "a function that calls itself"

# Room for two calls under way only: the third of each chain is refused, and that is said.
time_of "$KWHILE_BUILD/tests/load_tree:tree_c" --size 'began 2' -- "$KWHILE_BUILD/tests/load_tree" 1009
counts 6054 "calls that there was room for"
has "$tmp/out" 'refused by a full table = 3027 ' "the others"

# A time that is known: it sleeps, never too short.
time_of "$KWHILE_BUILD/tests/load_sleeper:load_slept" -- "$KWHILE_BUILD/tests/load_sleeper" 20 50 0
counts 50 "a function that sleeps"
want "$(counted total)" -ge 1000000000 "nanoseconds that it slept"
time_of "$KWHILE_BUILD/tests/load_sleeper:load_slept" --min 30s -- "$KWHILE_BUILD/tests/load_sleeper" 20 5 0
counts 0 "calls of 30 seconds"

# Java, where one thread's calls are its own.
[ -n "$jvm" ] || cannot "there is no JDK (default-jdk-headless)"
"$java_home/bin/javac" -d "$tmp" "$texts/../load/java/Work.java" || fail "Work.java does not compile"
java="$java_home/bin/java -XX:+DTraceMethodProbes -cp $tmp Work 3 10007"
for method in leaf:30021 call:3 main:1; do
	run "$KWHILE" "$examples/java_time.c" Work ${method%:*} --jvm "$jvm" $HEADERS -i 60 -- $java
	counts "${method#*:}" "Work.${method%:*}()"
done
no_trace "all of these"
finish
