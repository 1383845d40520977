/**
 * A store in a folder: LevelDB through the npm package `level`, which is optional.
 */
import { stat } from 'node:fs/promises';
import { MoxboxError } from '../web/errors.js';
import { LevelStore } from '../web/store.js';

/**
 * @param {string} folder
 * @param {{create?: boolean}} [options] create: make it when it is not there
 * @returns {Promise<LevelStore>}
 */
export async function openLevelStore(folder, { create = false } = {}) {
  if (!create && !(await stat(folder).then((found) => found.isDirectory(), () => false))) {
    throw new MoxboxError('MOXBOX_FILE', `there is no store in ${folder}; "moxbox fs format ${folder}" makes one`);
  }
  const { Level } = await import('level').catch((cause) => {
    throw new MoxboxError('MOXBOX_FILE', 'stores in folders need the npm package "level": npm install level', { cause });
  });
  try {
    return await LevelStore.open(new Level(folder, { createIfMissing: create, errorIfExists: false }));
  } catch (cause) {
    const locked = /** @type {{cause?: {code?: string}}} */ (cause).cause?.code === 'LEVEL_LOCKED';
    throw new MoxboxError('MOXBOX_FILE', locked ? `the store in ${folder} is in use by another process`
      : `the store in ${folder} cannot be opened`, { cause });
  }
}
