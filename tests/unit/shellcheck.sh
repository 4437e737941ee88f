#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
. tests/lib/files.sh
shell_files | xargs shellcheck -x
