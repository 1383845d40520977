#!/usr/bin/env bash
# Prints the files that are made from the .def tables: web/generated/*.js,
# core/isa/INSTRUCTIONS.md, core/cage/SYSCALLS.md.
# Look at what changed, and commit it together with the table.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

cd "$root"
cmake --preset native-release >/dev/null
cmake --build --preset native-release --target tables
git --no-pager diff --stat -- web/generated core/isa/INSTRUCTIONS.md core/cage/SYSCALLS.md guest-sdk/cage
