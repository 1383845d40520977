# shellcheck shell=bash
# Shared by the set-up scripts, demo/run and tests/run, which source it: messages, failures, cache, lock,
# root. Everything for people goes to stderr; stdout carries results only.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
setup=$root/core/setup
cache=${MOXBOX_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/moxbox}
logs=$root/build/log
export CCACHE_DIR=${CCACHE_DIR:-$cache/ccache} CCACHE_MAXSIZE=${CCACHE_MAXSIZE:-1G}
mkdir -p "$cache" "$logs"
# How many compilers may run at a time.
jobs=${MOXBOX_JOBS:-$(nproc)}

# What must not outlive the script: process groups and a scratch folder.
running= background= scratch=
clean_up() {
    [ -z "$running" ] || kill -- "-$running" 2>/dev/null || true
    [ -z "$background" ] || kill -- "-$background" 2>/dev/null || true
    [ -z "$scratch" ] || rm -rf "$scratch"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

say() { printf '%s\n' "$*" >&2; }

# die WHAT-FAILED [WHAT-TO-DO]
die() {
    say ""
    say "$(basename "$0"): $1"
    [ -z "${2:-}" ] || say "what to do: $2"
    exit 1
}

clock() { printf '%d:%02d' $(($1 / 60)) $(($1 % 60)); }

# run_logged HEAD LOG SECONDS COMMAND...: runs a command with its output in LOG, under one line on the
# terminal that shows HEAD and the time. The command is ended, with all that it started, when it takes
# longer than SECONDS or when this script is interrupted. Leaves the command's status, or 124 for too long,
# in `outcome`, and always succeeds: called in a condition, bash would ignore failures within the command.
outcome=0
run_logged() {
    local head=$1 log=$2 limit=$3 start=$SECONDS minute=0 pid
    shift 3
    outcome=0
    [ -t 2 ] || say "$head ..."
    set -m # a process group of its own
    ("$@") >"$log" 2>&1 </dev/null &
    pid=$!
    set +m
    running=$pid
    while kill -0 "$pid" 2>/dev/null; do
        sleep 0.2
        if [ $((SECONDS - start)) -gt "$limit" ]; then
            kill -- "-$pid" 2>/dev/null || true
            echo "ended after $limit seconds, which is more than this step may take" >>"$log"
            outcome=124
            break
        elif [ -t 2 ]; then
            printf '\r%s %s' "$head" "$(clock $((SECONDS - start)))" >&2
        elif [ $(((SECONDS - start) / 60)) -gt $minute ]; then
            minute=$(((SECONDS - start) / 60))
            say "        $minute min so far"
        fi
    done
    if [ $outcome -eq 0 ]; then
        wait "$pid" || outcome=$?
    fi
    running=
    [ ! -t 2 ] || printf '\r' >&2
}

# step NAME COMMAND...: a numbered part of a set-up, which ends when it fails. Set step_total first.
step_number=0
step_limit=3600
step() {
    local name=$1 start=$SECONDS log head
    shift
    step_number=$((step_number + 1))
    head=$(printf '[%d/%d] %-34s' "$step_number" "$step_total" "$name")
    log=$logs/$(basename "$0")-${name//[^A-Za-z0-9.]/-}.log
    run_logged "$head" "$log" "$step_limit" "$@"
    if [ "$outcome" -ne 0 ]; then
        say ""
        say "----- the end of $log"
        tail -n 25 "$log" >&2
        die "step \"$name\" failed after $(clock $((SECONDS - start))); its whole log is $log" \
            "mend what the log says, then start again; finished steps are kept"
    fi
    say "$head $(clock $((SECONDS - start)))"
}

# Installing packages may ask for a password; better before a step hides the question.
ask_for_root() {
    local missing
    missing=$("$setup/packages.sh" --missing "$1")
    if [ -n "$missing" ] && [ "$(id -u)" -ne 0 ]; then
        say "To be installed through sudo:" $missing
        as_root -v
    fi
}

# locked NAME COMMAND...: one run at a time of what fills the same cache entry.
locked() {
    local lock=$cache/$1.lock
    shift
    (
        exec 9>"$lock"
        if ! flock -n 9; then
            say "another moxbox set-up holds $lock, waiting for it"
            flock 9
        fi
        "$@" 9>&-
    )
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "not root, and there is no sudo to do: $*" "run that command as root, then start again"
    fi
}

# Files that decide what a cache entry holds, and further words -> 16 hexadecimal digits.
recipe_hash() {
    local file
    {
        for file in "$@"; do
            if [ -f "$file" ]; then sha256sum <"$file"; else printf '%s\n' "$file"; fi
        done
    } | sha256sum | cut -c1-16
}

need_node() {
    local version
    version=$(node --version 2>/dev/null) || die "Node.js is not installed" "install Node.js 20 or later with npm"
    version=${version#v}
    [ "${version%%.*}" -ge 20 ] || die "Node.js $version is too old" "install Node.js 20 or later"
    command -v npm >/dev/null || die "npm is not installed" "install the npm that belongs to your Node.js"
}

# Dependencies of package.json, installed when package-lock.json has changed since. need_npm [npm ci options]
need_npm() {
    local stamp=$root/node_modules/.moxbox-stamp want
    want=$(recipe_hash "$root/package-lock.json" "$*")
    # A full installation serves those who need only a part.
    local full
    full=$(recipe_hash "$root/package-lock.json" "")
    if [ -f "$stamp" ] && { [ "$(cat "$stamp")" = "$want" ] || [ "$(cat "$stamp")" = "$full" ]; }; then
        return
    fi
    (cd "$root" && npm ci --no-audit --no-fund "$@")
    printf '%s\n' "$want" >"$stamp"
}
