#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 600
# What makes no sense, or cannot be done here, ends in one line that says what, why, and what to do,
# with the exit status that docs/exit-status.md tells.
# shellcheck disable=SC2086,SC2016 # $HEADERS are options; sed and inner shells have dollars too
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/native.sh
. "$(dirname "$0")/../lib/native.sh"

calls=$texts/calls.c
cd "$tmp" || exit 1
chmod 755 "$tmp"

# wrong STATUS REGEX ARGUMENT...: kwhile on calls.c with these arguments.
wrong() {
	wrong_status=$1
	wrong_regex=$2
	shift 2
	refused "$wrong_status" "^kwhile: .*$wrong_regex" "$KWHILE" "$calls" $HEADERS "$@"
}

# text NAME SED-SCRIPT: calls.c, edited.
text() {
	sed "$2" "$calls" >"$1"
}

# words: like refused, with the compiler's or the verifier's words before the one line of ours.
words() { # REGEX-OF-THE-LINE REGEX-OF-THE-WORDS TEXT [OPTION...]
	words_line=$1
	words_before=$2
	shift 2
	run timeout 60 "$KWHILE" "$@" $HEADERS
	equal "$status" 1 "exit status of $1"
	equal "$(grep -c '^kwhile: ' "$tmp/err")" 1 "lines of ours for $1"
	tail -n 1 "$tmp/err" >"$tmp/last"
	has "$tmp/last" "^kwhile: .*$words_line" "the last line says what"
	has "$tmp/err" "$words_before" "the words before it"
	lacks "$tmp/err" '/virtual/main' "no file of libbcc's own making is named"
}

echo '--- words and options'
refused 2 'what shall run\?.*kwhile help' "$KWHILE"
refused 2 'no program and no function ofcpu; did you mean the program offcpu' "$KWHILE" ofcpu
refused 2 'no function no_such_function' "$KWHILE" no_such_function
refused 2 'no function kfre in this kernel; did you mean kfree' "$KWHILE" kfre
refused 2 'there is no option --intervall; did you mean --interval\?' "$KWHILE" --intervall 1 offcpu
refused 2 "-o 'json=': give the name of a file behind =" "$KWHILE" offcpu -o json=
refused 2 "'no such' is neither a program, nor a file, nor a kernel function" "$KWHILE" 'no such'
refused 2 "'' is neither" "$KWHILE" ''
refused 2 "'1' is neither.*options come behind" "$KWHILE" --cpu 1 offcpu
refused 2 'no program and no function ofcpu; did you mean the program offcpu' "$KWHILE" help ofcpu
"$KWHILE" help >"$tmp/all"
for verb in run list help doctor cache build; do
	run "$KWHILE" help $verb
	equal "$(cmp "$tmp/out" "$tmp/all" 2>&1)" '' "help $verb is the page of all"
done
refused 2 'no program and no function nosuch; .kwhile list. shows the programs' "$KWHILE" help nosuch
run "$KWHILE" help vfs_read
has "$tmp/out" '^collateral - ' 'help of a function is help of the program it stands for'
refused 2 "list 'x': write KIND:PATTERN" "$KWHILE" list x
refused 2 "'y' is one word too many" "$KWHILE" list 'software:*' y
refused 2 "'kprob' is not a kind of probe; did you mean kprobe" "$KWHILE" list 'kprob:*'
refused 2 "no tracepoint of this kernel matches 'shed:sched_switch'; did you mean sched:sched_switch" "$KWHILE" list tracepoint:shed:sched_switch
refused 2 "no kprobe of this kernel matches 'no_such_\*'" "$KWHILE" list 'kprobe:no_such_*'
refused 2 "'x' is one word too many" "$KWHILE" doctor x
wrong 2 'there is no option --nosuch; .kwhile help' --nosuch
wrong 2 'there is no option -z' -z
wrong 2 '--verbose takes no value: write --verbose' --verbose=3
wrong 2 '--stats takes no value: write --stats' --stats=3
wrong 2 "'x' is one word too many; a command to run goes behind --" x
refused 2 'there is no option --cpuu; did you mean --cpu\?' "$KWHILE" offcpu --cpuu 1
for cpu in 4096 99999999999999999999 -1 x ''; do
	refused 2 "CPU 4096 is not online; these are: 0|--cpu '$cpu'( is too large;|:) write the number of a CPU, or any" \
		"$KWHILE" offcpu --cpu "$cpu"
done
refused 2 "--pid 'x': write the number of a process" "$KWHILE" offcpu -p x
refused 2 "--min '-5': write a time" "$KWHILE" offcpu --min -5
wrong 2 "-o 'xml': there is no such format; there are text" -o xml
wrong 2 "--tables 'x': write keep or drain" --tables x
wrong 2 "--strict='x': write --strict" --strict=x

echo '--- numbers'
for i in 0 -1 nan -nan '' 5x 1e-400; do
	wrong 2 "-i '$i': give seconds above 0" -i "$i"
done
for i in inf 1e99; do
	wrong 2 "-i '$i': the longest is 1000000000 seconds" -i $i
done
wrong 2 "-i '1e-9': the shortest is 0.001 seconds" -i 1e-9
wrong 2 '-i wants a value' -i
wrong 2 '--interval wants a value' --interval
for n in 0 -1 x '' 1.5; do
	wrong 2 "-n '$n': give a whole number above 0" -n "$n"
done
wrong 2 "-n '99999999999999999999': the largest is [0-9]+" -n 99999999999999999999
for d in nan 0 -3; do
	wrong 2 "-d '$d': give seconds above 0" -d $d
done

echo '--- the command'
wrong 2 'a command to run is missing behind --' --
wrong 2 "-c '': give a command" -c ''
wrong 2 "-c ' ': give a command" -c ' '
wrong 2 'either with -c or behind --' -c true -- true
wrong 127 "cannot run 'no-such-command': there is no such command" -- no-such-command
wrong 127 "cannot run '': there is no such command" -- ''
wrong 127 "cannot run './no/such'" -- ./no/such
echo true >plain-file
wrong 126 "cannot run './plain-file': it is not executable" -- ./plain-file
wrong 126 "cannot run '$tmp': it is not executable" -- "$tmp"
ends_with() { # STATUS COMMAND...
	ends_status=$1
	shift
	run "$KWHILE" "$calls" $HEADERS "$@"
	equal "$status" "$ends_status" "exit status with: $*"
	equal "$(cat "$tmp/err")" '' 'nothing on stderr'
	has "$tmp/out" '^---- new sample: 1' 'a sample is printed'
}
ends_with 0 -c 'exit 0'
ends_with 3 -c 'exit 3'
ends_with 255 -- sh -c 'exit 255'
ends_with 137 -c 'kill -9 $$'
ends_with 143 -- sh -c 'kill -15 $$'
# Ended by us, it did not fail.
ends_with 0 -n 1 -i 0.1 -- sleep 60

echo '--- rights'
cp "$KWHILE" kwhile-for-all # nobody may not be able to reach the build directory
refused 1 'needs root.*try sudo' setpriv --reuid=65534 --regid=65534 --clear-groups ./kwhile-for-all offcpu
refused 1 'needs root' setpriv --bounding-set=-all --inh-caps=-all "$KWHILE" offcpu
run setpriv --reuid=65534 --regid=65534 --clear-groups ./kwhile-for-all list
equal "$status" 0 'anybody may list the programs'

echo '--- the kernel and its headers'
release=$(uname -r)
if ! [ -e "/lib/modules/$release/build" ] && ! [ -e "/usr/src/linux-headers-$release" ]; then
	refused 1 "no headers for kernel $release.*install linux-headers-$release or give --kernel-headers" "$KWHILE" "$calls"
fi
refused 1 "are for kernel .*, this one is $release; install linux-headers-$release" \
	"$KWHILE" "$calls" --kernel-headers "$KWHILE_HEADERS"
refused 2 "'/nosuch': that is neither a directory" "$KWHILE" "$calls" --kernel-headers /nosuch
refused 2 "no include/generated/autoconf.h" "$KWHILE" "$calls" --kernel-headers "$tmp"
refused 2 "'/nosuch': that is neither a directory" env BCC_KERNEL_SOURCE=/nosuch "$KWHILE" "$calls"
if "$KWHILE" doctor | grep -Eq '^kprobes +no'; then
	refused 1 'has no kprobes .*programs that attach to tracepoints work' "$KWHILE" vfs_read
	refused 1 'has no kprobes .*programs that attach to tracepoints work' "$KWHILE" compact_zone
fi
wrong 2 "has no tracepoint no:such; .kwhile list 'tracepoint:\*:\*'. shows" --attach tracepoint:no:such=on_call
wrong 2 'has no tracepoint sched:sched_swich; did you mean sched:sched_switch' --attach tracepoint:sched:sched_swich=on_call
wrong 2 'has no tracepoint shed:sched_switch; did you mean sched:sched_switch' --attach tracepoint:shed:sched_switch=on_call
wrong 2 'has no tracepoint sched:no_\*; .kwhile list' --attach 'tracepoint:sched:no_*=on_call'
wrong 2 'has no raw tracepoint sys_entr; did you mean sys_enter' --attach rawtracepoint:sys_entr=on_call
wrong 2 'no such event; did you mean page-faults' --attach software:page-fault=on_call
wrong 2 'no such event; did you mean L1-dcache-loads' --attach cache:L1-dcache-lods=on_call
wrong 2 "no such event; .kwhile list 'hardware:\*'. shows them" --attach hardware:zzzz=on_call
wrong 2 'there is no such unit; write profile:hz:N' --attach profile:mhz:5=on_call
wrong 2 'name one, not a pattern' --attach 'lsm:file_*=on_call'
refused 1 'cannot make a directory in /nosuch: .*set TMPDIR' env TMPDIR=/nosuch "$KWHILE" "$calls" $HEADERS --no-cache

echo '--- libbcc and the compiler'
library=$(ldconfig -p | sed -n 's/.*libbcc\.so\.0 .*=> //p' | head -n 1)
mkdir -p layers
refused 1 'libbcc is not installed' unshare -m sh -c '
	mount -t tmpfs none "$1/layers" && mkdir "$1/layers/upper" "$1/layers/work" &&
	mount -t overlay -o "lowerdir=$2,upperdir=$1/layers/upper,workdir=$1/layers/work" none "$2" &&
	rm "$2/libbcc.so.0" && shift 2 && exec "$@"' - "$tmp" "$(dirname "$library")" "$KWHILE" "$calls" $HEADERS --no-cache
mkdir alone && cp "$KWHILE" alone/kwhile
# broken SCRIPT REGEX: a compiler that is this script.
broken() {
	printf '%s\n' "$1" >alone/kwhile-compile
	chmod 755 alone/kwhile-compile
	refused 1 "$2" alone/kwhile "$calls" $HEADERS --no-cache
}
refused 1 'no kwhile-compile beside this program' alone/kwhile "$calls" $HEADERS --no-cache
broken 'no program' 'the compiler cannot start: .*Exec format error'
broken '#!/bin/sh
exit 0' 'what the compiler made of .* is not a usable object: it is truncated; install kwhile whole'
broken '#!/bin/sh
head -c 1000 /dev/urandom >&3' 'what the compiler made of .* is not a usable object: it is something else'
broken '#!/bin/sh
kill -11 $$' 'the compiler crashed on .*signal 11'
broken '#!/bin/sh
exit 1' 'calls.c does not compile'

echo '--- texts'
: >empty.c
refused 2 './empty.c is empty' "$KWHILE" ./empty.c
refused 2 'is a directory, not a probe text' "$KWHILE" "$tmp/"
cp /bin/true binary.c
refused 2 './binary.c is not a text: it has binary data' "$KWHILE" ./binary.c
head -c 5000000 /dev/zero | tr '\0' ' ' >big.c
refused 2 './big.c has more than 4 MB' "$KWHILE" ./big.c
refused 2 'has more than 4 MB' "$KWHILE" /dev/zero
refused 2 'cannot read ./nosuch.c: No such file' "$KWHILE" ./nosuch.c
refused 2 '<stdin> is empty' "$KWHILE" -
refused 1 'cannot read <stdin>: Bad file descriptor' sh -c 'exec "$0" - <&-' "$KWHILE"
text headless.c '/^\/\/\//d'
refused 2 './headless.c: nothing to attach: .*give --attach PROBE=HANDLER for on_call$' "$KWHILE" ./headless.c
text two.c '$a int later(void *ctx) { return 0; }'
run "$KWHILE" ./two.c $HEADERS -n 1 -i 0.01
equal "$status: $(cat "$tmp/err")" '0: kwhile: ./two.c: nothing attaches later, so it never runs; --attach PROBE=HANDLER does' \
	'a handler that nothing attaches'
printf '// nothing\nBPF_HASH(t);\nstatic int helper(void) { return 0; }\n' >none.c
refused 2 './none.c has no handler: no function in it could be attached' "$KWHILE" ./none.c
printf 'BPF_HASH(t);\n/* open\nTRACEPOINT_PROBE(syscalls, sys_enter_getppid) { return 0; }\n' >comment.c
refused 2 './comment.c:2: nothing closes this /\*, so there is no handler' "$KWHILE" ./comment.c
printf 'BPF_HASH(t);\nTRACEPOINT_PROBE(syscalls, sys_enter_getppid\n{ return 0; }\n' >bracket.c
refused 2 './bracket.c:2: nothing closes this \(, so there is no handler' "$KWHILE" ./bracket.c
text unknown.c '2i /// frobnicate x'
refused 2 "./unknown.c:2: there is no header word 'frobnicate'; there are option" "$KWHILE" ./unknown.c
text half.c '$a /// attach'
refused 2 './half.c:[0-9]+: write \[\?\]PROBE=HANDLER' "$KWHILE" ./half.c
for edit in 's/=on_call/=nothing/;./x.c:3: the text has no handler nothing\(\); it has on_call' \
	's/show calls count/show callz count/;./x.c:4: the text has no table callz; it has calls' \
	's/%key/%kez/;./x.c:4: .*no field .kez.; there are %key.*did you mean key'; do
	text x.c "${edit%%;*}"
	refused 2 "${edit#*;}" "$KWHILE" ./x.c $HEADERS
done
for option in show size fresh label account; do
	case $option in
	show) value='nosuch count' ;;
	size) value='nosuch 5' ;;
	label) value='nosuch 1 x' ;;
	account) value='nosuch lost' ;;
	*) value=nosuch ;;
	esac
	wrong 2 "--$option: the text has no table nosuch; it has calls" --$option "$value"
done
wrong 2 '--repair: repair calls x y: wants a table keyed by thread .u64., an option and an array' --repair 'calls x y'
for name in plain-text plaintext; do
	cp "$calls" $name
	refused 2 "no program and no function $name; the file of that name is ./$name" "$KWHILE" $name $HEADERS
done
# What some editors put ahead of a text, and ends of line of theirs.
{ printf '\357\273\277' && sed 's/$/\r/' "$calls"; } >marked.c
run "$KWHILE" marked.c $HEADERS -n 1 -i 0.01
equal "$status: $(grep -c '^all = ' "$tmp/out")" '0: 1' 'a text with a mark in front and CRLF at the ends of its lines'
# A handler that was written for a tracepoint with more in it.
printf 'int f(char *args) { return *(u64 *)(args + 4000) == 1; }\n' >beyond.c
refused 1 'the handler reads beyond what tracepoint syscalls:sys_enter_getppid gives it' \
	"$KWHILE" ./beyond.c $HEADERS --attach tracepoint:syscalls:sys_enter_getppid=f
sed 's/char \*args/struct bpf_raw_tracepoint_args *ctx/; s/return .*;/return ctx->args[9] == 1;/' beyond.c >arguments.c
refused 1 'the handler reads more arguments than raw tracepoint sys_enter has.*list -v rawtracepoint:sys_enter' \
	"$KWHILE" ./arguments.c $HEADERS --attach rawtracepoint:sys_enter=f
wrong 2 "--show: the text has no table kw_controlx" --show 'kw_controlx count'
wrong 1 'cannot create the table calls of 4000000000 entries .*--size' --size 'calls 4000000000'
# The kernel would take memory for it until none is left, and no signal ends that: it is not asked.
free_kb=$(sed -n 's/^MemAvailable: *\([0-9]*\) kB$/\1/p' /proc/meminfo)
wrong 1 'calls of [0-9]+ entries of 8 \+ 8 bytes: it takes [0-9]+ MB, all tables [0-9]+ MB, and [0-9]+ MB of memory are free' \
	--size "calls $((free_kb * 1024 / 160))"

echo '--- what the compiler and the verifier say'
text undeclared.c 's/u64 thread = .*/u64 thread = frob;/'
words './undeclared.c does not compile' "^./undeclared.c:10:15: error: .*'frob'" ./undeclared.c
text tail.c '$a int x = ;'
words './tail.c does not compile' '^./tail.c:15:9: error: ' ./tail.c
text include.c '1i #include "nosuch.h"'
words './include.c does not compile' "^./include.c:1:10: fatal error: 'nosuch.h' file not found" ./include.c
text table.c 's/kw_add(calls/kw_add(nocalls/'
words './table.c does not compile' '^./table.c:12:2: error: .*nocalls' ./table.c
# libbcc 0.26 crashes behind what clang says of this, and LLVM 14 aborts at the other.
text crash.c 's/^BPF_HASH(calls, /BPF_HASH(calls struct /; s/kw_add(calls, &thread, 1)/calls.increment(thread)/'
words './crash.c does not compile' '^./crash.c:[0-9]+:[0-9]+: error: ' ./crash.c
text division.c 's/u64 thread = .*/s64 thread = (s64)bpf_ktime_get_ns() \/ -3;/'
words './division.c does not compile' '^./division.c:10: error: BPF has no division of signed numbers' ./division.c
# The head of a function, ahead of which libbcc puts a record of its own, and a { that nothing closes.
printf 'BPF_HASH(t);\nint f(struct tracepoint__syscalls__sys_enter_getpid *args, @)\n{ return 0; }\n' >head.c
words './head.c does not compile' '^./head.c:2:60: error: ' ./head.c --attach tracepoint:syscalls:sys_enter_getpid=f
printf 'BPF_HASH(t);\nTRACEPOINT_PROBE(syscalls, sys_enter_getppid) {\n\tif (1) { return 0; }\n' >open.c
words './open.c does not compile' "^./open.c:3:22: error: expected '}'" ./open.c
text pointer.c 's/u64 thread = .*/u64 thread = *(u64 *)(bpf_get_current_pid_tgid() << 3);/'
words "./pointer.c:10: the kernel's verifier refuses the program on_call: R[0-9] invalid mem access .* \(-v shows" "^	u64 thread = \*" ./pointer.c
equal "$(head -n 1 "$tmp/err" | sed 's/R[0-9].*//')" './pointer.c:10: the verifier: ' "the verifier's reason comes first, with the line of the text"
# What BCC's compiler leaves without an address: said as it is, and not as the verifier sees it.
lacking() { # LINE REGEX SED-SCRIPT
	text lacking.c "$3"
	words "./lacking.c:$1: on_call\(\) $2" "^	?(u64|printf)" ./lacking.c
	equal "$(wc -l <"$tmp/err")" 2 "lines on stderr: the text's and the message"
}
lacking 10 'uses a global variable .*BPF_ARRAY' 's/^BPF_HASH/int counter; &/; s/u64 thread = .*/u64 thread = ++counter;/'
lacking 11 'uses a global variable .*BPF_ARRAY' 's/u64 thread = .*/static u64 last;\n&/; s/u64 thread = .*/u64 thread = last++;/'
lacking 10 'calls a function that is not there' 's/u64 thread = .*/u64 thread = bpf_get_current_thread();/'
lacking 11 'calls a function that is not there' 's/u64 thread = .*/&\n\tprintf("%ld", thread);/'
text string.c 's/u64 thread = .*/&\n\tbpf_probe_read_kernel(\&thread, 8, "1234567");/'
run "$KWHILE" ./string.c $HEADERS -n 1 -i 0.01
equal "$status" 0 'exit status with a string that is nowhere'
has "$tmp/err" '^kwhile: ./string.c:11: on_call\(\) uses a global variable or a string constant' 'it is said'
text float.c 's/u64 thread = .*/u64 thread = bpf_get_prandom_u32() * 1.5;/'
words './float.c does not compile' '^./float.c:10: error: on_call\(\): .* BPF has no floating-point numbers' ./float.c
text stack.c 's/u64 thread = .*/u64 thread = 1, large[75] = {};\n\tbpf_get_current_comm(large, sizeof(large));/'
words './stack.c does not compile' '^./stack.c(:10)?: error: on_call\(\): .*stack limit of 512 bytes' ./stack.c
text loop.c 's/^	kw_add/	while (bpf_get_prandom_u32() != 5)\n\t&/'
words './loop.c:[0-9]+: the kernel.s verifier refuses the program on_call: .*: a loop needs an end' '^./loop.c:' ./loop.c
text null.c 's/^	kw_add.*/	u64 *n = calls.lookup(\&thread);\n\t*n = 1;/'
words './null.c:13: the kernel.s verifier refuses the program on_call: R[0-9] invalid mem access .map_value_or_null.: it may be NULL: test it' '^./null.c:13: the verifier' ./null.c
text second_argument.c 's/void \*ctx/struct pt_regs *ctx, int fd/; s/u64 thread = .*/u64 thread = fd;/'
words './second_argument.c does not compile' '^./second_argument.c: error: .* struct pt_regs \*ctx, which <uapi/linux/ptrace.h> has' ./second_argument.c
# The line stays right behind functions, for which libbcc puts lines of its own into the text.
sed -n '/^int on_call/,/^}/p' pointer.c | sed 's/on_call/later/' >later
sed 's/u64 thread = .*/u64 thread = 1;/' pointer.c | cat - later >second.c
run "$KWHILE" ./second.c $HEADERS --attach tracepoint:syscalls:sys_enter_getppid=later
has "$tmp/err" "^kwhile: ./second.c:$(grep -n '<< 3' second.c | cut -d: -f1): .*the program later: R[0-9] invalid" 'the line in a second function'
# Headers of the lab's 6.12 are newer than Debian 12's libbcc, where a text includes what reads linux/bpf.h. What
# they lack is made up for them, but not what the text itself asks for.
newer=${headers_lab:?is set by headers.sh}
newer=${newer%/*}/6.12
newer=$newer/usr/src/linux-headers-$(cat "$newer/release" 2>/dev/null)
if [ -d "$newer" ] && [ "$(basename "$(readlink -f "$library")")" = libbcc.so.0.26.0 ]; then
	text newer.c '1i #include <net/sock.h>'
	run "$KWHILE" build ./newer.c --kernel-headers "$newer" --allow-other-headers -o newer.kwo
	equal "$status: $(cat "$tmp/err")" '0: ' 'exit status with headers too new for libbcc'
	text newer.c '1i #include <net/sock.h>\nstatic struct bpf_wq *mine;'
	run "$KWHILE" build ./newer.c --kernel-headers "$newer" --allow-other-headers -o newer.kwo
	equal "$status" 1 'exit status of a text that has a name that they lack'
	equal "$(tail -n 1 "$tmp/err")" "kwhile: ./newer.c does not compile: the kernel's headers, of 6.10 or later, are too new for the libbcc that is installed; version 0.31.0 or later mends that" 'the last line'
fi
cp undeclared.c "$(printf 'new\nline.c')"
run "$KWHILE" "$(printf './new\nline.c')" $HEADERS
equal "$(grep -c '^kwhile: ./new?line.c does not compile$' "$tmp/err")" 1 'a name with a line break is on one line'

echo '--- limits of the kernel'
point=tracepoint:syscalls:sys_enter_getpgid
# of_many N FORMAT: the format so many times, with a number for each @.
of_many() {
	i=0
	while [ $i -lt "$1" ]; do
		echo "$2" | sed "s/@/$i/g"
		i=$((i + 1))
	done
}
of_many 65 "/// attach $point=f@
int f@(void *c) { return 0; }" >many.c
echo 'BPF_HASH(t);' >>many.c
refused 1 'no more than 64 handlers at a tracepoint.* syscalls:sys_enter_getpgid has as many: make one handler of several' \
	"$KWHILE" ./many.c $HEADERS --show 't count' -n 1
# handler BODY: the rest of a text.
handler() {
	printf '/// attach %s=f\nBPF_HASH(t);\nint f(void *c)\n{\n\tu64 key = 1;\n%s\n\tt.increment(key);\n\treturn 0;\n}\n' \
		$point "$1"
}
of_many 33 '/// show t@ count
BPF_HASH(t@, u64, u64, 16);' >tables.c
handler "$(of_many 33 '	kw_add(t@, &key, 1);')" >>tables.c
words 'program f: .*number of maps per program.*64: a table that kw_add.* counts twice' 'number of maps per program' ./tables.c -n 1
handler '	asm volatile(".rept 1000003\n %0 += 1\n .endr" : "+r"(key));' >long.c
refused 1 'the program f has 10000[0-9]{2} instructions, and the kernel takes no more than 1000000' "$KWHILE" ./long.c $HEADERS -n 1
handler '	for (int i = 0; i < 1000000; i++) key += bpf_get_prandom_u32() >> 3;' >turns.c
words './turns.c:6: .* too large.*: the kernel walks through a million instructions' '^./turns.c:6: ' ./turns.c -n 1
{
	echo 'struct large { char c[40000]; }; BPF_PERCPU_ARRAY(large, struct large, 1);'
	handler '	int zero = 0; if (large.lookup(&zero)) key = 2;'
} >percpu.c
refused 1 'cannot create the table large .*a value of a table for each CPU has 32768 bytes at most' "$KWHILE" ./percpu.c $HEADERS -n 1
# Who may lock memory without end does not meet this one.
echo 'BPF_PERF_OUTPUT(out);' >locked.c
handler '	out.perf_submit(c, &key, sizeof(key));' >>locked.c
refused 1 'cannot open the buffer out of 4194304 bytes a CPU: .*/proc/sys/kernel/perf_event_mlock_kb and .ulimit -l.' \
	setpriv --bounding-set=-ipc_lock,-sys_resource --inh-caps=-ipc_lock,-sys_resource \
	sh -c 'ulimit -l 0 && exec "$@"' - "$KWHILE" ./locked.c $HEADERS --size 'out 1000' -n 1

echo '--- standard streams'
streams() { # STATUS REDIRECTIONS ARGUMENT...
	streams_status=$1
	streams_redirections=$2
	shift 2
	run timeout 60 sh -c "exec \"\$@\" $streams_redirections" - "$KWHILE" "$@"
	equal "$status" "$streams_status" "exit status with $streams_redirections: $1"
}
for arguments in list help doctor -V; do
	streams 1 '>/dev/full' $arguments
	has "$tmp/err" '^kwhile: cannot write the output: No space left' 'it says so'
	streams 1 '>&-' $arguments
	has "$tmp/err" '^kwhile: cannot write the output: Bad file' 'it says so'
done
for format in text json; do
	streams 1 '>/dev/full' "$calls" $HEADERS -i 0.1 -o $format
	equal "$(cat "$tmp/err")" 'kwhile: cannot write the output: No space left on device' "all of stderr, $format"
done
{
	streams 1 '>&-' "$calls" $HEADERS -i 0.1
	equal "$(cat "$tmp/err")" 'kwhile: cannot write the output: Bad file descriptor' 'all of stderr'
	streams 0 '2>&-' "$calls" $HEADERS -i 0.05 -n 2
	equal "$(grep -c '^---- new sample' "$tmp/out")" 2 'samples with stderr closed'
	streams 0 '<&- 2>&-' "$calls" $HEADERS -i 0.05 -n 2 --no-cache
	equal "$(grep -c '^---- new sample' "$tmp/out")" 2 'samples with stdin and stderr closed'
	streams 1 '<&- >&- 2>&-' "$calls" $HEADERS -i 0.05 -n 2 --no-cache
	streams 0 '2>/dev/full' "$calls" $HEADERS -v -i 0.05 -n 2
}
streams 2 '2>/dev/full' offcpu --nosuch

echo '--- little of everything'
"$KWHILE" "$calls" $HEADERS -n 1 -i 0.01 >/dev/null || fail 'cannot fill the cache'
# limited LIMIT ARGUMENT...: it works, or says why not in one line.
limited() {
	limited_limit=$1
	shift
		run timeout 60 sh -c 'ulimit $1 && shift && exec "$@"' - "$limited_limit" "$KWHILE" "$calls" $HEADERS -n 1 -i 0.01 "$@"
	if [ "$status" -eq 0 ]; then
		equal "$(cat "$tmp/err")" '' "nothing on stderr with ulimit $limited_limit $*"
		has "$tmp/out" '^all = ' 'a sample'
	else
		want "$status" -le 2 "exit status with ulimit $limited_limit $*"
		equal "$(grep -c '^kwhile: ' "$tmp/err") $(wc -l <"$tmp/err")" '1 1' 'lines on stderr'
		sed 's/^/    | /' "$tmp/err"
	fi
}
for files in 5 6 7 8 9 10 12 14 16 20; do
	limited "-n $files"
	[ "$files" -ge 16 ] || has "$tmp/err" "no more than $files open files" "it blames the limit"
	limited "-n $files" --no-cache
	[ "$files" -ge 16 ] || has "$tmp/err" "no more than $files open files" "it blames the limit"
done
for files in 16 18 20; do
	limited "-n $files" --attach 'tracepoint:sched:*=on_call'
	has "$tmp/err" 'too many open files at .*raise .ulimit -n' 'it says which limit'
done
limited "-n 16" --attach 'rawtracepoint:sched_*=on_call'
has "$tmp/err" 'too many open files at rawtracepoint:sched_.*raise .ulimit -n' 'at raw tracepoints too'
for blocks in 1 8; do
	limited "-f $blocks" --no-cache
done
if ! grep -q __asan_init "$KWHILE"; then
	for kilobytes in 10000 16000 20000 50000 100000 200000; do
		limited "-v $kilobytes"
		limited "-v $kilobytes" --no-cache
		[ "$kilobytes" -lt 16000 ] || has "$tmp/err" "no more than $kilobytes kB.*ulimit -v" 'it says which limit'
	done
fi
equal "$(merged_left)" 0 'merged header directories left by limits'
# Names that would steer a terminal.
escape=$(printf '\033')
refused 2 'cannot read .*/.\[31mno\.c' "$KWHILE" "$tmp/${escape}[31mno.c" -n 1
lacks "$tmp/err" "$escape" "nor does what is said of a path"
objcopy --redefine-sym "load_called=load${escape}[2Jcalled" "$KWHILE_BUILD/tests/load_calls" "$tmp/steers"
run "$KWHILE" list -v "uprobe:$tmp/steers:load*"
has "$tmp/out" ':load.x1b.2Jcalled$' "a function with a strange name is listed"
lacks "$tmp/out" "$escape" "nothing in it steers the terminal"
no_trace 'bad input'
finish
