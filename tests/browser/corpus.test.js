/** The determinism corpus (tests/corpus) in a page: every engine reaches the recorded states there too. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileOf, readCorpus } from '../corpus/corpus.js';
import { useBrowser } from './chromium.js';

const browser = useBrowser();

for (const engine of ['interpreter', 'translator']) {
  test(`every entry of the corpus reaches its recorded states in a page, ${engine}`, () => browser.withBlank(async (page) => {
    for (const entry of readCorpus().entries) {
      const points = await page.evaluate(async ({ programs, data, memory, stack, budgets, engineName }) => {
        const { Box } = await import(String('/web/index.js'));
        const box = await Box.create({ programs: programs.map((file) => Uint8Array.from(file)), engine: engineName,
          data: data.map((file) => Uint8Array.from(file)), memoryLimitBytes: memory, stackSizeBytes: stack });
        const reached = [];
        let used = 0;
        for (const budget of budgets) {
          const { stop } = await box.run({ budget: budget - used });
          used = budget;
          reached.push([budget, stop, Number(box.report.instructions), await box.stateHash()]);
        }
        box.dispose();
        return reached;
      }, { ...entry, programs: entry.programs.map(([path]) => [...fileOf(path)]), budgets: entry.points.map(([budget]) => budget),
        data: entry.data.map((hex) => [...Buffer.from(hex, 'hex')]), engineName: engine });
      assert.deepEqual(points, entry.points, entry.name);
    }
  }));
}
