#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 400
# Functions of user space: tests/load_calls calls one a known number of times, and nobody else does.
# shellcheck disable=SC2086 # $HEADERS are options
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/native.sh
. "$(dirname "$0")/../lib/native.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/follow.sh
. "$(dirname "$0")/../lib/follow.sh"

calls=1000003
few=20003
program=$KWHILE_BUILD/tests/load_calls
library=$KWHILE_BUILD/tests/libload.so
text=$texts/user_calls.c

# counted WORD: what the lines "WORD = N" of all samples add up to.
counted() {
	awk -v word="$1" '$1 == word && $2 == "=" { sum += $3 } END { print sum + 0 }' "$tmp/out"
}

# counts WANTED WHAT: as many calls, and as many returns.
counts() {
	equal "$status" 0 "exit status, $2"
	equal "$(counted calls)" "$1" "calls, $2"
	equal "$(counted returns)" "$1" "returns, $2"
}

# go_on: lets the load run, and waits for the run to end with it.
go_on() {
	echo go >&3
	exec 3>&-
	wait "$run"
	status=$?
}

# One million calls by four threads, none missing, none twice.
probe "$program:load_called" -- "$program" 4 $calls
equal "$(grep -cx $calls "$tmp/out")" 1 "the load says how many calls it made"
counts $calls "four threads"

# Every tenth is one of another function; a pattern is both. An address is what nm(1) says.
probe "$program:load_called*" -c "'$program' 2 $few"
counts $((few + few / 10)) "a pattern"
# Five functions and their returns, 20 calls a turn: in two links where the kernel has such, and one by one.
tree=$KWHILE_BUILD/tests/load_tree
probe "$tree:tree_*" -v -- "$tree" 10007
counts 200140 "a pattern, at once"
KWHILE_WITHOUT=uprobe-multi probe "$tree:tree_*" -- "$tree" 10007
counts 200140 "a pattern, one by one"
run script -qec "KWHILE_WITHOUT=uprobe-multi $KWHILE $text $HEADERS --at '$tree:tree_*' -n 1 -i 0.1" /dev/null
has "$tmp/out" "taking 10 probes away \.\.\.$(printf '\r\033')\\[K" "a terminal is told what takes so long"
address=$(nm "$program" | awk '$3 == "load_called_too" { print "0x" $1 }')
probe "$program:$address" -- "$program" 2 $few
counts $((few / 10)) "an address"

# A library that is loaded when the run has begun; of an indirect function, the one that was chosen.
probe "$library:load_lib_plain" -- "$program" 2 $few --load "$library"
counts $((few / 10)) "a library that is loaded later"
(
	cd "$KWHILE_BUILD/tests" || exit 1
	probe ./libload.so:load_lib_plain -- ./load_calls 2 $few --load ./libload.so
	counts $((few / 10)) "a relative path"
	[ $failures -eq 0 ]
) || fail "a relative path"

# By process: one of two that do the same.
waiting "$program" 2 $few --wait
follow "$program:load_called" --pid "$pid"
"$program" 2 $few >"$tmp/other"
go_on
counts $few "one process of two"
equal "$(grep -c 'called by' "$tmp/out")" 1 "processes that were counted"
lacks "$tmp/out" "^---- new sample: 2" "the run ends with the process"

# By the name of a library that the process has, here the C library; and one that it has not yet.
waiting "$program" 2 $few --wait
follow c:pthread_create --pid "$pid"
go_on
counts 2 "the C library of a process"
waiting "$program" 2 $few --wait --load "$library"
follow "$library:load_lib_plain" --pid "$pid"
go_on
counts $((few / 10)) "a library that the process loads later"

# It execs: the same process, the same file, mapped anew.
waiting "$program" 2 $few --wait --exec
follow "$program:load_called" --pid "$pid"
go_on
counts $few "a process that execs"

# Of a process, a pattern.
waiting "$program" 2 $few --wait
follow "$program:load_*" --pid "$pid"
"$program" 2 $few >"$tmp/other"
go_on
want "$(counted calls)" -ge $((few + few / 10)) "calls of a pattern in one process of two"
equal "$(grep -c 'called by' "$tmp/out")" 1 "processes that a pattern counted"

# In a mount namespace of its own, where the path is another file than here.
mkdir -p "$tmp/root"
cat >"$tmp/inner.sh" <<-END
	mount --bind '$KWHILE_BUILD/tests' '$tmp/root' && exec '$tmp/root/load_calls' 2 $few --wait
END
waiting unshare --mount sh "$tmp/inner.sh"
refused 2 "there is no file $tmp/root/load_calls" \
	"$KWHILE" "$text" $HEADERS --at "$tmp/root/load_calls:load_called" -n 1
follow "$tmp/root/load_calls:load_called" --pid "$pid"
go_on
counts $few "another mount namespace, by path"
waiting unshare --mount sh "$tmp/inner.sh"
follow load_calls:load_called --pid "$pid"
go_on
counts $few "another mount namespace, by name"

# Its file is deleted: what is mapped is still there.
cp "$program" "$tmp/copy"
waiting "$tmp/copy" 2 $few --wait
rm "$tmp/copy"
follow copy:load_called --pid "$pid"
go_on
counts $few "a file that was deleted"

# An indirect function: what the process was linked to, by name of the process or found by itself.
waiting "$KWHILE_BUILD/tests/load_indirect" $few
follow load:load_lib_indirect --pid "$pid"
go_on
counts $few "an indirect function of a process"
waiting "$KWHILE_BUILD/tests/load_indirect" $few
rm -f "$tmp/err"
mkfifo "$tmp/end"
"$KWHILE" -v "$text" $HEADERS --at "$library:load_lib_indirect" -i 60 -c "cat '$tmp/end'" \
	>"$tmp/out" 2>"$tmp/err" &
run=$!
children="$children $run"
wait_for 60 attached || fail "an indirect function is not attached: $(cat "$tmp/err")"
echo go >&3
exec 3>&-
wait "$child"
: >"$tmp/end"
wait "$run"
status=$?
counts $few "an indirect function of any process"

# Names of C++ and Rust, and versions: how many functions each stands for.
points() { # WANTED NAME
	run "$KWHILE" -v "$text" $HEADERS --at "$library:$2" -n 1 -i 0.1
	equal "$(sed -n 's/.* \([0-9]*\) probes attached/\1/p' "$tmp/err")" $((2 * $1)) "probes of $2"
}
points 1 load_lib_versioned
points 1 load_lib_versioned@LOAD_1
points 2 load::parse
points 1 'load::parse(int)'
points 1 'load::operator+(load::A const&, load::A const&)'
points 1 'mycrate::example'
points 3 'load::*'
points 2 '_ZN4load5parse*'

# A library by its name.
for name in c libc libc.so libc.so.6; do
	run "$KWHILE" list "uprobe:$name:mallo[c]"
	equal "$(cat "$tmp/out" "$tmp/err")" "uprobe:$name:malloc" "libc as $name"
	run "$KWHILE" list "uprobe:$name:mallo[c]" -p $$
	equal "$(cat "$tmp/out" "$tmp/err")" "uprobe:$name:malloc" "libc as $name, of a process"
done
refused 2 'no library libc\.so\.5 ' "$KWHILE" list 'uprobe:libc.so.5:malloc'
refused 2 'no library libkwload\.so ' "$KWHILE" list 'uprobe:kwload:malloc'

# It ends before the run begins, or does not exist.
waiting "$program" 1 1 --wait
exec 3>&-
wait "$child"
refused 2 "$pid: there is no such process" "$KWHILE" "$text" $HEADERS --at c:malloc --pid "$pid" -n 1

# What cannot be probed, and what is said of it.
says() { # REGEX FILE:FUNCTION OPTION...
	says_regex=$1
	says_at=$2
	shift 2
	refused 2 "$says_regex" "$KWHILE" "$text" $HEADERS --at "$says_at" -n 1 "$@"
}
says "no function load_caled; did you mean load_called" "$program:load_caled"
says "no library libnosuch.so" nosuch:f
says "there is no file /nosuch/file" /nosuch/file:f
says "is not an ELF file" "$text:f"
says "is not a file" "$tmp/:f"
says "has no code at the address 0x1:" "$program:0x1"
says "beyond them" "$program:load_called+4096"
says "sees no file" /nosuch/file:f --pid $$
# Cut ahead of its section headers, ahead of the last one, and in the middle of it.
for bytes in +100 -64 -1; do
	head -c "${bytes#+}" "$program" >"$tmp/cut"
	says "is cut short" "$tmp/cut:f"
	refused 2 "is cut short" "$KWHILE" list "usdt:$tmp/cut"
done
# An optional one may lack its file as well.
run "$KWHILE" "$text" $HEADERS --at "$program:load_called" --attach '?uprobe:/no/such:f=on_call' -n 1 -i 0.1
equal "$status" 0 "exit status with an optional probe whose file is not there"
has "$tmp/err" "no such function, not attached: /no/such:f" "it is said"
# A 32-bit file: its class is the fifth byte, and libelf looks no further.
{
	head -c 4 "$program"
	printf '\001\001\001'
	head -c 64 /dev/zero
} >"$tmp/narrow"
says "32-bit file" "$tmp/narrow:f"
strip -o "$tmp/stripped" "$program"
says "has no symbols of functions.*stripped" "$tmp/stripped:load_called"
strip -o "$tmp/libcut.so" "$library"
says "only its [0-9]+ exported functions" "$tmp/libcut.so:chosen"
refused 1 "no process that calls it tells which" "$KWHILE" "$text" $HEADERS --at "$tmp/libcut.so:load_lib_indirect" -n 1
refused 2 "no probe of user space" "$KWHILE" "$texts/calls.c" $HEADERS --pid $$ -n 1

# What would end the program that it is in: seen of each but Go's, which is not here to be tried.
says "would end the program: it keeps" c:_setjmp
says "would end the program: it is not called" "$program:_start"
run "$KWHILE" -v "$text" $HEADERS --at "$program:_star*" -n 1 -i 0.1
has "$tmp/err" "would end the program: not attached: _start" "a pattern leaves it out"
has "$tmp/err" '^kwhile: 1 probe attached' "its entry is probed all the same"
objcopy --add-section ".gopclntab=$text" --redefine-sym load_called=main.work "$program" "$tmp/like-go"
says "Go's" "$tmp/like-go:main.work"
says "Go's" "$tmp/like-go:$address"
run "$KWHILE" "$text" $HEADERS --at "$tmp/like-go:main" -n 1 -i 0.1
equal "$status" 0 "a function of C in it"
# Copies of libraries: all that runs on this machine uses the libraries themselves.
for file in libstdc++.so.6 libc.so.6; do
	cp "$(ldconfig -p | awk -v file=$file '$1 == file && /x86-64/ { print $NF; exit }')" "$tmp/$file"
done
run "$KWHILE" "$text" $HEADERS --at "$tmp/libstdc++.so.6:_ZSt9terminatev" -n 1 -i 0.1
has "$tmp/err" "an exception or a panic that passes" "a library that throws"
run "$KWHILE" "$text" $HEADERS --at "$tmp/libc.so.6:malloc" -n 1 -i 0.1
equal "$status" 0 "exit status of a copy of libc"
lacks "$tmp/err" "an exception" "one that does not"
no_trace "all of these"
finish
