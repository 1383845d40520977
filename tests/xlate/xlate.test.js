import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzz } from './run.js';

test('random programs pass through the same states translated and interpreted', () => {
  const total = fuzz({ programs: 400, seconds: 120, first: Number(process.env.MOXBOX_SEED ?? 0) });
  assert.deepEqual(total.failed, []);
  assert.ok(total.modules > total.programs, `${total.modules} modules for ${total.programs} programs`);
});
