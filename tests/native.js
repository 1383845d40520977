/** Where the native command line is; tests/coverage names another build of it. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const NATIVE = process.env.MOXBOX_NATIVE ?? fileURLToPath(new URL('../build/native-release/moxbox_native', import.meta.url));

/** tests/run builds it first and names it required; by hand, without it, the tests that can do without are skipped. */
export const skipWithoutNative = existsSync(NATIVE) || process.env.MOXBOX_NATIVE ? false : 'build/native-release/moxbox_native is not built';
