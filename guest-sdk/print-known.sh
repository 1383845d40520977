#!/usr/bin/env bash
# Prints core/cpu/known_text.h: what the engine knows the text of (core/cpu/known.def), as this SDK has it.
#
#   print-known.sh           writes the file
#   print-known.sh --check   compares; status 1 on a difference
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
file=$root/core/cpu/known_text.h

case ${1:-} in
    "" | --check) ;;
    *)
        echo "usage: print-known.sh [--check]" >&2
        exit 2
        ;;
esac

bin=$("$here/build-runtime.sh" | tail -n 1)/bin/moxiebox
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
(cd "$scratch" && "$bin-ar" x "$("$bin-gcc" -print-libgcc-file-name)" float64_S.o)
object=$scratch/float64_S.o

# The places, in hexadecimal in front of lines that match, that are below a number.
below() {
    local place
    { grep -P "^ *[0-9a-f]+:?[ \t].*$2" || true; } | sed 's/^ *\([0-9a-f]*\).*/\1/' | while read -r place; do
        if [ $((16#$place)) -lt "$1" ]; then echo $((16#$place)); fi
    done
}

# A function's text from its label to NAME.known, and the place of its one ret.
print_function() {
    local ident=$1 name=$2 size rets addresses
    size=$((16#$("$bin-nm" "$object" | awk -v known="$name.known" '$3 == known { print $1 }')))
    rets=$("$bin-objdump" -d -j ".text.$name" "$object" | below "$size" '\tret')
    addresses=$("$bin-objdump" -r -j ".text.$name" "$object" | below "$size" 'R_')
    if [ "$(wc -w <<<"$rets")" -ne 1 ] || [ -n "$addresses" ]; then
        echo "$name: what is known of it must have one ret and no addresses" >&2
        return 1
    fi
    "$bin-objcopy" -O binary --only-section=".text.$name" "$object" "$scratch/text"
    printf '\nenum { RET_%s = %d };\nstatic const uint8_t text_%s[] = {\n' "$ident" "$rets" "$ident"
    head -c "$size" "$scratch/text" | od -An -v -tx1 -w16 | sed 's/ \(..\)/ 0x\1,/g; s/^/   /'
    printf '};\n'
}

{
    printf '/* Printed by guest-sdk/print-known.sh from runtime/float/float64.S: the texts of known.def. */\n'
    printf '#include <stdint.h>\n'
    sed -n 's/^KNOWN(\([a-z0-9_]*\), \([a-z0-9_]*\),.*/\1 \2/p' "$root/core/cpu/known.def" |
        while read -r ident name; do print_function "$ident" "$name"; done
} >"$scratch/known_text.h"

if [ -z "${1:-}" ]; then
    cp "$scratch/known_text.h" "$file"
elif ! cmp -s "$scratch/known_text.h" "$file"; then
    echo "core/cpu/known_text.h is not what this SDK has; what to do: guest-sdk/print-known.sh, and look whether" \
        "known.def still says how many instructions that takes" >&2
    exit 1
fi
