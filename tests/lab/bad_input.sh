#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 500
# What can be wrong only where there are kprobes: one line that says what, or going on without it.
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"

echo '--- functions and events'
refused 2 'no function compact_zon in this kernel; did you mean compact_zone' "$KWHILE" compact_zon
refused 2 'no function no_such_function' "$KWHILE" run collateral --while no_such_function
refused 2 "no function of this kernel matches 'nosuch\*'" "$KWHILE" compact_zone -e 'nosuch*'
refused 2 "no function of this kernel matches 'nosuch\*'" "$KWHILE" compact_zone -e 'kfree,nosuch*'
refused 2 'this kernel has no nosuch' "$KWHILE" compact_zone -e nosuch
refused 2 '[0-9]{4,} functions match, and [0-9]+ is the limit: narrow the list' "$KWHILE" compact_zone -e '*'
refused 2 'CPU 7 is not online; these are: 0-1' "$KWHILE" compact_zone --cpu 7
refused 2 'CPU 7 is not online; these are: 0-1' "$KWHILE" offcpu --cpu 7

# The blacklist names what kprobes refuses; a function that is a symbol as well.
blacklisted=$(awk 'NR == FNR { symbol[$3]; next } $2 in symbol { print $2; exit }' \
	/proc/kallsyms /sys/kernel/debug/kprobes/blacklist)
[ -n "$blacklisted" ] || fail "nothing is blacklisted here"
refused 1 "kprobes refuses $blacklisted" "$KWHILE" "$blacklisted"
refused 1 "kprobes refuses $blacklisted" "$KWHILE" compact_zone -e "$blacklisted"

# What an inline function became that was not inlined is notrace: the kernel says so in its log only.
tracefs=/sys/kernel/tracing
awk -v filter=$tracefs/available_filter_functions -v blacklist=/sys/kernel/debug/kprobes/blacklist '
	BEGIN {
		while ((getline line <filter) > 0) { split(line, part, " "); traced[part[1]] }
		while ((getline line <blacklist) > 0) { split(line, part, " "); traced[part[2]] }
	}
	$2 ~ /^[tT]$/ && $3 ~ /^[a-z][a-z_]*$/ && !($3 in traced) { print $3 }' /proc/kallsyms >"$tmp/untraced"
notrace=''
while [ -z "$notrace" ] && read -r function; do
	(echo "p:kwhile_test/untraced $function" >>$tracefs/kprobe_events) 2>/dev/null
	(echo "-:kwhile_test/untraced" >>$tracefs/kprobe_events) 2>/dev/null
	dmesg | grep -q "notrace function $function\$" && notrace=$function
done <"$tmp/untraced"
[ -n "$notrace" ] || fail "no function is notrace here"
refused 1 "kprobes refuses $notrace: .*notrace" "$KWHILE" "$notrace" -e kfree

echo '--- the rest goes on'
run "$KWHILE" compact_zone -e "nosuch,kfree,$blacklisted" -n 1 -i 0.2
equal "$status" 0 "exit status with one event that is there and two that are not"
equal "$(grep -c nosuch "$tmp/err")" 1 "times that the missing one is named"
equal "$(grep -c "refuses $blacklisted" "$tmp/err")" 1 "times that the refused one is named"
has "$tmp/out" '^kfree while compaction = [0-9]+$' "the one that is there has a line"
lacks "$tmp/out" 'nosuch' "the missing one has none"
run "$KWHILE" compact_zone -e nosuch,kfree -n 2 -i 0.2 -o json
equal "$status" 0 "exit status of the same in JSON"
equal "$(grep -c '"label":"nosuch","value":null' "$tmp/out")" 2 "samples in which the missing one is null"

echo '--- headers'
# Neither where libbcc looks nor where distributions put them.
# shellcheck disable=SC2016,SC2317 # for the inner shell; called by run
hidden() {
	unshare -m sh -c 'mount -t tmpfs none /lib/modules && mount -t tmpfs none /usr/src && exec "$0" "$@"' "$@"
}
release=$(uname -r)
run hidden timeout 60 "$KWHILE" offcpu --no-cache -n 1
equal "$status" 1 "exit status without headers"
equal "$(grep -c "headers.*$release\|$release.*headers" "$tmp/err")" 1 "lines that say so, with the release"
has "$tmp/err" '--kernel-headers' "and what to do"
equal "$(wc -l <"$tmp/err")" 1 "lines on stderr"
other=$(mktemp -d)
mkdir -p "$other/include/generated/uapi/linux" "$other/include/config" "$other/include/linux"
echo '#define UTS_RELEASE "5.4.0-other"' >"$other/include/generated/utsrelease.h"
echo '5.4.0-other' >"$other/include/config/kernel.release"
echo '#define LINUX_VERSION_CODE 328704' >"$other/include/generated/uapi/linux/version.h"
: >"$other/include/linux/kconfig.h"
: >"$other/Makefile"
: >"$other/include/generated/autoconf.h"
refused 1 "5.4.0-other.*$(echo "$release" | sed "s,[+.],\\\\&,g").*--allow-other-headers" "$KWHILE" offcpu --no-cache -n 1 --kernel-headers "$other"
rm -rf "$other"

echo '--- limits'
# 33 tables of two halves each: kernels say so in other words, or in none.
i=0
while [ $i -lt 33 ]; do
	printf '/// show t%d count\nBPF_HASH(t%d, u64, u64, 16);\n' $i $i
	printf '\tkw_add(t%d, &key, 1);\n' $i >>"$tmp/calls"
	i=$((i + 1))
done >"$tmp/tables.c"
{
	printf '/// attach kprobe:sys_getpgid=f\nint f(void *c)\n{\n\tu64 key = 1;\n'
	cat "$tmp/calls"
	printf '\treturn 0;\n}\n'
} >>"$tmp/tables.c"
run timeout 200 "$KWHILE" "$tmp/tables.c" -n 1
equal "$status" 1 "exit status with 66 tables in one handler"
has "$tmp/err" '^kwhile: .*refuses the program f: .*64: a table that kw_add\(\) and the like write counts twice' "it says which limit"

echo '--- not root'
chmod 755 "$tmp"
refused 1 'root' setpriv --reuid 65534 --clear-groups "$KWHILE" compact_zone -n 1
nothing_left "all of that"
finish
