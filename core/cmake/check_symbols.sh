#!/bin/bash
# check_symbols.sh NM ARCHIVE: the core has no state outside handles and no way to the outside world.
# Looks at the objects, so nothing can hide behind a macro.
set -euo pipefail

# All that the core may take from the C library: memory and strings in memory, nothing else.
allowed='bcmp|memcpy|memset|memmove|memcmp|strlen|strcmp|strncmp|memchr|malloc|calloc|realloc|free'
# libelf, as far as the loader may use it (it asks for nothing but headers), and the compiler's own.
allowed+='|elf_version|elf_memory|elf_kind|elf_errno|elf32_getehdr|elf_getphdrnum|elf32_getphdr|elf_end'
allowed+='|__stack_chk_fail|_GLOBAL_OFFSET_TABLE_|__[a-z]+_chk'

status=0
undefined=$("$1" "$2" | awk '$1 == "U" { print $2 }' | sort -u)
defined=$("$1" --defined-only "$2" | awk 'NF == 3 { print $3 }' | sort -u)
outside=$(comm -23 <(echo "$undefined") <(echo "$defined") | grep -v -x -E "$allowed" || true)
if [ -n "$outside" ]; then
    echo "the core uses functions that are not on the list in $0:" $outside >&2
    status=1
fi
# Constant tables with pointers lie in .data.rel.ro, which is written by the dynamic linker only.
mutable=$("$1" --format=sysv "$2" | awk -F'|' '{ gsub(/ /, "", $0) }
    $NF ~ /^(\.data|\.bss|\.tdata|\.tbss|\*COM\*)/ && $NF !~ /^\.data\.rel\.ro/ { print $1 }')
if [ -n "$mutable" ]; then
    echo "the core has mutable state outside of handles:" $mutable >&2
    status=1
fi
exit $status
