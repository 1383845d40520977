#!/usr/bin/env bash
# Makes the committed guest programs from their sources.
#
#   rebuild-guests.sh           rebuilds demo/guests/*.elf and tests/guests/*.elf in place
#   rebuild-guests.sh --check   rebuilds them elsewhere and compares; status 1 and the names on a difference
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
sources=("$here/examples" "$root/tests/guests")
committed=("$root/demo/guests" "$root/tests/guests")

case ${1:-} in
    "" | --check) ;;
    *)
        echo "usage: rebuild-guests.sh [--check]" >&2
        exit 2
        ;;
esac

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
different=0
for i in "${!sources[@]}"; do
    new=$scratch/$i
    "$here/build-guests.sh" "${sources[i]}" "$new"
    if [ -z "${1:-}" ]; then
        mkdir -p "${committed[i]}"
        cp "$new"/*.elf "${committed[i]}/"
        continue
    fi
    # Names from both sides: a program without source is as wrong as one without its committed file.
    for name in $(cd "$new" && ls -- *.elf && cd "${committed[i]}" && ls -- *.elf); do
        cmp -s "$new/$name" "${committed[i]}/$name" || printf '%s\n' "${committed[i]#"$root"/}/$name"
    done | sort -u >"$scratch/names"
    if [ -s "$scratch/names" ]; then
        sed 's/^/not what its source gives: /' "$scratch/names" >&2
        different=1
    fi
done
exit $different
