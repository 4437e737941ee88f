#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 120
# Addresses, devices and functions by name, in every view and in JSON: what they are is known, for the
# text has them as constants.
# shellcheck disable=SC2086 # $options are options
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/native.sh
. "$(dirname "$0")/../lib/native.sh"

calls=1009
# Under a name of its own: others on this machine may call getppid as well.
name=$(printf 'kw%06d' $(($$ % 1000000)))
cp "$KWHILE_BUILD/tests/load_getppid" "$tmp/$name"
# A function of the kernel that shares its address with no other.
read -r address function <<FOUND
$(awk '$2 == "T" && n[$1]++ == 0 { name[$1] = $3 } $3 == "schedule_timeout" { at = $1 }
	END { print at, name[at] }' /proc/kallsyms)
FOUND
[ "$((0x0${address:-0}))" -ne 0 ] || cannot "the kernel's addresses cannot be read"
options="$HEADERS -D LOAD=$name -D ADDRESS=0x${address}ULL -i 60"

# named OPTION...: a run with the load.
named() {
	run "$KWHILE" "$texts/names.c" $options "$@" -- "$tmp/$name" 1 $calls
	equal "$status" 0 "exit status with $*"
}

six='192\.168\.0\.2 +2001::35 +52:00:00:00:00:ef'
named --show 'peers top' --show 'functions count' --show 'functions top "%key %{key:hex} %value"' --show 'powers hist'
has "$tmp/out" "^$six +443 +259:7 +$function +$calls\$" "columns of top"
has "$tmp/out" "^functions\\[$function\\] = $calls\$" "the key of count"
has "$tmp/out" "^$function 0x$address $calls\$" "a format, in which one place says otherwise"
has "$tmp/out" "^function = $function\$" "the section of a histogram"

named --show 'peers lines "%saddr %{in.port} %{saddr:hex} %function"' --as 'peers saddr hex'
has "$tmp/out" "^0x200a8c0 443 0x200a8c0 $function\$" "the command line comes after the text"

named --show 'sent lines "%saddr|%{daddr:ipv6}|%{function}"'
equal "$(grep -Fxc "192.168.0.2|2001::35|$function" "$tmp/out")" $calls "records"
named --show 'sent lines' -o json
equal "$(grep -Fc "\"as\":{\"saddr\":\"192.168.0.2\",\"function\":\"$function\"}}" "$tmp/out")" $calls "records in JSON"
equal "$(grep -Fc '"fields":{"saddr":33597632,' "$tmp/out")" $calls "with the numbers as they are"
named --show 'functions top' -o json
has "$tmp/out" "\"as\":{\"key\":\"$function\"}" "and as a name"

# Of a process, while it runs.
cp "$KWHILE_BUILD/tests/load_paced" "$tmp/$name"
cat >"$tmp/places.c" <<-'END'
	/// attach uprobe:c:clock_nanosleep=on_sleep
	/// as places ip usym
	/// show places top "%ip by %comm"
	#include <linux/sched.h>
	struct place {
		u64 ip;
		u32 tgid;
		char comm[TASK_COMM_LEN];
	};
	BPF_HASH(places, struct place);
	int on_sleep(struct pt_regs *ctx)
	{
		struct place place = {.ip = PT_REGS_IP(ctx)};

		place.tgid = bpf_get_current_pid_tgid() >> 32;
		bpf_get_current_comm(place.comm, sizeof(place.comm));
		places.atomic_increment(place);
		return 0;
	}
END
run "$KWHILE" "$tmp/places.c" $HEADERS -i 1 -n 1 -- "$tmp/$name" 1 1000 100000
has "$tmp/out" "^[_a-z]*clock_nanosleep[^ ]* by $name\$" "a function of libc"

# Of processes that have ended: in fields, records and sections, as in stacks. A program of its own, which
# each time is where no other was; a shell becomes another program by exec and has the names of both.
cp "$KWHILE_BUILD/tests/load_calls" "$tmp/$name"
cat >"$tmp/ended.c" <<-END
	/// attach uprobe:$tmp/$name:load_called=on_call
	/// as places ip usym
	/// as powers ip usym
	/// show places top "in %ip %value"
	/// show powers hist
	/// show sent lines "sent %{ip:usym}"
	#include <linux/sched.h>
	struct place {
		u64 ip;
		u32 tgid;
		int slot;
	};
	BPF_HASH(places, struct place);
	BPF_HASH(powers, struct place);
	BPF_PERF_OUTPUT(sent);
	int on_call(struct pt_regs *ctx)
	{
		struct place place = {.ip = PT_REGS_IP(ctx)};

		place.tgid = bpf_get_current_pid_tgid() >> 32;
		places.atomic_increment(place);
		powers.atomic_increment(place);
		sent.perf_submit(ctx, &place, sizeof(place));
		return 0;
	}
END
cat >"$tmp/ended.sh" <<-END
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		( "$tmp/$name" 1 3; exec "$tmp/$name" 1 4 )
	done
END
# shown VIEW REGEX HOW...: so many of the 40 processes have their function there, and none an address.
shown() {
	shown_view=$1
	shown_regex=$2
	shift 2
	run "$KWHILE" "$tmp/ended.c" $HEADERS -i 60 --show "$shown_view" "$@" -- sh "$tmp/ended.sh"
	equal "$status" 0 "exit status with $shown_view $*"
	equal "$(grep -Ec "$shown_regex" "$tmp/out")" "$wanted" "$shown_view $* of processes that have ended"
}
wanted=40
shown 'places top limit 100 "in %ip %value"' '^in load_called [34]$'
shown 'places top limit 100 "at %{ip:usym}"' '^at load_called$'
shown 'powers hist' '^tgid = [0-9]+, ip = load_called$|^ip = load_called, tgid = [0-9]+$'
wanted=140
shown 'sent lines "sent %{ip:usym}"' '^sent load_called$'
shown 'sent lines "sent %{ip:usym}"' '^\{"record":"sent",.*"as":\{"ip":"load_called"' -o json --as 'sent ip usym'
no_trace "names"
finish
