#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each file that can hold a comment says its licence in one of its first two lines.
. tests/lib/files.sh
project_files | grep -Ev '^LICENSE$|\.(md|txt|json)$|^tests/data/|^tests/fuzz/corpus/|^\.gitignore$|^docs/.*\.(svg|png)$' |
	while read -r file; do
		head -n 2 "$file" | grep -q 'SPDX-License-Identifier: Apache-2.0' || echo "$file"
	done | none "files without an SPDX line"
