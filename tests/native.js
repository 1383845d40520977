/** Where the native command line is; tests/coverage names another build of it. */
import { fileURLToPath } from 'node:url';

export const NATIVE = process.env.MOXBOX_NATIVE ?? fileURLToPath(new URL('../build/native-release/moxbox_native', import.meta.url));
