/** The playground page in a real browser: running, looking, stopping, and what a person can get wrong. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Box } from '../../node/index.js';
import { DEMOS } from '../../web/playground/demos.js';
import { DESKTOP, PHONE, shoot, useBrowser } from './chromium.js';
import { ENTRY, FAULT_PC, MAPPER_LOOP, badRead, breaks, demo, mapper, spin } from './guests.js';
import { countOf, downloadBy, drop, pageTestIn, pickTab, press, refusal, registersOf, standsAt, textOf,
  typeData } from './playground-page.js';

/** @typedef {import('playwright-core').Page} Page */

const pageTest = pageTestIn(useBrowser());

/** @param {string} id */
const sampleOf = (id) => DEMOS.find((one) => one.id === id)?.data[0]?.text ?? '';
/** @param {number} value */
const hex = (value) => value.toString(16).padStart(8, '0');
/** @param {string | Uint8Array} bytes */
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

for (const [size, window] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
  pageTest(`on a ${size} a demo runs to the right answer and the count that Node gets`, async (page) => {
    const sample = sampleOf('hash');
    const box = await Box.create({ programs: [demo('hash')], data: [Buffer.from(sample)] });
    const expected = await box.run();
    box.dispose();
    await shoot(page, `${size}-ready`);
    await press(page, 'Run');
    await standsAt(page, 'Exit 0');
    assert.equal(await textOf(page, 'output'), `${sha256(sample)}\n`);
    assert.equal(await countOf(page), expected.instructions);
    assert.match(await textOf(page, 'map'), /data0/);
    assert.match(await textOf(page, 'map'), /stack/);
    assert.equal((await registersOf(page))['pc']?.changed, true);
    await pickTab(page, 'Hex');
    assert.match(await textOf(page, 'output'), /^00000000 {2}([0-9a-f]{2} )+/);
    await pickTab(page, 'Text');
    await shoot(page, `${size}-done`);
    await shoot(page, `${size}-done-whole`, true);
  }, { window });

  pageTest(`on a ${size} a run can be paused, stepped, resumed and stopped`, async (page) => {
    await drop(page, [{ name: 'spin.elf', bytes: spin }]);
    await page.getByText('spin.elf').waitFor();
    await page.fill('#budget', 'unlimited');
    await press(page, 'Run');
    await standsAt(page, 'Running');
    await page.waitForFunction(() => Number(document.getElementById('count')?.textContent?.replaceAll(',', '')) > 1e6);
    await press(page, 'Pause');
    await standsAt(page, 'Paused');
    const first = await countOf(page);
    await press(page, 'Step');
    await page.waitForFunction((before) => document.getElementById('count')?.textContent !== before, first.toLocaleString('en'));
    await standsAt(page, 'Paused');
    assert.equal(await countOf(page), first + 1n);
    await page.selectOption('#step-size', '100');
    await press(page, 'Step');
    await page.waitForFunction((before) => document.getElementById('count')?.textContent !== before, (first + 1n).toLocaleString('en'));
    assert.equal(await countOf(page), first + 101n);
    await press(page, 'Resume');
    await page.waitForFunction((before) => Number(document.getElementById('count')?.textContent?.replaceAll(',', '')) > before, Number(first) + 1e6);
    await shoot(page, `${size}-running`);
    await press(page, 'Stop');
    await standsAt(page, 'Stopped by you');
    assert.equal(await page.locator('#stop').isDisabled(), true);
    await page.fill('#budget', '500');
    await press(page, 'Run again');
    await standsAt(page, 'Budget used up');
    assert.equal(await countOf(page), 500n);
  }, { window });

  pageTest(`on a ${size} nothing is wider than the window and everything has a name`, async (page) => {
    await press(page, 'Run');
    await standsAt(page, 'Exit 0');
    const { wide, nameless } = await page.evaluate(() => {
      const controls = [...document.querySelectorAll('button, input, select, textarea')];
      return {
        wide: document.documentElement.scrollWidth - innerWidth,
        nameless: controls.filter((control) => {
          const { labels } = /** @type {HTMLInputElement} */ (control);
          return !(control.getAttribute('aria-label') || control.textContent?.trim() || labels?.length);
        }).map((control) => control.id || control.outerHTML),
      };
    });
    assert.ok(wide <= 0, `the page is ${wide} pixels too wide`);
    assert.deepEqual(nameless, []);
  }, { window });
}

pageTest('on a phone every control is large enough for a finger', async (page) => {
  const small = await page.$$eval('button, select, input:not(.hidden):not([type=radio]), .chip', (controls) => controls
    .filter((control) => control instanceof HTMLElement && control.offsetParent !== null && control.offsetHeight < 44)
    .map((control) => `${control.id || control.textContent}: ${/** @type {HTMLElement} */ (control).offsetHeight} px`));
  assert.deepEqual(small, []);
  const bar = await page.locator('.runbar').boundingBox();
  assert.ok(bar && bar.y + bar.height > PHONE.viewport.height - 4, 'the run bar stands at the bottom');
}, { window: PHONE });

for (const { id } of DEMOS) {
  pageTest(`the demo ${id} exits with 0 and puts something out`, async (page) => {
    await press(page, 'Run');
    await standsAt(page, 'Exit 0');
    assert.ok((await textOf(page, 'output-note')).endsWith('bytes'));
    await shoot(page, `demo-${id}`);
  }, { demo: id });
}

pageTest('a dropped program and data take the place of the demo', async (page) => {
  const data = Buffer.from('b\na\n');
  await drop(page, [{ name: 'mine.elf', bytes: demo('sort') }, { name: 'mine.txt', bytes: data }]);
  await page.getByText('mine.elf').waitFor();
  assert.doesNotMatch(await textOf(page, 'programs'), /hash\.elf/);
  assert.doesNotMatch(await textOf(page, 'data'), /road\.txt/);
  await press(page, 'Run');
  await standsAt(page, 'Exit 0');
  assert.equal(await textOf(page, 'output'), 'a\nb\n');
  await page.setInputFiles('#data-input', { name: 'second.txt', mimeType: 'text/plain', buffer: data });
  await page.getByText('second.txt').waitFor();
  await standsAt(page, 'Ready');
  assert.match(await textOf(page, 'data'), /mine\.txt.*second\.txt/);
  await press(page, 'Remove mine.txt');
  await page.getByText('mine.txt').waitFor({ state: 'detached' });
  await standsAt(page, 'Ready');
});

pageTest('a budget stops the run after exactly so many instructions, and can be granted again', async (page) => {
  await page.fill('#budget', '1,000');
  await press(page, 'Run');
  await standsAt(page, 'Budget used up');
  assert.equal(await countOf(page), 1000n);
  await press(page, 'Run on');
  await page.waitForFunction(() => document.getElementById('count')?.textContent === '2,000');
  await standsAt(page, 'Budget used up');
  await page.fill('#budget', '1e6');
  await press(page, 'Run on');
  await standsAt(page, 'Exit 0');
  assert.equal(await textOf(page, 'output'), `${sha256(sampleOf('hash'))}\n`);
});

pageTest('a bad budget is refused where it stands, and nothing is lost', async (page) => {
  for (const bad of ['', '-5', '1.5', 'many', '99999999999999999999999', '0x10']) {
    await page.fill('#budget', bad);
    await press(page, 'Run');
    assert.equal(await page.getAttribute('#budget', 'aria-invalid'), 'true', bad);
    assert.match(await textOf(page, 'budget-help'), /budget/);
    assert.equal(await page.inputValue('#budget'), bad);
    assert.equal(await textOf(page, 'result'), 'Ready');
  }
  await page.fill('#budget', '0');
  await press(page, 'Run');
  await standsAt(page, 'Budget used up');
  assert.equal(await countOf(page), 0n);
});

pageTest('a fault says what, where and at which address', async (page) => {
  await drop(page, [{ name: 'bad-read.elf', bytes: badRead }]);
  await page.getByText('bad-read.elf').waitFor();
  await standsAt(page, 'Ready');
  await press(page, 'Run');
  await standsAt(page, 'Fault: read');
  const detail = await textOf(page, 'result-detail');
  assert.match(detail, new RegExp(`pc ${hex(FAULT_PC)}`));
  assert.match(detail, /4 bytes at address 00000010/);
  assert.equal(await countOf(page), 1n);
  const registers = await registersOf(page);
  assert.equal(registers['pc']?.text, hex(FAULT_PC));
  assert.equal(registers['$r1']?.text, '00000010');
  assert.equal(registers['$r1']?.changed, true);
  assert.equal(registers['$r2']?.changed, false);
  assert.match(await page.locator('#code [aria-current]').textContent() ?? '', /ld\.l/);
  await shoot(page, 'fault');
});

pageTest('a brk is a stop of its own and not counted', async (page) => {
  await drop(page, [{ name: 'brk.elf', bytes: breaks }]);
  await page.getByText('brk.elf').waitFor();
  await press(page, 'Run');
  await standsAt(page, 'Break');
  assert.equal(await countOf(page), 0n);
  assert.equal((await registersOf(page))['pc']?.text, hex(ENTRY));
});

pageTest('a program that cannot be loaded leaves the job, the machine and the output as they were', async (page) => {
  await press(page, 'Run');
  await standsAt(page, 'Exit 0');
  const count = await countOf(page);
  const broken = Buffer.from(demo('sort'));
  broken[18] = 62; // another machine's number
  await drop(page, [{ name: 'broken.elf', bytes: broken }]);
  assert.match(await refusal(page, 'job-error'), /broken\.elf: .*Moxie CPU.*MOXBOX_ELF_MACHINE.*as it was/);
  await page.setInputFiles('#program-input', { name: 'text.elf', mimeType: '', buffer: Buffer.from('no program') });
  await page.waitForFunction(() => document.getElementById('job-error')?.textContent?.includes('MOXBOX_ELF_NOT_ELF'));
  assert.match(await textOf(page, 'programs'), /hash\.elf/);
  assert.equal(await countOf(page), count);
  await standsAt(page, 'Exit 0');
  assert.equal(await textOf(page, 'output'), `${sha256(sampleOf('hash'))}\n`);
  await shoot(page, 'refused');
  await press(page, 'Run again');
  await standsAt(page, 'Exit 0');
  assert.equal(await page.locator('#job-error').isHidden(), true);
});

pageTest('data beyond the memory limit are refused and the limit shown is the one in force', async (page) => {
  await page.selectOption('#memory-limit', '16777216');
  await standsAt(page, 'Ready');
  await page.setInputFiles('#data-input', { name: 'large.bin', mimeType: '', buffer: Buffer.alloc(17 << 20) });
  assert.match(await refusal(page, 'job-error'), /MOXBOX_MEMORY_LIMIT/);
  assert.match(await textOf(page, 'data'), /road\.txt/);
  assert.equal(await page.inputValue('#memory-limit'), '16777216');
});

pageTest('what a guest puts out is text: no markup, no hidden characters', async (page) => {
  const nasty = '<img src=x onerror="document.title=\'owned\'">\x1b[31m\u202ereversed\u200b\x07 \ufeff\n';
  await drop(page, [{ name: '<b>name</b>\u202e.txt', bytes: nasty }]);
  await page.getByText('<b>name</b>').waitFor();
  await standsAt(page, 'Ready');
  await press(page, 'Run');
  await standsAt(page, 'Exit 0');
  const shown = await textOf(page, 'output');
  assert.equal(shown, '<img src=x onerror="document.title=\'owned\'">␛[31m⟨U+202E⟩reversed⟨U+200B⟩␇ ⟨U+FEFF⟩\n');
  assert.equal(await page.locator('main img, main b').count(), 0);
  assert.doesNotMatch(await textOf(page, 'data'), /\u202e/);
  assert.notEqual(await page.title(), 'owned');
}, { demo: 'sort' });

pageTest('a long output is shown in part and downloaded whole', async (page) => {
  const lines = Array.from({ length: 20_000 }, (_, i) => `line ${String(i).padStart(6, '0')}\n`).join('');
  await drop(page, [{ name: 'long.txt', bytes: lines }]);
  await page.getByText('long.txt').waitFor();
  await standsAt(page, 'Ready');
  await press(page, 'Run');
  await standsAt(page, 'Exit 0');
  assert.match(await textOf(page, 'output-note'), /The first 64 KiB of 240,000 bytes/);
  assert.equal((await textOf(page, 'output')).length, 64 << 10);
  const { name, bytes } = await downloadBy(page, 'Download the output');
  assert.equal(name, 'sort.out');
  assert.equal(bytes.toString(), lines);
}, { demo: 'sort' });

pageTest('a State Buffer is shown, saved, and fed to the next run', async (page) => {
  await press(page, 'Run');
  await standsAt(page, 'Exit 0');
  assert.match(await textOf(page, 'output'), /^chain length 1\n/);
  await pickTab(page, 'State Buffer');
  assert.match(await textOf(page, 'output'), /MOXCHAIN/);
  const { name, bytes } = await downloadBy(page, 'Download the State Buffer');
  assert.equal(name, 'chain.state');
  assert.equal(bytes.length, 48);
  await press(page, 'Feed to the next run');
  await page.getByText('state.bin').waitFor();
  await standsAt(page, 'Ready');
  await pickTab(page, 'Text');
  await press(page, 'Run');
  await standsAt(page, 'Exit 0');
  assert.match(await textOf(page, 'output'), /^chain length 2\n/);
}, { demo: 'chain' });

pageTest('memory is shown at an address, a register or a region, with what changed marked', async (page) => {
  assert.match(await textOf(page, 'memory'), /The road/, 'the first data file to begin with');
  await page.fill('#address', '0x10');
  await press(page, 'Show');
  await page.waitForFunction(() => document.getElementById('memory')?.textContent?.startsWith('00000010'));
  assert.match(await textOf(page, 'memory'), /00000010 {2}(·· ){3}/);
  await page.fill('#address', 'nowhere');
  await press(page, 'Show');
  assert.match(await refusal(page, 'address-error'), /"nowhere" is no address/);
  assert.equal(await page.inputValue('#address'), 'nowhere');
  await page.getByRole('button', { name: /^Show data0 at/ }).click();
  await page.locator('#address-error').waitFor({ state: 'hidden' });
  assert.match(await textOf(page, 'memory'), /The road/);
  await press(page, 'Run');
  await standsAt(page, 'Exit 0');
  assert.equal(await page.locator('#memory .changed').count(), 0, 'data files do not change');
  await page.fill('#address', 'stack');
  await press(page, 'Show');
  await page.waitForFunction(() => !document.getElementById('memory')?.textContent?.includes('The road'));
  await press(page, 'Later addresses');
  await press(page, 'Earlier addresses');
});

pageTest('a guest that maps thousands of regions does not flood the page', async (page) => {
  await drop(page, [{ name: 'mapper.elf', bytes: mapper }]);
  await page.getByText('mapper.elf').waitFor();
  await page.fill('#budget', String(5000 * MAPPER_LOOP));
  await press(page, 'Run');
  await standsAt(page, 'Budget used up');
  await page.waitForFunction(() => document.getElementById('map-note')?.textContent?.includes('5,00'));
  assert.match(await textOf(page, 'map-note'), /in 5,003 regions/);
  assert.equal(await page.locator('#map li').count(), 101);
  assert.match(await textOf(page, 'map'), /and 4,903 more/);
});

pageTest('stepping marks the memory that was written', async (page) => {
  const registers = await registersOf(page);
  await page.fill('#address', `0x${registers['7 · stack top']?.text}`);
  await press(page, 'Show');
  await press(page, 'Earlier addresses');
  await page.selectOption('#step-size', '1000');
  await press(page, 'Step');
  await standsAt(page, 'Paused');
  await page.locator('#memory .changed').first().waitFor();
});

pageTest('the keyboard runs, steps and changes tabs', async (page) => {
  await page.keyboard.press('F10');
  await standsAt(page, 'Paused');
  assert.equal(await countOf(page), 1n);
  await page.keyboard.press('Control+Enter');
  await standsAt(page, 'Exit 0');
  await page.focus('#tab-text');
  await page.keyboard.press('ArrowRight');
  assert.equal(await page.getAttribute('#tab-hex', 'aria-selected'), 'true');
  assert.match(await textOf(page, 'output'), /^00000000/);
});

pageTest('typed text becomes a data file', async (page) => {
  await typeData(page, 'one two\nthree\n');
  await press(page, 'Run');
  await standsAt(page, 'Exit 0');
  assert.match(await textOf(page, 'output'), /^2 3 14\n/);
}, { demo: 'wordcount' });

pageTest('light and dark can be chosen and are kept', async (page) => {
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await paper();
  await page.click('#theme');
  await page.click('#theme');
  assert.equal(await textOf(page, 'theme-name'), 'Dark');
  assert.notEqual(await paper(), light);
  await page.reload();
  assert.equal(await textOf(page, 'theme-name'), 'Dark');
  await standsAt(page, 'Ready');
  await shoot(page, 'desktop-dark');
});
