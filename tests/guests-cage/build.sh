#!/usr/bin/env bash
# Compiles the programs for cages of this folder to stripped ELF files, the same bytes on every machine:
#
#   build.sh [OUT_DIR]      default: this folder, where the result is committed
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=${1:-$here}
bin=$("$here/../../guest-sdk/cage/build.sh" | tail -n 1)
for source in "$here"/*.c; do
    "$bin/moxiebox-cage-gcc" -std=gnu11 -Os -g0 -Wall -Wextra -Werror -ffunction-sections -fdata-sections \
        -Wl,--gc-sections "-ffile-prefix-map=$here=." -s "$source" -o "$out/$(basename "$source" .c).elf"
done
