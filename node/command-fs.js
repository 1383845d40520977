/**
 * moxbox fs: looks at and changes the file system in a store, without running a program.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { MoxboxError } from '../web/errors.js';
import { CONSTANTS } from '../web/generated/calls.js';
import { GuestFiles } from '../web/guest-files.js';
import { StoreMachine } from '../web/store-machine.js';
import { FILE_SYSTEM } from './cage-files.js';
import { nodeHost } from './host.js';
import { openLevelStore } from './level-store.js';
import { printable } from './terminal.js';
import { STATUS, UsageError, parse } from './usage.js';

/** @typedef {import('../web/store.js').Store} Store */
/** @typedef {{machine: StoreMachine, files: GuestFiles, store: Store, recursive: boolean, collect: boolean}} Context */

const { S_IFMT, S_IFDIR, S_IFLNK } = CONSTANTS;
const TYPES = /** @type {Record<number, string>} */ ({
  [CONSTANTS.S_IFSOCK]: 's', [S_IFLNK]: 'l', [CONSTANTS.S_IFREG]: '-', [S_IFDIR]: 'd', [CONSTANTS.S_IFCHR]: 'c', [CONSTANTS.S_IFIFO]: 'p',
});

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
    const files = new GuestFiles((call, ...words) => machine.call(call, ...words), `${FILE_SYSTEM}/`);
    await run({ machine, files, store, recursive, collect }, ...paths);
    if (action.changes) await machine.save();
  } finally {
    await store.close();
  }
  return STATUS.SAME;
}

/** @param {string} dir @param {string} name */
const join = (dir, name) => `${dir.replace(/\/+$/, '')}/${name}`;

/** @param {GuestFiles} files @param {string} path that exists */
const isDirectory = (files, path) => (files.stat(path).mode & S_IFMT) === S_IFDIR;

/** @param {string} text */
const print = (text) => process.stdout.write(`${printable(text)}\n`);

/** @param {GuestFiles} files @param {string} path @param {string} name */
function line(files, path, name) {
  const stat = files.stat(path);
  const type = TYPES[stat.mode & S_IFMT] ?? '?';
  const mode = (stat.mode & 0o7777).toString(8).padStart(4, '0');
  const time = new Date((stat.mtime_high * 2 ** 32 + stat.mtime_low) * 1000).toISOString().slice(0, 19);
  const numbers = [stat.nlink, stat.uid, stat.gid, stat.size_high * 2 ** 32 + stat.size_low];
  const [links, uid, gid, size] = numbers.map(String);
  const leads = type === 'l' ? ` -> ${files.target(path)}` : '';
  return `${type}${mode} ${links?.padStart(3)} ${uid?.padStart(5)} ${gid?.padStart(5)} ${size?.padStart(10)} ${time} ${name}${leads}`;
}

/** @param {Context} context @param {string} [path] */
async function list({ files }, path = '/') {
  if (!isDirectory(files, path)) {
    print(line(files, path, path));
    return;
  }
  for (const name of files.names(path)) print(line(files, join(path, name), name));
}

/** @param {Context} context @param {string} [path] */
async function tree({ files }, path = '/') {
  print(path);
  /** @type {{path: string, name: string, indent: string, last: boolean}[]} */
  const waiting = [];
  const push = (/** @type {string} */ dir, /** @type {string} */ indent) => {
    const names = files.names(dir);
    names.reverse().forEach((name, i) => waiting.push({ path: join(dir, name), name, indent, last: i === 0 }));
  };
  push(path, '');
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    print(`${next.indent}${next.last ? '`-- ' : '|-- '}${next.name}`);
    if (isDirectory(files, next.path)) push(next.path, `${next.indent}${next.last ? '    ' : '|   '}`);
  }
}

/** Opening has checked everything; this tells what there is, and what nothing leads to. @param {Context} context */
async function check({ machine, files, store, collect }) {
  const keys = await store.keys();
  const lost = keys.filter((key) => !machine.hasRead(key));
  const counts = { directories: 0, others: 0 };
  const waiting = ['/'];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (isDirectory(files, path)) {
      counts.directories++;
      for (const name of files.names(path)) waiting.push(join(path, name));
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

/** @param {Context} context @param {string} path @param {string} file on this computer */
async function exportFile({ files }, path, file) {
  await writeFile(file, files.read(path));
}

/** @param {Context} context @param {string} file on this computer @param {string} path */
async function importFile({ files }, file, path) {
  const bytes = await readFile(file).catch((cause) => {
    throw new MoxboxError('MOXBOX_FILE', `${file} cannot be read: ${cause.message}`, { cause });
  });
  files.write(path, bytes, 0o644);
}

/** @param {Context} context @param {string} from @param {string} to */
async function copy({ files, recursive }, from, to) {
  const waiting = [[from, to]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [source = '', target = ''] = next;
    const { mode } = files.stat(source);
    if ((mode & S_IFMT) !== S_IFDIR) {
      files.write(target, files.read(source), mode & ~S_IFMT);
      continue;
    }
    if (!recursive) throw new MoxboxError('MOXBOX_FILE', `${source} is a directory; -r copies what is in it`);
    const names = files.names(source);
    if (files.type(target) !== S_IFDIR) files.change('mkdir', target, mode & ~S_IFMT);
    for (const name of names) waiting.push([join(source, name), join(target, name)]);
  }
}

/** @param {Context} context @param {...string} paths */
async function remove({ files, recursive }, ...paths) {
  const waiting = paths.map((path) => ({ path, emptied: false }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { path, emptied } = next;
    if (!recursive || !isDirectory(files, path)) {
      files.change('unlink', path);
    } else if (emptied) {
      files.change('rmdir', path);
    } else {
      waiting.push({ path, emptied: true });
      for (const name of files.names(path)) waiting.push({ path: join(path, name), emptied: false });
    }
  }
}

/** @param {Context} context @param {...string} paths */
async function makeDirectories({ files, recursive }, ...paths) {
  for (const path of paths) {
    if (recursive) files.makeFolder(path);
    else files.change('mkdir', path, 0o755);
  }
}

/** @param {Context} context @param {...string} paths */
async function removeDirectories({ files }, ...paths) {
  for (const path of paths) files.change('rmdir', path);
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
