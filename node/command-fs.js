/**
 * moxbox fs: looks at and changes the file system in a store, without running a program.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { MoxboxError } from '../web/errors.js';
import { StoreMachine } from '../web/store-machine.js';
import { nodeHost } from './host.js';
import { openLevelStore } from './level-store.js';
import { printable } from './terminal.js';
import { STATUS, UsageError, parse } from './usage.js';

/** @typedef {import('../web/store-machine.js').Stat} Stat */
/** @typedef {import('../web/store.js').Store} Store */
/** @typedef {{machine: StoreMachine, store: Store, recursive: boolean, collect: boolean}} Context */

const TYPE = 0o170000;
const TYPES = /** @type {Record<number, string>} */ ({
  0o140000: 's', 0o120000: 'l', 0o100000: '-', 0o040000: 'd', 0o020000: 'c', 0o010000: 'p',
});
const WRITE_CREATE_TRUNCATE = 0o1101;
const ERRNO_EXISTS = -17;
const DIRENT = Object.freeze({ length: 16, name: 19 });

/** What each does, how many paths it takes, and whether it changes anything. */
const ACTIONS = Object.freeze(/** @type {const} */ ({
  ls: { run: list, least: 0, most: 1, changes: false },
  tree: { run: tree, least: 0, most: 1, changes: false },
  check: { run: check, least: 0, most: 0, changes: false },
  export: { run: exportFile, least: 2, most: 2, changes: false },
  import: { run: importFile, least: 2, most: 2, changes: true },
  cp: { run: copy, least: 2, most: 2, changes: true },
  rm: { run: remove, least: 1, most: Infinity, changes: true },
  mkdir: { run: makeDirectories, least: 1, most: Infinity, changes: true },
  rmdir: { run: removeDirectories, least: 1, most: Infinity, changes: true },
  format: { run: format, least: 0, most: 0, changes: true },
}));

/**
 * @param {string[]} args
 * @returns {Promise<number>} exit status
 */
export async function commandFs(args) {
  const { values, positionals: [name, folder, ...paths] } = parse('fs', args);
  const action = Object.hasOwn(ACTIONS, name ?? '') ? ACTIONS[/** @type {keyof typeof ACTIONS} */ (name)] : undefined;
  if (!action) throw new UsageError(name === undefined ? 'name what to do' : `"fs ${name}" does not exist`);
  if (folder === undefined) throw new UsageError('name the folder of the store');
  if (paths.length < action.least || paths.length > action.most) {
    throw new UsageError(`"fs ${name}" does not take ${paths.length} paths`);
  }
  const store = await openLevelStore(folder, { create: name === 'format' });
  try {
    if (name === 'format') await clear(store, values.force ?? false, folder);
    const machine = await StoreMachine.open(await nodeHost.loadCore(), store, { startTimeMs: Date.now() });
    const { recursive = false, collect = false } = values;
    const run = /** @type {(context: Context, ...paths: string[]) => Promise<void>} */ (action.run);
    await run({ machine, store, recursive, collect }, ...paths);
    if (action.changes) await machine.save();
  } finally {
    await store.close();
  }
  return STATUS.SAME;
}

/** Where paths of the file system itself begin, whatever is bound in front of it. @param {string} path */
const inside = (path) => `#U/${path}`;

/** @param {string} path @param {number} result */
function checked(path, result) {
  if (result < 0) throw new MoxboxError('MOXBOX_FILE', `${path}: errno ${-result}, ${reasonOf(-result)}`);
  return result;
}

/** @param {number} errno */
function reasonOf(errno) {
  const reasons = /** @type {Record<number, string>} */ ({
    2: 'there is no such file', 17: 'it exists already', 20: 'it is not a directory', 21: 'it is a directory',
    22: 'that cannot be', 27: 'it is too large', 28: 'the file system is full', 31: 'it has too many links',
    36: 'the name is too long', 39: 'the directory is not empty', 40: 'symbolic links lead in a circle',
  });
  return reasons[errno] ?? 'the call was refused';
}

/** @param {StoreMachine} machine @param {string} path @returns {Stat} */
function statOf(machine, path) {
  const stat = machine.lstat(inside(path));
  if (typeof stat === 'number') throw new MoxboxError('MOXBOX_FILE', `${path}: ${reasonOf(-stat)}`);
  return stat;
}

/** Names of a directory, in their order. @param {StoreMachine} machine @param {string} path @returns {string[]} */
function namesOf(machine, path) {
  const fd = checked(path, machine.call('open', inside(path), 0, 0));
  const names = [];
  const records = new Uint8Array(32768);
  for (;;) {
    const size = checked(path, machine.call('getdents', fd, records, records.length));
    if (size === 0) break;
    const view = new DataView(records.buffer);
    for (let at = 0; at < size; at += view.getUint16(at + DIRENT.length, true)) {
      const end = records.indexOf(0, at + DIRENT.name);
      const name = new TextDecoder().decode(records.subarray(at + DIRENT.name, end));
      if (name !== '.' && name !== '..') names.push(name);
    }
  }
  checked(path, machine.call('close', fd));
  return names;
}

/** @param {string} dir @param {string} name */
const join = (dir, name) => `${dir.replace(/\/+$/, '')}/${name}`;

/** @param {Stat} stat */
const isDirectory = (stat) => (stat.mode & TYPE) === 0o040000;

/** @param {string} text */
const print = (text) => process.stdout.write(`${printable(Buffer.from(text))}\n`);

/** @param {StoreMachine} machine @param {string} path @param {string} name */
function line(machine, path, name) {
  const stat = statOf(machine, path);
  const type = TYPES[stat.mode & TYPE] ?? '?';
  const mode = (stat.mode & 0o7777).toString(8).padStart(4, '0');
  const time = new Date((stat.mtime_high * 2 ** 32 + stat.mtime_low) * 1000).toISOString().slice(0, 19);
  const numbers = [stat.nlink, stat.uid, stat.gid, stat.size_high * 2 ** 32 + stat.size_low];
  const [links, uid, gid, size] = numbers.map(String);
  const target = new Uint8Array(4096);
  const count = type === 'l' ? machine.call('readlink', inside(path), target, target.length) : -1;
  const leads = count < 0 ? '' : ` -> ${new TextDecoder().decode(target.subarray(0, count))}`;
  return `${type}${mode} ${links?.padStart(3)} ${uid?.padStart(5)} ${gid?.padStart(5)} ${size?.padStart(10)} ${time} ${name}${leads}`;
}

/** @param {Context} context @param {string} [path] */
async function list({ machine }, path = '/') {
  if (!isDirectory(statOf(machine, path))) {
    print(line(machine, path, path));
    return;
  }
  for (const name of namesOf(machine, path)) print(line(machine, join(path, name), name));
}

/** @param {Context} context @param {string} [path] */
async function tree({ machine }, path = '/') {
  print(path);
  /** @type {{path: string, name: string, indent: string, last: boolean}[]} */
  const waiting = [];
  const push = (/** @type {string} */ dir, /** @type {string} */ indent) => {
    const names = namesOf(machine, dir);
    names.reverse().forEach((name, i) => waiting.push({ path: join(dir, name), name, indent, last: i === 0 }));
  };
  push(path, '');
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    print(`${next.indent}${next.last ? '`-- ' : '|-- '}${next.name}`);
    if (isDirectory(statOf(machine, next.path))) push(next.path, `${next.indent}${next.last ? '    ' : '|   '}`);
  }
}

/** Opening has checked everything; this tells what there is, and what nothing leads to. @param {Context} context */
async function check({ machine, store, collect }) {
  const keys = await store.keys();
  const lost = keys.filter((key) => !machine.hasRead(key));
  const counts = { directories: 0, others: 0 };
  const waiting = ['/'];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (isDirectory(statOf(machine, path))) {
      counts.directories++;
      for (const name of namesOf(machine, path)) waiting.push(join(path, name));
    } else {
      counts.others++;
    }
  }
  print(`good: ${counts.directories} directories, ${counts.others} other names, ${keys.length - lost.length} objects`);
  if (lost.length > 0) {
    if (collect) await store.batch(lost.map((key) => ({ change: 'delete', key })));
    print(`${lost.length} objects that nothing leads to${collect ? ' were removed' : '; --collect removes them'}`);
  }
}

/** @param {StoreMachine} machine @param {string} path @returns {Uint8Array} */
function readWhole(machine, path) {
  const fd = checked(path, machine.call('open', inside(path), 0, 0));
  const parts = [];
  const part = new Uint8Array(machine.transferBytes);
  for (;;) {
    const count = checked(path, machine.call('read', fd, part, part.length));
    if (count === 0) break;
    parts.push(part.slice(0, count));
  }
  checked(path, machine.call('close', fd));
  return Buffer.concat(parts);
}

/** @param {StoreMachine} machine @param {string} path @param {Uint8Array} bytes @param {number} mode */
function writeWhole(machine, path, bytes, mode) {
  const fd = checked(path, machine.call('open', inside(path), WRITE_CREATE_TRUNCATE, mode));
  for (let at = 0; at < bytes.length;) {
    const part = bytes.subarray(at, at + machine.transferBytes);
    at += checked(path, machine.call('write', fd, part, part.length));
  }
  checked(path, machine.call('close', fd));
}

/** @param {Context} context @param {string} path @param {string} file on this computer */
async function exportFile({ machine }, path, file) {
  await writeFile(file, readWhole(machine, path));
}

/** @param {Context} context @param {string} file on this computer @param {string} path */
async function importFile({ machine }, file, path) {
  const bytes = await readFile(file).catch((cause) => {
    throw new MoxboxError('MOXBOX_FILE', `${file} cannot be read: ${cause.message}`, { cause });
  });
  writeWhole(machine, path, bytes, 0o644);
}

/** @param {Context} context @param {string} from @param {string} to */
async function copy({ machine, recursive }, from, to) {
  const waiting = [[from, to]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [source = '', target = ''] = next;
    const stat = statOf(machine, source);
    if (!isDirectory(stat)) {
      writeWhole(machine, target, readWhole(machine, source), stat.mode & 0o7777);
      continue;
    }
    if (!recursive) throw new MoxboxError('MOXBOX_FILE', `${source} is a directory; -r copies what is in it`);
    const names = namesOf(machine, source);
    const made = machine.call('mkdir', inside(target), stat.mode & 0o7777);
    if (made !== ERRNO_EXISTS) checked(target, made);
    for (const name of names) waiting.push([join(source, name), join(target, name)]);
  }
}

/** @param {Context} context @param {...string} paths */
async function remove({ machine, recursive }, ...paths) {
  const waiting = paths.map((path) => ({ path, emptied: false }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { path, emptied } = next;
    if (!recursive || !isDirectory(statOf(machine, path))) {
      checked(path, machine.call('unlink', inside(path)));
    } else if (emptied) {
      checked(path, machine.call('rmdir', inside(path)));
    } else {
      waiting.push({ path, emptied: true });
      for (const name of namesOf(machine, path)) waiting.push({ path: join(path, name), emptied: false });
    }
  }
}

/** @param {Context} context @param {...string} paths */
async function makeDirectories({ machine, recursive }, ...paths) {
  for (const path of paths) {
    const parts = path.split('/').filter((part) => part !== '');
    for (let i = recursive ? 1 : parts.length; i <= parts.length; i++) {
      const result = machine.call('mkdir', inside(parts.slice(0, i).join('/')), 0o755);
      if (!(recursive && result === ERRNO_EXISTS)) checked(path, result);
    }
  }
}

/** @param {Context} context @param {...string} paths */
async function removeDirectories({ machine }, ...paths) {
  for (const path of paths) checked(path, machine.call('rmdir', inside(path)));
}

/** The blank file system is there already, and is saved with the action. */
async function format() {}

/** Takes everything out of a store. @param {Store} store @param {boolean} force @param {string} folder */
async function clear(store, force, folder) {
  if (await store.get() === undefined) return;
  if (!force) throw new MoxboxError('MOXBOX_FILE', `${folder} holds a file system; --force throws it away`);
  const keys = await store.keys();
  await store.batch([{ change: 'root', bytes: new Uint8Array(0) }, ...keys.map((key) => (/** @type {const} */ ({ change: 'delete', key })))]);
}
