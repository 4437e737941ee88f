# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Sourced by scripts/test.sh: the table, the builds, and the ways to run a test.
: "${top:=}" "${work:=}" "${results:=}" "${plan:=}" "${logs:=}" # set by scripts/test.sh

say() {
	echo "test: $*" >&2
}

absolute() { # PATH
	case $1 in
	/*) echo "$1" ;;
	*) echo "$top/$1" ;;
	esac
}

# report STATUS NAME WHERE LOG: the test's one line, and what failed and the log's end if it failed.
report() {
	if [ "$1" -eq 0 ]; then
		echo "ok $2 ($3)" | tee -a "$results"
		return
	fi
	case $1 in
	77) report_why="could not run here, and tests/table.txt expects it to" ;;
	124 | 137) report_why="took too long, or was killed" ;;
	125) report_why="the machine died" ;;
	*) report_why="exit status $1" ;;
	esac
	echo "FAIL $2 ($3)" | tee -a "$results"
	# First what failed: whoever keeps only a part of this may not keep the middle.
	if [ -e "$4" ]; then
		{
			grep -an -A 3 -e '^FAIL' -e 'FAILED' -e ': warning:' -e ': error:' "$4" | head -n 20
			echo "the log ends:"
			tail -n 25 "$4"
		} | sed 's/^/    /'
	fi
	echo "    $report_why; log: $4"
}

# --- the table

table() {
	sed 's/#.*//' "$top/tests/table.txt" | awk 'NF'
}

# plan_make KIND NAME WHERE: what is to run, "KIND/NAME WHERE"; an empty word means any, but places in
# brackets only run by their name.
plan_make() {
	table | awk -v kind="$1" -v name="$2" -v where="$3" '{
		split($1, part, "/")
		if ((kind != "" && part[1] != kind) || (name != "" && part[2] != name && $1 != name))
			next
		for (i = 2; i <= NF; i++)
			if ((where == "" && $i !~ /^\(/) || (where != "" && ($i == where || $i == "(" where ")")))
				print $1, where == "" ? $i : where
	}'
}

# planned KIND WHERE: is any? A dot means all.
planned() {
	awk -v kind="$1" -v where="$2" '
		(kind == "." || index($1, kind "/") == 1) && (where == "." || $2 == where) { found = 1 }
		END { exit !found }' "$plan"
}

# The tests that there are, as KIND/NAME.
test_files() {
	(cd "$top/tests" && ls -d unit/test_*.c unit/*.sh fuzz/fuzz_*.c native/*.sh lab/*.sh 2>/dev/null) |
		sed 's/\.[a-z]*$//; s,^fuzz/,unit/,' | sort
}

# table_check KIND: the table and the directories must agree.
table_check() {
	test_files >"$work/files"
	table | awk '{ print $1 }' | sort >"$work/names"
	{
		comm -23 "$work/files" "$work/names" | sed 's/$/ has no line in tests\/table.txt/'
		comm -13 "$work/files" "$work/names" | sed 's/$/ is in tests\/table.txt and has no file/'
		uniq -d "$work/names" | sed 's/$/ is in tests\/table.txt twice/'
		table | awk '
			NF < 2 { print $1 " is expected nowhere" }
			{
				allowed = "^(6\\.1|6\\.12|nobtf|\\(newest\\))$"
				if ($1 ~ /^unit\//)
					allowed = "^(host|asan)$"
				if ($1 ~ /^native\//)
					allowed = "^host$"
				for (i = 2; i <= NF; i++)
					if ($i !~ allowed)
						print $1 " cannot run on " $i
			}'
	} | grep "^$1" >"$work/table.log"
	[ ! -s "$work/table.log" ]
	report $? "table" "tests/table.txt" "$work/table.log"
}

# --- what is needed

install_deps() {
	for suite_group in build test; do
		sh scripts/install-deps.sh $suite_group || say "going on without what could not be installed"
	done
}

# In the background: the kernels, of which one has to be built. Natively one is needed for its headers.
prepare_lab() {
	set -- 6.1
	for suite_kernel in 6.12 nobtf newest; do
		if planned . $suite_kernel; then set -- "$@" $suite_kernel; fi
	done
	scripts/lab --prepare "$@" >"$logs/lab-prepare.log" 2>&1 </dev/null &
	preparing=$!
}

wait_for_lab() {
	[ -n "$preparing" ] || return 0
	say "waiting for the kernels of the lab"
	wait "$preparing" || tail -n 20 "$logs/lab-prepare.log" >&2
	preparing=
}

# build_tree WHERE DIRECTORY OPTION...
build_tree() {
	suite_where=$1
	suite_build=$2
	shift 2
	say "building in $suite_build"
	{
		cmake -S . -B "$suite_build" -G Ninja "$@" && ninja -C "$suite_build" -k 0
	} >"$logs/build-$suite_where.log" 2>&1 </dev/null
	report $? build "$suite_where" "$logs/build-$suite_where.log"
}

# --- running

limit_of() { # SCRIPT
	suite_limit=$(sed -n 's/^# limit \([0-9][0-9]*\)$/\1/p' "$1" | head -n 1)
	echo "${suite_limit:-120}"
}

# run_one NAME WHERE LIMIT COMMAND...
run_one() {
	suite_name=$1
	suite_where=$2
	suite_limit=$3
	shift 3
	suite_log=$logs/$(echo "$suite_name-$suite_where" | tr / -).log
	timeout -k 5 "$suite_limit" "$@" >"$suite_log" 2>&1 </dev/null
	report $? "$suite_name" "$suite_where" "$suite_log"
}

run_unit() {
	grep '^unit/' "$plan" >"$work/unit"
	while read -r suite_test suite_where; do
		suite_short=${suite_test#unit/}
		suite_build=$KWHILE_BUILD
		[ "$suite_where" = host ] || suite_build=$KWHILE_BUILD-$suite_where
		case $suite_short in
		test_*) run_one "$suite_test" "$suite_where" 120 "$suite_build/tests/$suite_short" ;;
		fuzz_*) run_one "$suite_test" "$suite_where" 120 "$suite_build/tests/$suite_short" "tests/fuzz/corpus/$suite_short" ;;
		*) run_one "$suite_test" "$suite_where" "$(limit_of "tests/$suite_test.sh")" sh "tests/$suite_test.sh" ;;
		esac
	done <"$work/unit"
}

# The headers of the lab's 6.1 serve for texts that run on this machine's own kernel (tests/lib/native.sh).
run_native() {
	planned native . || return 0
	wait_for_lab
	grep '^native/' "$plan" >"$work/native"
	while read -r suite_test suite_where; do
		run_one "$suite_test" "$suite_where" 3600 \
			sh tests/lib/guarded.sh "$(limit_of "tests/$suite_test.sh")" "tests/$suite_test.sh"
	done <"$work/native"
}

# lab_results: reports as the machine says which test has ended.
lab_results() {
	while read -r suite_word suite_test; do
		[ "$suite_word" = ended ] || continue
		suite_log=$logs/$(echo "$suite_test-$suite_kernel" | tr / -).log
		mv "$suite_out/log" "$suite_log"
		report "$(cat "$suite_out/status")" "$suite_test" "$suite_kernel" "$suite_log"
		echo "$suite_test" >>"$suite_dir/done"
		rm -f "$suite_out/running"
	done
}

# Two machines at a time: one of them keeps little more than one CPU busy.
run_lab() {
	planned lab . || return 0
	wait_for_lab
	run_lab_kernels &
	suite_second=$!
	run_lab_kernels
	wait "$suite_second"
}

# Each kernel's tests, unless somebody else has them already.
run_lab_kernels() {
	for suite_kernel in 6.1 6.12 nobtf newest; do
		suite_dir=$work/lab-$suite_kernel
		if planned lab "$suite_kernel" && mkdir "$suite_dir" 2>/dev/null; then run_lab_kernel; fi
	done
}

# All of a kernel's tests in one machine, one after another: first those that say "# parallel", in a machine
# whose CPUs run at once; then the rest, and any during which that machine died, in one whose CPUs take
# turns: QEMU has a race in changing code (see docs/testing.md). What dies there has failed.
run_lab_kernel() {
	: >"$suite_dir/left"
	: >"$suite_dir/turns"
	awk -v kernel="$suite_kernel" '$1 ~ /^lab\// && $2 == kernel { print $1 }' "$plan" >"$suite_dir/all"
	while read -r suite_test; do
		suite_list=turns
		if grep -q '^# parallel$' "tests/$suite_test.sh"; then suite_list=left; fi
		echo "$suite_test" >>"$suite_dir/$suite_list"
	done <"$suite_dir/all"
	suite_turns=
	run_lab_machines
	mv "$suite_dir/turns" "$suite_dir/left"
	suite_turns=--turns
	run_lab_machines
}

# One machine for all of the list left, and another one for the rest whenever one dies.
run_lab_machines() {
	: >"$suite_dir/done"
	suite_out=$suite_dir/out
	while [ -s "$suite_dir/left" ]; do
		rm -rf "$suite_out" "$suite_dir/said"
		mkdir "$suite_out"
		mkfifo "$suite_dir/said"
		suite_limit=120
		while read -r suite_test; do
			suite_limit=$((suite_limit + $(limit_of "tests/$suite_test.sh") + 20))
		done <"$suite_dir/left"
		# shellcheck disable=SC2046,SC2086 # a list; nothing or one word
		LAB_OUT=$suite_out setpriv --pdeathsig TERM scripts/lab --kernel "$suite_kernel" --memory 1024 --timeout "$suite_limit" $suite_turns -- \
			sh tests/lib/in-lab.sh $(cat "$suite_dir/left") </dev/null \
			2>"$logs/lab-$suite_kernel.log" >"$suite_dir/said" &
		suite_machine=$!
		lab_watch &
		suite_watch=$!
		lab_results <"$suite_dir/said"
		wait "$suite_machine"
		kill "$suite_watch" 2>/dev/null
		wait "$suite_watch" 2>/dev/null
		lab_rest
	done
}

# A machine that hangs does not keep the time of its tests: it is ended a minute after a test should have.
lab_watch() {
	watch_test='' watch_age=0
	while sleep 5; do
		watch_now=$(cat "$suite_out/running" 2>/dev/null)
		watch_age=$((watch_age + 5))
		if [ -z "$watch_now" ] || [ "$watch_now" != "$watch_test" ]; then
			watch_test=$watch_now watch_age=0
		elif [ $watch_age -gt $(($(limit_of "tests/$watch_test.sh") + 60)) ]; then
			say "the machine ($suite_kernel) hangs in $watch_test"
			kill "$suite_machine"
			return
		fi
	done
}

# After a machine has ended, what is left to run? A test that was running comes once more, or has
# failed; when the machine did not even start one, all have.
lab_rest() {
	grep -vxF -f "$suite_dir/done" "$suite_dir/left" >"$suite_dir/rest"
	: >"$suite_dir/left"
	[ -s "$suite_dir/rest" ] || return 0
	suite_log=$logs/lab-$suite_kernel.log
	suite_test=$(cat "$suite_out/running" 2>/dev/null)
	[ ! -e "$suite_out/log" ] || cat "$suite_out/log" >>"$suite_log"
	echo "the machine ended before: $(tr '\n' ' ' <"$suite_dir/rest")" >>"$suite_log"
	cp "$suite_log" "$suite_log.dead"
	if [ -z "$suite_test" ]; then
		while read -r suite_test; do
			report 125 "$suite_test" "$suite_kernel" "$suite_log.dead"
		done <"$suite_dir/rest"
		return
	fi
	if [ -z "$suite_turns" ]; then
		say "the machine died in $suite_test ($suite_kernel): once more, its CPUs taking turns; the end of its log was:"
		tail -n 25 "$suite_log.dead" | sed 's/^/    /' >&2
		echo "$suite_test" >>"$suite_dir/turns"
	else
		report 125 "$suite_test" "$suite_kernel" "$suite_log.dead"
	fi
	echo "$suite_test" >>"$suite_dir/done"
	grep -vxF -f "$suite_dir/done" "$suite_dir/rest" >"$suite_dir/left"
}
