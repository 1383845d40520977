/**
 * The command line's contract: options, exit statuses and help texts, in one place.
 */
import { parseArgs } from 'node:util';

/** What `moxbox run` exits with when it is not the guest's own status. */
export const STATUS = Object.freeze({
  SAME: 0,
  DIFFERENT: 1,
  USAGE: 2,
  BREAK: 123,
  BUDGET: 124,
  FAULT: 125,
  ERROR: 126,
  INTERRUPTED: 130,
});

/** A command line that asks for what does not exist. */
export class UsageError extends Error {}

/** @typedef {import('node:util').ParseArgsConfig['options']} OptionTable */

const INPUTS = /** @type {const} */ ({
  elf: { type: 'string', short: 'e', multiple: true },
  elfdir: { type: 'string', short: 'E', multiple: true },
  data: { type: 'string', short: 'd', multiple: true },
  datadir: { type: 'string', short: 'D', multiple: true },
  quiet: { type: 'boolean', short: 'q' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
});

export const OPTIONS = /** @type {const} */ ({
  run: {
    ...INPUTS,
    output: { type: 'string', short: 'o' },
    state: { type: 'string' },
    receipt: { type: 'string' },
    snapshot: { type: 'string' },
    'omit-data': { type: 'boolean' },
    resume: { type: 'string' },
    budget: { type: 'string' },
    engine: { type: 'string' },
    cache: { type: 'string' },
    memory: { type: 'string' },
    stack: { type: 'string' },
    trace: { type: 'boolean', short: 't' },
    raw: { type: 'boolean' },
    verbose: { type: 'boolean', short: 'v' },
  },
  cage: {
    dir: { type: 'string', multiple: true },
    file: { type: 'string', multiple: true },
    env: { type: 'string', multiple: true },
    cwd: { type: 'string' },
    guest: { type: 'boolean' },
    snapshot: { type: 'string' },
    resume: { type: 'string' },
    budget: { type: 'string' },
    seed: { type: 'string' },
    store: { type: 'string' },
    engine: { type: 'string' },
    memory: { type: 'string' },
    stack: { type: 'string' },
    json: { type: 'boolean' },
    raw: { type: 'boolean' },
    progress: { type: 'boolean' },
    quiet: { type: 'boolean', short: 'q' },
    help: { type: 'boolean', short: 'h' },
  },
  verify: { ...INPUTS, engine: { type: 'string' } },
  disasm: {
    address: { type: 'string' },
    count: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
  xlate: {
    ...INPUTS,
    function: { type: 'string', short: 'f' },
    all: { type: 'boolean', short: 'a' },
    budget: { type: 'string' },
    memory: { type: 'string' },
    stack: { type: 'string' },
  },
  hash: { help: { type: 'boolean', short: 'h' } },
  fs: {
    recursive: { type: 'boolean', short: 'r' },
    force: { type: 'boolean', short: 'f' },
    collect: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  },
});

const INPUT_HELP = `  -e, --elf FILE      a program (ELF for Moxie); repeat it for several, the last one starts.
                      64 hexadecimal digits are a SHA-256: the file is looked up in the -E folders
  -E, --elfdir DIR    a folder of programs, for -e SHA256; may be repeated
  -d, --data FILE     a data file, or its SHA-256; may be repeated
  -D, --datadir DIR   a folder of data files, for -d SHA256; may be repeated`;

const MAIN = `moxbox runs programs compiled for the Moxie CPU, exactly and the same everywhere.

usage: moxbox COMMAND ...

  run       run a program on data files under a budget of instructions
  cage      run a program with files, pipes and children on this terminal
  verify    run again what a receipt claims and say "same" or what differs
  disasm    print a program's instructions
  xlate     print what the translator makes of a program
  hash      print files' SHA-256
  fs        look at and change the file system in a store
  serve     show the playground to a browser on this machine

  moxbox COMMAND --help tells more; moxbox --version prints the version.`;

const HELP = {
  run: `usage: moxbox run -e PROGRAM [-d FILE]... [options]
       moxbox run --resume SNAPSHOT [-d FILE]... [options]

${INPUT_HELP}
  -o, --output FILE   where the program's output goes; "-", the default, is standard output
      --state FILE    where its State Buffer goes; not written without this
      --receipt FILE  write a receipt: CBOR, or its JSON mirror when FILE ends in .json
      --snapshot FILE write where it stopped, whatever stopped it, so that --resume can go on from there
      --omit-data     the data files are not in the snapshot; --resume then needs them again as -d, in the same order
      --resume FILE   go on from a snapshot, bit for bit as the run that it was taken of. It has its programs, its stack
                      and its limit of memory, which --memory must grant
      --budget N      stop after N instructions more; "inf" for no limit; default 1000000000
      --engine NAME   auto, interpreter or translator: how fast, never what is computed
      --cache DIR     folder for what is learned of programs' hot places, so that the next run is fast sooner (never
                      what it computes); "off" for none; default moxbox/hints in your folder for caches
      --memory SIZE   limit of guest memory in bytes, or with K, M, G; default 256M
      --stack SIZE    stack, whole pages of 4096 bytes; default 64K
  -t, --trace         print every instruction and the registers that it changed to standard error
      --json          print one object to standard output: stop, exitCode, instructions, fault, hashes; output
                      and state in base64 unless -o or --state takes them
      --raw           send control characters of the output to a terminal as they are
  -q, --quiet         no progress, no closing line
  -v, --verbose       the closing line also when the program exits and standard error is no terminal

Output and State Buffer are written whatever ended the run. A file is written whole or not at all.

exit status
  the program's status (its lowest 8 bits) when it exits, and otherwise
  ${STATUS.USAGE}     the command line is wrong
  ${STATUS.BREAK}   the program stands on a brk instruction
  ${STATUS.BUDGET}   the budget is used up
  ${STATUS.FAULT}   the program did what cannot be done
  ${STATUS.ERROR}   a file cannot be read, loaded or written; nothing was run
  ${STATUS.INTERRUPTED}   interrupted (Ctrl-C)`,
  cage: `usage: moxbox cage [options] PROGRAM [ARGUMENT]...
       moxbox cage --resume SNAPSHOT [options]

Runs an ELF program for cages: a POSIX process in a machine of its own, with this terminal as its console. It sees
no file of this computer but those that are named here, and no clock but its own instructions: the same command
does the same everywhere. Ctrl-C sends it SIGINT, and the instruction at which it did so is reported. Options stand in
front of the program.

      --dir HOST:GUEST[:ro]   a folder of this computer, copied in before the start; what the programs changed in it
                              is copied back in the end, unless :ro says otherwise. May be repeated
      --file HOST:GUEST[:ro]  the same of one file
      --env NAME=VALUE        a variable of the environment; there are no others. May be repeated
      --cwd GUEST             where it starts; default /
      --guest                 PROGRAM is a path in the machine, not a file of this computer
      --store FOLDER          where the file system lasts (see moxbox fs); it is restored from there, and saved when
                              a program syncs and when the last one has ended
      --seed HEX              of /dev/random, up to 32 bytes; default: zeros
      --snapshot FILE         write the whole machine where it stopped, whatever stopped it, so that --resume can go on
                              from there
      --resume FILE           go on from a snapshot, bit for bit as the machine that it was taken of. It has its
                              programs and files; --memory must grant its limit, and nothing is copied back
      --budget N              stop after N instructions; default "inf", no limit
      --engine NAME           auto, interpreter or translator: how fast, never what is computed
      --memory SIZE           of all programs, files and pipes, in bytes or with K, M, G; default 512M
      --stack SIZE            of a program, whole pages of 4096 bytes; default 1M
      --json                  print one object to standard output: stop, exitCode, signal, instructions, waits,
                              signals, stateHash; the programs' output in base64
      --raw                   send control characters of the output to a terminal as they are
      --progress              show how far it is
  -q, --quiet                 no closing line

exit status
  the program's when it exits, 128 + N when signal N ended it, and otherwise
  ${STATUS.USAGE}     the command line is wrong
  ${STATUS.BREAK}   all programs wait, and nothing can arrive: a deadlock; the lines say who waits for what
  ${STATUS.BUDGET}   the budget is used up
  ${STATUS.ERROR}   a file cannot be read, started or written
  ${STATUS.INTERRUPTED}   ended by SIGINT (Ctrl-C), or interrupted (Ctrl-C twice in a second)`,
  verify: `usage: moxbox verify RECEIPT [-e PROGRAM]... [-d FILE]... [options]

${INPUT_HELP}
      --engine NAME   interpreter (the default), auto or translator: how fast, never what is computed
  -q, --quiet         only the exit status
      --json          print the verdict as one object

Without -e or -d, the receipt's own hashes are looked up in the -E and -D folders (default: the folder of the
receipt).

exit status
  ${STATUS.SAME}     the same: everything that the receipt says was computed again
  ${STATUS.DIFFERENT}     not the same; the line names the field
  ${STATUS.USAGE}     the command line is wrong
  ${STATUS.ERROR}   a file cannot be read or loaded, or the receipt is not valid`,
  disasm: `usage: moxbox disasm PROGRAM [--address A] [--count N]

  --address A   where to start, decimal or 0x...; default: the entry point
  --count N     how many instructions; default: to the end of that part of the program

exit status: 0, ${STATUS.USAGE} for a wrong command line, ${STATUS.ERROR} for a file that cannot be read or loaded`,
  xlate: `usage: moxbox xlate PROGRAM [-d FILE]... [options]

Runs the program for a while, watches every instruction, and prints what the translator makes of what it saw: a
list of the places where translated code is entered, or one of them with Moxie instructions on the left and
WebAssembly on the right. Where code leaves for the interpreter it says so, and why.

  -f, --function F    only the one at this address or with this symbol
  -a, --all           all of them, with their code
      --budget N      watch so many instructions; default 5000000
      --memory SIZE   limit of guest memory; default 256M
      --stack SIZE    stack, whole pages of 4096 bytes; default 64K
      --json          print objects
${INPUT_HELP}

In the WebAssembly, locals that hold registers have their names, fuel is what may still be run, cmp.a and cmp.b are
the operands of the last cmp, t20 is a local for passing values; [stack+4] is a word of that region of the guest.

exit status: 0, ${STATUS.USAGE} for a wrong command line, ${STATUS.ERROR} for a file that cannot be read or loaded`,
  hash: `usage: moxbox hash FILE...

Prints each file's SHA-256 and its name, as sha256sum does.

exit status: 0, ${STATUS.USAGE} for a wrong command line, ${STATUS.ERROR} when a file cannot be read`,
  fs: `usage: moxbox fs ACTION STORE [PATH]... [options]

STORE is a folder that holds a cage machine's file system (LevelDB; needs the npm package "level"). Everything is
done as root, and saved in one piece or not at all.

  format STORE            make a blank file system; --force throws away what is there
  ls STORE [PATH]         list a directory
  tree STORE [PATH]       list a directory and all below it
  check STORE             read all of it and test every hash and every invariant; --collect removes objects that
                          nothing leads to, as a store can hold that stopped in the middle of a save
  import STORE FILE PATH  copy a file of this computer to PATH
  export STORE PATH FILE  copy PATH to a file of this computer
  cp STORE FROM TO        copy within it; -r: directories with what is in them
  rm STORE PATH...        take names away; -r: directories with what is in them
  mkdir STORE PATH...     make directories; -r: with those above them
  rmdir STORE PATH...     remove empty directories

exit status: 0, ${STATUS.USAGE} for a wrong command line, ${STATUS.ERROR} for what was refused or a damaged store`,
};

/** Whether the help of this command is here; serve brings its own. @param {string} [command] */
export function hasHelp(command) {
  return Object.hasOwn(HELP, command ?? '');
}

/** @param {string} [command] @returns {string} */
export function helpOf(command) {
  return hasHelp(command) ? HELP[/** @type {keyof typeof HELP} */ (command)] : MAIN;
}

/**
 * @template {keyof typeof OPTIONS} C
 * @param {C} command
 * @param {string[]} args
 */
export function parse(command, args) {
  try {
    return parseArgs({ args, options: OPTIONS[command], allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** @param {string} text @returns {bigint | number} */
export function budgetOf(text) {
  if (/^inf(inity)?$/i.test(text)) return Infinity;
  if (!/^[0-9][0-9_]*$/.test(text)) {
    throw new UsageError(`--budget must be a whole number of instructions or "inf", not "${text}"`);
  }
  return BigInt(text.replaceAll('_', ''));
}

const UNITS = { K: 1 << 10, M: 1 << 20, G: 1 << 30 };

/** @param {string} text @param {string} option @returns {number} */
function sizeOf(text, option) {
  const [, digits, unit] = /^([0-9]{1,12})([KMG]?)$/i.exec(text) ?? [];
  if (digits === undefined) throw new UsageError(`${option} must be bytes, or a number with K, M or G, not "${text}"`);
  return Number(digits) * (unit ? UNITS[/** @type {'K' | 'M' | 'G'} */ (unit.toUpperCase())] : 1);
}

/**
 * What the command line says of a machine, as the library takes it: what it does not say is left out.
 * @param {{engine?: string, memory?: string, stack?: string}} values
 * @returns {{engine?: import('../web/options.js').Engine, memoryLimitBytes?: number, stackSizeBytes?: number}}
 */
export function machineOptions({ engine, memory, stack }) {
  return {
    ...(engine !== undefined && { engine: /** @type {import('../web/options.js').Engine} */ (engine) }),
    ...(memory !== undefined && { memoryLimitBytes: sizeOf(memory, '--memory') }),
    ...(stack !== undefined && { stackSizeBytes: sizeOf(stack, '--stack') }),
  };
}

/** @param {string} text @param {string} option @returns {number} */
export function wordOf(text, option) {
  const value = /^(0x[0-9a-f]{1,8}|[0-9]{1,10})$/i.test(text) ? Number(text) : NaN;
  if (!(value < 2 ** 32)) throw new UsageError(`${option} must be a number from 0 to 0xffffffff, not "${text}"`);
  return value;
}
