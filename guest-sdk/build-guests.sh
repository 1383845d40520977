#!/usr/bin/env bash
# Compiles every program of a folder, one source file each, to a stripped ELF file:
#
#   build-guests.sh SOURCE_DIR OUT_DIR
#
# A C file is linked with the SDK's runtime and the C library; an assembly file stands alone. The same
# sources give the same bytes on every machine.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source_dir=$(cd "${1:?usage: build-guests.sh SOURCE_DIR OUT_DIR}" && pwd)
out_dir=${2:?usage: build-guests.sh SOURCE_DIR OUT_DIR}
bin=$("$here/toolchain.sh" | tail -n 1)
flags=(-std=gnu11 -O2 -g0 -Wall -Wextra -Wshadow -Wstrict-prototypes -Werror -ffunction-sections -fdata-sections
    "-ffile-prefix-map=$source_dir=." -s)

mkdir -p "$out_dir"
for source in "$source_dir"/*.c "$source_dir"/*.S; do
    [ -e "$source" ] || continue
    name=$(basename "${source%.*}")
    own=()
    case $source in *.S) own=(-nostdlib) ;; esac
    "$bin/moxiebox-gcc" "${flags[@]}" "${own[@]}" "$source" -o "$out_dir/$name.elf" -lm
    chmod 644 "$out_dir/$name.elf"
done
