import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Plugin } from 'vite';
import { languageCodes, languages } from '../src/i18n/languages.ts';
import { fetchWords } from '../src/i18n/words.ts';

/** Puts a script before the page's own that tells people whose browser is too old, in their language, what to do. */
export function oldBrowser(): Plugin {
  return {
    name: 'old-browser',
    async transformIndexHtml() {
      const src = pathOf(await script());
      return [{ tag: 'script', attrs: { src }, injectTo: 'body-prepend' }];
    },
    async generateBundle() {
      const source = await script();
      this.emitFile({ type: 'asset', fileName: pathOf(source).slice(1), source });
    },
    configureServer(server) {
      server.middlewares.use(async (request, response, next) => {
        const source = await script();
        if (request.url !== pathOf(source)) return next();
        response.setHeader('content-type', 'text/javascript').end(source);
      });
    },
  };
}

/** What it is served as; the name changes with the text. */
function pathOf(source: string): string {
  return `/_assets/old-browser-${createHash('sha256').update(source).digest('hex').slice(0, 8)}.js`;
}

async function script(): Promise<string> {
  const words = await Promise.all(
    languageCodes.map(async language => {
      const { common } = (await fetchWords('entry', language)) as { common: { oldBrowser: object } };
      return [language, { language, direction: languages[language].direction, ...common.oldBrowser }];
    }),
  );
  const source = await readFile(new URL('check.js', import.meta.url), 'utf8');
  return source.replace('__WORDS__', () => JSON.stringify(Object.fromEntries(words)));
}
