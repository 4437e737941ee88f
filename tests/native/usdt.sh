#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 240
# USDT probes: those of tests/load_usdt, which says how often it passed them and with what, and those
# of Debian's Python.
# shellcheck disable=SC2086 # $HEADERS are options
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/native.sh
. "$(dirname "$0")/../lib/native.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/follow.sh
. "$(dirname "$0")/../lib/follow.sh"

calls=1000003
few=30003
program=$KWHILE_BUILD/tests/load_usdt
text=$texts/usdt_count.c
[ -x "$program" ] || cannot "load_usdt is not built: <sys/sdt.h> is missing (systemtap-sdt-dev)"

# counted WORD: what the lines "WORD = N" of all samples add up to.
counted() {
	awk -v word="$1" '$1 == word && $2 == "=" { sum += $3 } END { printf "%.0f\n", sum }' "$tmp/out"
}

# sum_of THREADS CALLS: each thread counts its own from 0.
sum_of() {
	awk -v t="$1" -v n="$2" 'BEGIN {
		for (i = 0; i < t; i++) {
			own = int(n / t) + (i < n % t)
			sum += own * (own - 1) / 2
		}
		printf "%.0f\n", sum }'
}

# passes WANTED SUM WHAT: so often, with arguments that add up to SUM, none unread.
passes() {
	equal "$status" 0 "exit status, $3"
	equal "$(counted passed)" "$1" "times passed, $3"
	equal "$(counted sum)" "$2" "sum of the arguments, $3"
	equal "$(counted unread)" 0 "arguments that were not read, $3"
}

# One million by four threads. Three places whose argument is a constant, in a register, in memory.
probe "$program:kwload:step" -- "$program" 4 $calls
passes $calls "$(sum_of 4 $calls)" "one place"
probe "$program:many" -- "$program" 3 30006
passes 30006 60012 "three places with other operands"
probe "$program:kw*:[em]*" -- "$program" 3 $few
equal "$(counted passed)" $((few + 2)) "times passed, a pattern for probes of two providers"
equal "$(counted unread)" 2 "those without an argument say so"

# What was written is what is read: types, strings, places in memory, parts of registers.
run "$KWHILE" "$texts/usdt_types.c" $HEADERS --at "$program" -- "$program" 1 0
grep -E '^[a-z]+ [0-9]+ (=|is) ' "$tmp/out" >"$tmp/types"
cat >"$tmp/wanted" <<-'END'
	float 2 = -9
	float 101 = 0
	global 1 = -4000000000123
	global 2 = 4000000000
	global 4 = 7
	global 103 = 0
	nowhere 2 = 3
	nowhere 101 = 0
	part 1 = 52
	part 2 = -128
	part 3 = 13398
	part 4 = 4294967294
	three 1 = 4000000000
	three 2 = 20
	three 3 = 10
	types 1 = -3
	types 2 = 253
	types 3 = -30003
	types 4 = 65533
	types 5 = -2000000003
	types 6 = 4000000003
	types 7 = -9000000000000000003
	types 8 = -446744073709551613
	types 10 = -5
	types 9 is 'a string of twenty-nine bytes'
END
if diff "$tmp/wanted" "$tmp/types"; then echo "ok: arguments of all types"; else fail "arguments of all types"; fi
has "$tmp/err" 'argument 1 of kwload:float is in 8@%xmm0, where no probe can read it' "what cannot be read is said"
equal "$(grep -c 'no probe can read it' "$tmp/err")" 2 "arguments that cannot be read"

# ended: the run in the background.
ended() {
	wait "$run"
	status=$?
}

# The semaphore is 0 without a tracer, 1 with one, 0 after it: however that ends.
run "$program" 2 $few
has "$tmp/out" '^guarded 0$' "without a tracer nobody wants the probe"
has "$tmp/out" '^semaphore 0 0 0$' "its semaphore without a tracer"
probe "$program:guarded" -- "$program" 2 $few
passes $few "$(sum_of 2 $few)" "a probe with a semaphore"
has "$tmp/out" "^guarded $few\$" "the program passes it while it is wanted"
for signal in INT TERM KILL by-hand; do
	# What is done on kernels before 4.20.
	[ $signal != by-hand ] || export KWHILE_WITHOUT=semaphores
	waiting "$program" 2 $few --wait --again
	follow "$program:kwload:guarded" --pid "$pid"
	echo go >&3
	wait_for 60 grep -q '^guarded' "$tmp/load" || fail "$signal: the load is not done"
	if [ $signal = by-hand ]; then kill -INT "$run"; else kill -$signal "$run"; fi
	ended
	echo end >&3
	exec 3>&-
	wait "$child"
	has "$tmp/load" "^guarded $few\$" "$signal: the program passed it"
	has "$tmp/load" '^semaphore 0 1 0$' "$signal: its semaphore before, meanwhile and after"
	[ $signal = KILL ] || passes $few "$(sum_of 2 $few)" "$signal"
done
unset KWHILE_WITHOUT

# Two tracers raise it twice, and one of two processes is another's.
waiting "$program" 2 $few --wait
follow "$program:guarded" --pid "$pid"
first=$run
mv "$tmp/out" "$tmp/first"
"$KWHILE" "$text" $HEADERS --at "$program:guarded" -c "'$program' 1 7" -i 60 >"$tmp/second" 2>"$tmp/err"
has "$tmp/second" '^semaphore 1 1 1$' "the other process has its own"
has "$tmp/second" '^passed = 7$' "and is counted alone, before the first has gone on"
echo go >&3
exec 3>&-
run=$first
ended
wait "$child"
mv "$tmp/first" "$tmp/out"
passes $few "$(sum_of 2 $few)" "one process of two"
equal "$(grep -c 'passed by' "$tmp/out")" 1 "processes that were counted"
has "$tmp/load" '^semaphore 0 1 1$' "its semaphore, with one tracer left"

# In a mount namespace of its own, by path, by name and as all that it has mapped.
mkdir -p "$tmp/root"
cat >"$tmp/inner.sh" <<-END
	mount --bind '$KWHILE_BUILD/tests' '$tmp/root' && exec '$tmp/root/load_usdt' 2 $few --wait
END
for file in "$tmp/root/load_usdt" load_usdt '*'; do
	waiting unshare --mount sh "$tmp/inner.sh"
	follow "$file:kwload:guarded" --pid "$pid"
	echo go >&3
	exec 3>&-
	ended
	passes $few "$(sum_of 2 $few)" "another mount namespace, as $file"
done

# Named by its provider only, as BCC's and bpftrace's users do: nothing is called kwload.
waiting "$program" 2 $few --wait
run "$KWHILE" list 'usdt:kwload:st*' -p "$pid"
equal "$(cat "$tmp/out")" "usdt:$program:kwload:step" "probes of a process by their provider"
for point in kwload:stp kwlod:step; do
	refused 2 "no library or program kwl.*and nothing that process $pid has mapped has a USDT probe $point .*list usdt -p $pid" \
		"$KWHILE" "$text" $HEADERS --at "$point" --pid "$pid" -n 1
done
follow kwload:guarded --pid "$pid"
echo go >&3
exec 3>&-
ended
passes $few "$(sum_of 2 $few)" "a process's probe by its provider"

# In a pid namespace as well, where it has another number than here.
cat >"$tmp/inner.sh" <<-END
	mount --bind '$KWHILE_BUILD/tests' '$tmp/root' && exec '$tmp/root/load_usdt' 2 $few --wait
END
waiting unshare --mount --pid --fork sh "$tmp/inner.sh"
equal "$pid" 1 "its number in its own pid namespace"
pid=$(cat "/proc/$child/task/$child/children")
pid=${pid% }
follow load_usdt:guarded --pid "$pid"
echo go >&3
exec 3>&-
ended
passes $few "$(sum_of 2 $few)" "another pid namespace"

# Compiled once, for whatever file and operands.
run "$KWHILE" build "$text" $HEADERS --at "$program:step" -o "$tmp/count.kwo"
run "$KWHILE" "$tmp/count.kwo" --at "$program:many" -i 60 -- "$program" 3 30006
passes 30006 60012 "a package that was built for another probe"

# The C++ library's probes: each exception, and what was thrown. A copy of it, for others throw as well.
cat >"$tmp/throw.cc" <<-'END'
	int main() { for (int i = 0; i < 10007; i++) try { throw i; } catch (int) { } }
END
cat >"$tmp/throw.c" <<-'END'
	/// option at string -
	/// attach usdt:$at:throw=on_throw
	/// attach usdt:$at:libstdcxx:catch=on_catch
	/// show sums sum "sum = %value"
	/// show seen count "%key %value"
	BPF_HASH(seen, u32, u64);
	BPF_HASH(sums, u32, u64);
	int on_throw(struct pt_regs *ctx)
	{
		u32 key = 1;
		int thrown = 0;
		bpf_usdt_readarg_p(1, ctx, &thrown, sizeof(thrown));
		seen.atomic_increment(key);
		sums.atomic_increment(key, thrown);
		return 0;
	}
	int on_catch(struct pt_regs *ctx)
	{
		u32 key = 2;
		seen.atomic_increment(key);
		return 0;
	}
END
g++ -o "$tmp/throw" "$tmp/throw.cc" || fail "throw.cc does not compile"
run "$KWHILE" list usdt:stdc++
has "$tmp/out" '^usdt:stdc\+\+:libstdcxx:throw$' "the probes of a library by its name"
cp "$(ldd "$tmp/throw" | awk '$1 == "libstdc++.so.6" { print $3 }')" "$tmp/libstdc++.so.6"
run "$KWHILE" "$tmp/throw.c" $HEADERS --at "$tmp/libstdc++.so.6" -i 60 -- env LD_LIBRARY_PATH="$tmp" "$tmp/throw"
equal "$(grep '^[12] ' "$tmp/out" | tr '\n' ' ')" "1 10007 2 10007 " "exceptions that were thrown and caught"
equal "$(counted sum)" $((10007 * 10006 / 2)) "what was thrown"

# Where one tracer probes a place with its semaphore, the kernel lets nobody probe it without.
at=$("$KWHILE" list -v "usdt:$program:kwload:guarded" | sed -n 's/^ *\(0x[0-9a-f]*\), semaphore.*/\1/p')
follow "$program:guarded"
refused 1 'another tracer probes this place with a semaphore' "$KWHILE" "$texts/user_calls.c" $HEADERS \
	--at "$program:$at" -n 1
kill -INT $run
wait $run

# Debian's Python: memory operand and semaphore, against its own account; strings that it is told. A copy
# of it, for others run Python as well.
cp /usr/bin/python3 "$tmp/python3"
cat >"$tmp/work.py" <<-'END'
	import gc, sys
	before = [g["collections"] for g in gc.get_stats()]
	gc.disable()
	for i in range(97): gc.collect(1)
	for i in range(13): gc.collect(0)
	for i in range(101): sys.audit("kwhile.test", i)
	sys.stdout.write("generations %d %d\n" % tuple(g["collections"] for g in gc.get_stats()[:2]))
END
cat >"$tmp/python.c" <<-'END'
	/// option at string -
	/// attach usdt:$at:python:gc__start=on_gc
	/// attach usdt:$at:audit=on_audit
	/// show gens count "generation %key = %value"
	/// show names count "audit %text = %value"
	struct name { char text[24]; };
	BPF_HASH(gens, u64, u64);
	BPF_HASH(names, struct name, u64);
	int on_gc(struct pt_regs *ctx)
	{
		u64 key = 0;
		bpf_usdt_readarg(1, ctx, &key);
		gens.atomic_increment(key);
		return 0;
	}
	int on_audit(struct pt_regs *ctx)
	{
		struct name name = {};
		bpf_usdt_readarg_p(1, ctx, &name.text, sizeof(name.text));
		names.atomic_increment(name);
		return 0;
	}
END
run "$KWHILE" "$tmp/python.c" $HEADERS --at "$tmp/python3" -i 60 -- env PYTHONHOME=/usr "$tmp/python3" -S "$tmp/work.py"
if "$KWHILE" list "usdt:$tmp/python3" >"$tmp/list" 2>&1; then
	equal "$(sed -n 's/^generation 0 = //p' "$tmp/out") $(sed -n 's/^generation 1 = //p' "$tmp/out")" \
		"$(sed -n 's/^generations //p' "$tmp/out")" "collections that Python counted itself"
	equal "$(sed -n 's/^audit kwhile.test = //p' "$tmp/out")" 101 "strings that Python passed"
else
	has "$tmp/err" 'has no USDT probes' "a Python without probes"
fi

# What there is.
run "$KWHILE" list -v "usdt:$program"
has "$tmp/out" ', semaphore 0x[0-9a-f]+: arg1 s64 %' "a place with its semaphore and argument"
has "$tmp/out" 'arg1 u64 %xmm0 .cannot be read., arg2 s32 \$-9' "an argument that cannot be read"
equal "$(grep -c '^usdt:' "$tmp/out")" "$(readelf -n "$program" | awk '
	$1 == "Provider:" { p = $2 } $1 == "Name:" { seen[p ":" $2] }
	END { for (s in seen) n++; print n }')" "probes that readelf has too"
equal "$(grep -c '^    0x' "$tmp/out")" "$(readelf -n "$program" | grep -c NT_STAPSDT)" "places that readelf has too"
equal "$(sed -n 's/^    \(0x[0-9a-f]*\)[,:]*.*/\1/p' "$tmp/out" | sort)" \
	"$(readelf -n "$program" | sed -n 's/.*Location: 0x0*\([0-9a-f]*\),.*/0x\1/p' | sort)" "their addresses"
run "$KWHILE" list "usdt:$program:kwload:[em]*"
equal "$(sed "s,^usdt:$program:,," "$tmp/out" | tr '\n' ' ')" "kwload:end kwload:many " "a pattern"
waiting "$program" 1 1 --wait
run "$KWHILE" list usdt -p "$pid"
has "$tmp/out" "^usdt:$program:kwother:end\$" "what a process has"
run "$KWHILE" list 'usdt:load_usdt:end' --pid "$pid"
equal "$(wc -l <"$tmp/out")" 2 "probes of a process by name"
exec 3>&-
wait "$child"
run "$KWHILE" list -v 'uprobe:c:pthread_create'
has "$tmp/out" '^uprobe:c:pthread_create$' "a function of a library"
has "$tmp/out" '^    0x[0-9a-f]+, [0-9]+ bytes' "and where it is"
run "$KWHILE" list -v "uprobe:$KWHILE_BUILD/tests/libload.so:load::*"
has "$tmp/out" ', load::parse\(int\)$' "demangled"

# What is not there, and what is said of it.
says() { # STATUS REGEX ARGUMENT...
	says_status=$1
	says_regex=$2
	shift 2
	refused "$says_status" "$says_regex" "$KWHILE" "$@"
}
says 2 "has no USDT probe stp; did you mean kwload:step" "$text" $HEADERS --at "$program:stp" -n 1
says 2 "list usdt:.*. lists those it has" "$text" $HEADERS --at "$program:nothing_like_it" -n 1
says 2 "a probe end of kwload and one of kwother: write usdt:.*:kwload:end" "$text" $HEADERS --at "$program:end" -n 1
says 2 "has no USDT probes: it was built without" "$text" $HEADERS --at "$KWHILE_BUILD/tests/load_calls:x" -n 1
says 2 "give -p PID, or name a file" "$text" $HEADERS --at '*:x' -n 1
says 2 "reads argument 1 of the USDT probe kwother:end, which has 0" "$text" $HEADERS --at "$program:kwother:end" -n 1
says 2 "no library libkwload.so .*if kwload is a provider, write usdt:FILE:kwload:step, or give -p PID" "$text" $HEADERS \
	--at kwload:step -n 1
says 2 "is not a file" "$text" $HEADERS --at "/etc/:x:y" -n 1
says 2 "no USDT probe that matches 'x'" list "usdt:$program:x"
says 2 "has no USDT probes" list "usdt:$KWHILE_BUILD/tests/load_calls"
says 2 "has no function that matches 'nosuch'" list 'uprobe:c:nosuch'
says 2 "functions are listed of one file" list 'uprobe:*:x'
says 2 "write usdt:FILE, or give -p" list 'usdt:*'
says 2 "kprobe is not in a process" list 'kprobe:x' -p $$
says 2 "reads arguments of a USDT probe" "$text" $HEADERS --at "$program:step" --attach "uprobe:c:malloc=on_probe" -n 1
run env KWHILE_WITHOUT=semaphores "$KWHILE" "$text" $HEADERS --at "$program:guarded" -n 1
equal "$status" 1 "exit status of a kernel that raises no semaphores"
has "$tmp/err" "has a semaphore, and this kernel .* raises none.*give --pid" "and what it says"
# An optional one is noted, and the others are attached: also where its file is not there.
run "$KWHILE" "$text" $HEADERS --at "$program:step" --attach "?usdt:$program:gone=on_probe" \
	--attach '?usdt:nosuch:x=on_probe' --attach '?usdt:/no/such:x=on_probe' -n 1 -i 0.1
equal "$status" 0 "exit status with optional probes that are not there"
has "$tmp/err" "no such USDT probe, not attached: $program:gone, nosuch:x, /no/such:x" "it is said"
# A file with very many places: too many, and known to be so at once.
cat >"$tmp/many.s" <<'END'
	.section .note.GNU-stack,"",@progbits
	.text
	.globl main
main:
	.set i,0
	.rept 200000
	nop
	.pushsection .note.stapsdt,"?","note"
	.balign 4
	.4byte 992f-991f, 994f-993f, 3
991:	.asciz "stapsdt"
992:	.balign 4
993:	.8byte main+i, 0, 0
	.asciz "many"
	.asciz "place"
	.asciz ""
994:	.balign 4
	.popsection
	.set i,i+1
	.endr
	ret
END
g++ -no-pie -o "$tmp/many" "$tmp/many.s" || fail "many.s does not assemble"
for name in 'many:*' many:place place; do
	run timeout 10 "$KWHILE" "$texts/usdt_count.c" --at "$tmp/many:$name" $HEADERS
	equal "$status" 2 "exit status with 200000 places of $name"
	has "$tmp/err" "200000 places of USDT probes match '.*', and 1024 is the limit" "said of $name"
done

no_trace "all of these"
finish
