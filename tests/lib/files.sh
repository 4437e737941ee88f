# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Sourced by the static checks (tests/unit/*.sh), which run in the checkout's top directory.

# The files of the project: what git knows and is still there; without git, all but builds.
project_files() {
	if files_list=$(git -c safe.directory='*' ls-files 2>/dev/null) && [ -n "$files_list" ]; then
		echo "$files_list" | while read -r files_name; do
			[ ! -f "$files_name" ] || echo "$files_name"
		done
	else
		find . -type f ! -path './build*' ! -path './.git/*' | sed 's,^\./,,' | sort
	fi
}

# c_files: our C that is a part of the host or the tests, and not a probe text.
c_files() {
	project_files | grep -E '^(host|tests)/.*\.[ch]$' | grep -Ev '^tests/(data|texts)/'
}

shell_files() {
	project_files | while read -r files_name; do
		case $files_name in
		*.sh) echo "$files_name" ;;
		*.*) ;;
		*) if head -n 1 "$files_name" | grep -Eq '^#!.*[/ ](ba|da)?sh'; then echo "$files_name"; fi ;;
		esac
	done
}

# none WHAT: fails, showing them, when there is any line on stdin.
none() {
	files_found=$(cat)
	[ -z "$files_found" ] && return
	echo "$*:"
	echo "$files_found"
	return 1
}
