#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 360
# Each kind of table, from an unmodified text: as many events as there were. Two threads write the
# same entry, so that a per-CPU value that is not added up would be short.
# shellcheck disable=SC2086 # $options are options
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/native.sh
. "$(dirname "$0")/../lib/native.sh"

calls=100003
both=$((2 * calls))
# Under a name of its own: others on this machine may call getppid as well.
name=$(printf 'kw%06d' $(($$ % 1000000)))
cp "$KWHILE_BUILD/tests/load_getppid" "$tmp/$name"
options="$HEADERS -D LOAD=$name -i 60"

# shown TABLE KIND REGEX: exactly one line of the table has all events.
shown() {
	run "$KWHILE" "$texts/tables.c" $options --show "$1 $2" -- "$tmp/$name" 2 $calls
	equal "$status" 0 "exit status of $1 as $2"
	equal "$(grep -Ec -- "$3" "$tmp/out")" 1 "events of $1 as $2"
}

for table in lru lru_percpu percpu; do
	shown $table top "^ +1 +$both\$"
	shown $table count "^$table\\[1\\] = $both\$"
done
shown slots top "^ +2 +$both\$"
shown trie top "^ +24 +43200 +$both\$"
shown powers hist "^ +512 -> 1023 +: $both "
shown linear lhist "^ +3 +: $both "
shown sections hist "^ +16 -> 31 +: $both "
has "$tmp/out" "^name.comm = $name\$" "the section is named"
shown sections lhist "^ +5 +: $both "

# Without show lines each is found by its declaration.
run "$KWHILE" "$texts/tables.c" $options -o json -- "$tmp/$name" 2 $calls
equal "$(grep -o '"table":"[a-z_0-9]*"' "$tmp/out" | sort -u | wc -l)" 8 "tables shown without show lines"
equal "$(grep -o "\"value\":$both," "$tmp/out" | wc -l)" 5 "rows that have all events"
# Exact tables: the largest of all CPUs' values is shown of a per-CPU one, and not their sum.
cat >"$tmp/largest.c" <<-'END'
	/// attach tracepoint:syscalls:sys_enter_getppid=on_call
	/// fresh largest
	/// show largest count "largest %value"
	/// show added count "added %value"
	#include <linux/sched.h>
	BPF_PERCPU_HASH(largest, u32, u64, 16); // of two
	BPF_PERCPU_ARRAY(added,
			 u64, // how often
			 1);
	int on_call(void *ctx)
	{
		char comm[TASK_COMM_LEN];
		u32 key = 0;

		bpf_get_current_comm(comm, sizeof(comm));
		if (*(u64 *)comm != OWN)
			return 0;
		kw_max(largest, &key, 1000 + bpf_get_smp_processor_id());
		kw_add(added, &key, 1);
		return 0;
	}
END
cpus=$(taskset -cp $$ | sed 's/.*[ ,-]//')
own=$(printf %s "$name" | od -An -td8 | tr -d ' ')
run "$KWHILE" "$tmp/largest.c" $HEADERS -D OWN="$own" -i 60 -c "taskset -c $cpus $tmp/$name 1 1009; $tmp/$name 2 1009"
equal "$status" 0 "exit status of exact tables for each CPU"
has "$tmp/out" "^largest $((1000 + cpus))\$" "the largest value"
has "$tmp/out" "^added $((3 * 1009))\$" "all that was added"
# What a text only sets is no sum: it stays what it is, in each sample.
cat >"$tmp/set.c" <<-'END'
	#include <linux/sched.h>
	BPF_HASH(last, u32);
	BPF_HASH(most, u32);
	TRACEPOINT_PROBE(syscalls, sys_enter_getppid)
	{
		char comm[TASK_COMM_LEN];
		u32 key = 0;
		u64 value = 10007, *n;

		bpf_get_current_comm(comm, sizeof(comm));
		if (*(u64 *)comm != OWN)
			return 0;
		last.update(&key, &value);
		value = 10009;
		n = most.lookup(&key);
		if (!n || *n < value)
			most.update(&key, &value);
		return 0;
	}
END
run "$KWHILE" "$tmp/set.c" $HEADERS -D OWN="$own" -i 0.2 --show 'last count "last %value"' --show 'most count "most %value"' \
	-c "$tmp/$name 1 7; sleep 1; $tmp/$name 1 7"
equal "$status" 0 "exit status of a text that sets values"
for word in 'last 10007' 'most 10009'; do
	want "$(grep -c "^$word\$" "$tmp/out")" -ge 4 "samples with $word"
done
equal "$(grep -E '^(last|most) ' "$tmp/out" | sort -u | wc -l)" 2 "different lines"
run "$KWHILE" "$tmp/set.c" $HEADERS -D OWN="$own" -i 60 --show 'last count' -o json -- "$tmp/$name" 1 7
has "$tmp/out" '"value":10007,.*"account":.*"refused":null' "whether it was full is not known"
for table in 'BPF_TABLE("lru_hash", u32, u64, added, 8)' 'BPF_LPM_TRIE(added)' 'BPF_STACK(added, u64, 8)'; do
	cat >"$tmp/refused.c" <<-END
		/// attach tracepoint:syscalls:sys_enter_getppid=on_call
		$table;
		int on_call(void *ctx)
		{
			u64 key = 0;

			kw_add(added, &key, 1);
			return 0;
		}
	END
	refused 2 "refused.c:2: added (throws entries out|is a trie|is no hash)" "$KWHILE" "$tmp/refused.c" $HEADERS
done

# Storage of tasks is the program's own: each thread of the load counts to the same number there.
cat >"$tmp/storage.c" <<-'END'
	BPF_TASK_STORAGE(mine, u64);
	BPF_HASH(threads, u64);
	TRACEPOINT_PROBE(syscalls, sys_enter_getppid)
	{
		u64 zero = 0, name[2] = {};

		bpf_get_current_comm(name, sizeof(name));
		if (name[0] != OWN)
			return 0;
		u64 *n = mine.task_storage_get(bpf_get_current_task_btf(), &zero, BPF_LOCAL_STORAGE_GET_F_CREATE);

		if (n && ++*n == 10007)
			threads.atomic_increment(*n);
		return 0;
	}
END
own_load getppid
run "$KWHILE" "$tmp/storage.c" $HEADERS -D "OWN=$own_name" -i 60 -- "$own_load" 3 10007
equal "$status" 0 "exit status with storage of tasks"
has "$tmp/out" '^10007  +3$' "threads that counted all their calls in their storage"
refused 2 'mine' "$KWHILE" "$tmp/storage.c" $HEADERS -D "OWN=$own_name" --show 'mine count' -n 1
no_trace "tables"
finish
