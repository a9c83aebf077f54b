import type { Plugin } from 'vite';
import { languageCodes, languages } from './src/i18n/languages.ts';
import ar from './src/i18n/locales/ar/home.json' with { type: 'json' };
import de from './src/i18n/locales/de/home.json' with { type: 'json' };
import en from './src/i18n/locales/en/home.json' with { type: 'json' };
import es from './src/i18n/locales/es/home.json' with { type: 'json' };

const words = { ar, de, en, es };
const end = '</header>';

/** Writes `home.<language>.html` beside `index.html`: the same page that already says what the front page says first. */
export function frontPages(): Plugin {
  return {
    name: 'front-pages',
    apply: 'build',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const page = bundle['index.html'];
      if (page?.type !== 'asset') throw new Error('The build made no index.html.');
      const html = String(page.source);
      if (!html.includes(end)) throw new Error(`index.html has no ${end} after which the front page begins.`);
      for (const language of languageCodes) {
        const { title, lead } = words[language];
        const source = html
          .replace(
            '<html lang="en" dir="ltr">',
            `<html lang="${language}" dir="${languages[language].direction}">`,
          )
          .replace(end, `${end}<main><h1>${escapeHtml(title)}</h1><p>${escapeHtml(lead)}</p></main>`);
        this.emitFile({ type: 'asset', fileName: `home.${language}.html`, source });
      }
    },
  };
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
