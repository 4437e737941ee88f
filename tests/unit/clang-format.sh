#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# C looks as .clang-format says.
. tests/lib/files.sh
c_files | xargs clang-format --dry-run --Werror
