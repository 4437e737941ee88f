#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 600
# What .clang-tidy asks for, in all of host/.
. tests/lib/files.sh
c_files | grep '^host/.*\.c$' |
	xargs -P 2 -n 4 clang-tidy --quiet -p "$KWHILE_BUILD" 2>&1 | grep -v 'warnings\{0,1\} generated' |
	none "clang-tidy says"
