#!/usr/bin/env bash
# Puts the C library's allocator behind runtime/malloc.c: its calls are renamed to __newlib_*, in its own
# members only, so that everything else in the library calls the runtime's.
#
#   hide-allocator.sh TOOLS LIBC     TOOLS is the binutils' path and prefix, LIBC an archive that nobody shares
set -euo pipefail

tools=$1 libc=$(realpath "$2")
allocator=(lib_a-{mallocr,callocr,reallocr,freer,malignr}.o)
public=(lib_a-{malloc,calloc,realloc,sbrkr}.o)
renamed=()
for call in malloc calloc realloc free; do
    renamed+=(--redefine-sym "_${call}_r=__newlib_${call}_r")
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${tools}ar" x "$libc" "${allocator[@]}"
for member in "${allocator[@]}"; do
    "${tools}objcopy" -D "${renamed[@]}" "$member"
done
"${tools}ar" rsD "$libc" "${allocator[@]}"
"${tools}ar" dD "$libc" "${public[@]}"
