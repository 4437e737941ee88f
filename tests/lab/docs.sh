#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 900
# What README.md and docs/ tell users to type is typed, as written, and does what they say: each line
# of a code block that begins with build/kwhile, and each `build/kwhile …` in a sentence or table.
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"

# As in a clone, but where files may be written.
top=$(cd "$(dirname "$0")/../.." && pwd)
mkdir "$tmp/clone"
cd "$tmp/clone" || exit 1
ln -s "$KWHILE_BUILD" build
ln -s "$top/tests" tests
cp -R "$top/README.md" "$top/docs" "$top/examples" .

# FILE:LINE and the command. An ellipsis stands for what the reader has to fill in.
commands() {
	awk '
		/^```/ { block = !block; next }
		block { sub(/^\$ /, "") }
		block && /^build\/kwhile / { print FILENAME ":" FNR "\t" $0 }
		!block {
			n = split($0, part, "`")
			for (i = 2; i <= n; i += 2) {
				gsub(/\\\|/, "|", part[i])
				if (part[i] ~ /build\/kwhile / && part[i] !~ /…/)
					print FILENAME ":" FNR "\t" part[i]
			}
		}' README.md docs/*.md
}

ends_itself() { # COMMAND
	case $1 in
	*" list "* | *" help "* | *" doctor"* | *" -n "* | *" -d "* | *" -c "* | *" -- "*) return 0 ;;
	esac
	return 1
}

# type_it COMMAND: with Ctrl-C after its first sample where nothing else ends it.
type_it() {
	: >"$tmp/out"
	setsid sh -c "$1" >"$tmp/out" 2>"$tmp/err" </dev/null &
	child=$!
	children="$children $child"
	if ! ends_itself "$1"; then
		wait_for 120 grep -q . "$tmp/out" || fail "$1: printed nothing"
		pkill -INT -s "$child" -x kwhile
	fi
	wait "$child"
	status=$?
}

commands >"$tmp/commands"
want "$(wc -l <"$tmp/commands")" -ge 18 "commands in README.md and docs"
while IFS="$(printf '\t')" read -r place command; do
	case $command in
	*" execsnoop.c "*) # BCC's package may not be there
		echo "not typed: $place: $command"
		continue
		;;
	esac
	began=$(date +%s)
	type_it "$command"
	equal "$status" 0 "$place: $command"
	graph=$(echo "$command" | sed -n 's/.*flamegraph=\([^ ]*\).*/\1/p')
	has "${graph:-$tmp/out}" "${graph:+<svg}" "it has written ${graph:-something} ($(($(date +%s) - began)) s)"
	sed -n '1,3s/^/    | /p' "$tmp/out"
	[ "$status" -eq 0 ] || cat "$tmp/err"
	nothing_left "$command"
done <"$tmp/commands"
finish
