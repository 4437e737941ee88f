# SPDX-License-Identifier: Apache-2.0
# Off-CPU times from ftrace's sched_switch records: for each task the longest time in microseconds
# from its last switch-out, on any CPU, to a switch-in on one CPU.
#   awk -f offcpu.awk -v cpu=N|any -v from=SECONDS -v to=SECONDS -v left=SECONDS TRACE
# The switch-in is between FROM and TO, the switch-out not before LEFT.
# Prints "PID MAX-USEC TIMES COMM". Idle is a task of each CPU's own: all idle tasks have PID 0.

function number_after(text, word) {
	if (!match(text, word "[0-9]+"))
		return -1
	return substr(text, RSTART + length(word), RLENGTH - length(word)) + 0
}

# A comm may hold anything, so the fixed parts around it are searched for, not fields counted.
/: sched_switch: prev_comm=/ {
	if (!match($0, /\[[0-9]+\] [^ ]+ +[0-9]+\.[0-9]+: sched_switch: /))
		next
	split(substr($0, RSTART, RLENGTH), head, /[][ :]+/)
	on = head[2] + 0
	now = head[4] + 0
	body = substr($0, RSTART + RLENGTH)
	arrow = match(body, / ==> next_comm=/)
	before = substr(body, 1, arrow - 1)
	after = substr(body, arrow + RLENGTH)

	pid = number_after(before, " prev_pid=")
	task = pid ? pid : "0/" on
	if (before ~ / prev_state=[XZ]/)
		delete out[task]
	else
		out[task] = now

	pid = number_after(after, " next_pid=")
	task = pid ? pid : "0/" on
	if ((cpu == "any" || on == cpu + 0) && (task in out) && out[task] >= left + 0 && now >= from && now < to) {
		span = (now - out[task]) * 1000000
		if (!(task in longest) || span > longest[task])
			longest[task] = span
		times[task]++
		comm[task] = after
		sub(/ next_pid=.*/, "", comm[task])
	}
	delete out[task]
}

END {
	for (task in longest) {
		pid = task
		sub(/\/.*/, "", pid)
		printf "%s %.0f %d %s\n", pid, longest[task], times[task], comm[task]
	}
}
