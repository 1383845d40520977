/* The few operations on the page that the views share. Text goes in as text nodes and properties only, so
 * nothing that a guest, a file name or a receipt contains can become markup. */

/**
 * The element with this id, of the expected class.
 * @template {HTMLElement} T
 * @param {string} id
 * @param {{new (): T}} type
 * @returns {T}
 */
export function byId(id, type) {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`the page has no ${type.name} "${id}"`);
  return found;
}

/** @param {string} id */
export const button = (id) => byId(id, HTMLButtonElement);
/** @param {string} id */
export const box = (id) => byId(id, HTMLElement);

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string | boolean | undefined>} [attributes] set as attributes; false and undefined are left out
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children);
  return node;
}

/**
 * Shows a message in a place that is hidden when there is none.
 * @param {HTMLElement} place
 * @param {string} [message]
 */
export function say(place, message) {
  place.hidden = !message;
  if (place.textContent !== (message ?? '')) place.textContent = message ?? '';
}

/**
 * Hands bytes to the browser as a download.
 * @param {string} name
 * @param {Uint8Array | string} content
 * @param {string} type
 */
export function download(name, content, type) {
  const part = typeof content === 'string' ? content : new Uint8Array(content);
  const url = URL.createObjectURL(new Blob([part], { type }));
  const link = make('a', { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  // The download has its own hold on the blob only once it began.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/**
 * Copies text and says so on the button for a moment.
 * @param {HTMLButtonElement} control
 * @param {string} text
 */
export async function copy(control, text) {
  const name = control.dataset.name ?? control.textContent ?? '';
  control.dataset.name = name;
  try {
    await navigator.clipboard.writeText(text);
    control.textContent = 'Copied';
  } catch {
    control.textContent = 'The browser refused';
  }
  setTimeout(() => { control.textContent = name; }, 1500);
}

/**
 * Makes a tab list work as one: arrow keys move, one tab is in the tab order.
 * @param {string[]} ids of the tab buttons
 * @param {(id: string) => void} onPick
 */
export function tabs(ids, onPick) {
  const all = ids.map(button);
  /** @param {HTMLButtonElement} chosen */
  const pick = (chosen) => {
    for (const tab of all) {
      tab.setAttribute('aria-selected', String(tab === chosen));
      tab.tabIndex = tab === chosen ? 0 : -1;
    }
    onPick(chosen.id);
  };
  all.forEach((tab, index) => {
    tab.addEventListener('click', () => pick(tab));
    tab.addEventListener('keydown', (event) => {
      const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
      const next = step && all[(index + step + all.length) % all.length];
      if (!next) return;
      event.preventDefault();
      next.focus();
      pick(next);
    });
  });
  return { pick: (/** @type {string} */ id) => pick(button(id)) };
}
