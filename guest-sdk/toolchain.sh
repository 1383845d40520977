#!/usr/bin/env bash
# Makes sure that the guest compiler exists (building it on first use, about 15 minutes on two cores) and
# prints the folder that holds it:   bin=$(guest-sdk/toolchain.sh); "$bin/moxiebox-gcc" -O2 prog.c -o prog
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
sdk=$("$here/build-runtime.sh" | tail -n 1)
echo "$sdk/bin"
