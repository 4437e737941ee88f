#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 300
. tests/lib/files.sh
c_files | grep -E '^(host|tests/(load|fuzz))/.*\.c$' |
	xargs cppcheck -j2 --quiet --error-exitcode=1 --std=c11 --platform=unix64 \
		--enable=warning,portability,performance --inline-suppr --suppress=missingInclude \
		-D_GNU_SOURCE -D__linux__ -D__x86_64__ '-DKW_VERSION="0"' '-DKW_LIBEXEC="/"' \
		'-DLIBBPF_OPTS(type,name,...)=struct type name={__VA_ARGS__}' -Ihost
