#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A file that needs more than 500 lines is two files.
. tests/lib/files.sh
project_files | grep -E "^(host|scripts|bpf_prog)/" | while read -r file; do
	lines=$(wc -l <"$file")
	[ "$lines" -le 500 ] || echo "$file: $lines"
done | none "files above 500 lines"
