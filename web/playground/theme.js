/* Light, dark, or as the system says; remembered where the browser allows it. */
import { box as place, button } from './dom.js';

const KEY = 'moxbox.theme';
const THEMES = ['auto', 'light', 'dark'];
const NAMES = /** @type {Record<string, string>} */ ({ auto: 'Auto', light: 'Light', dark: 'Dark' });

/** @returns {string} */
function remembered() {
  try {
    const theme = localStorage.getItem(KEY) ?? '';
    return THEMES.includes(theme) ? theme : 'auto';
  } catch {
    return 'auto';
  }
}

/** @param {string} theme */
function apply(theme) {
  if (theme === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  place('theme-name').textContent = NAMES[theme] ?? '';
  button('theme').setAttribute('aria-label', `Colours: ${theme === 'auto' ? 'as the system' : theme}`);
}

export function startTheme() {
  let theme = remembered();
  apply(theme);
  button('theme').addEventListener('click', () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'auto';
    apply(theme);
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // Storage may be switched off; the choice then lasts as long as the page.
    }
  });
}
