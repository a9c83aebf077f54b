import { buildEmbedScript } from '@parley/embed/build';
import type { Plugin } from 'vite';

/** Adds `/embed.js`, which pages of other sites import, to the page; while developing also what the server says of those sites. */
export function embedScript(): Plugin {
  return {
    name: 'embed-script',
    async generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'embed.js', source: await buildEmbedScript() });
    },
    configureServer({ middlewares }) {
      middlewares.use('/embed.js', async (_request, response) => {
        response.setHeader('content-type', 'text/javascript').setHeader('access-control-allow-origin', '*');
        response.end(await buildEmbedScript());
      });
      middlewares.use('/_embed.json', (_request, response) => {
        response.setHeader('content-type', 'application/json').end('{"frameAncestors":"*"}');
      });
    },
  };
}
