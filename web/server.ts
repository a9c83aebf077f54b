import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import { addOperationsRoutes, createRegistry } from '@parley/telemetry';
import { type FastifyInstance, type FastifyReply, fastify } from 'fastify';

/** The page has not been built. */
export class MissingPageError extends Error {
  override readonly name = 'MissingPageError';
  readonly code = 'missing_page';
}

export interface ServerOptions {
  /** Folder of the built page. */
  dist: string;
  /** Sources of CSP's frame-ancestors. */
  frameAncestors: string;
}

/** Everything that the page needs comes from its own origin; emotion writes style elements. */
function securityHeaders(frameAncestors: string): Record<string, string> {
  const policy = [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob: mediastream:",
    "connect-src 'self' ws: wss:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    `frame-ancestors ${frameAncestors}`,
  ];
  return {
    'content-security-policy': policy.join('; '),
    'permissions-policy':
      'camera=(self), microphone=(self), display-capture=(self), speaker-selection=(self), geolocation=()',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  };
}

/** The script that embeds meetings runs in pages of other sites. */
const forOtherSites = {
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
};

const aYear = 'public, max-age=31536000, immutable';

/**
 * A server of the built page: files that carry a hash in their name may be kept for ever, every other path that a
 * browser asks for as a page is the page itself.
 *
 * @throws MissingPageError if `dist` holds no page.
 */
export async function createServer({ dist, frameAncestors }: ServerOptions): Promise<FastifyInstance> {
  if (!existsSync(join(dist, 'index.html'))) {
    throw new MissingPageError(`There is no built page at ${dist}. Build it with: npm run build -w web`);
  }
  const app = fastify({ logger: false, bodyLimit: 1024, routerOptions: { maxParamLength: 512 } });
  const headers = securityHeaders(frameAncestors);
  app.addHook('onSend', async (_request, reply) => {
    reply.headers(headers);
  });
  await app.register(fastifyStatic, {
    root: dist,
    preCompressed: true,
    cacheControl: false,
    index: false,
    dotfiles: 'ignore',
    setHeaders: (reply, path) => {
      reply.header('cache-control', path.includes('/_assets/') ? aYear : 'no-cache');
      if (path.startsWith(join(dist, 'embed.js'))) {
        for (const [name, value] of Object.entries(forOtherSites)) reply.header(name, value);
      }
    },
  });
  const languages = frontPageLanguages(dist);
  app.get<{ Querystring: { lang?: unknown } }>('/', (request, reply) => {
    const wishes = [request.query.lang, ...(request.headers['accept-language'] ?? '').split(',')];
    const language = chooseLanguage(wishes, languages);
    reply.header('vary', 'accept-language');
    return language ? reply.sendFile(`home.${language}.html`) : sendPage(request, reply);
  });
  // Names of rooms hold no underscore.
  app.get('/_embed.json', (_request, reply) =>
    reply.header('cache-control', 'no-cache').send({ frameAncestors }),
  );
  app.setNotFoundHandler((request, reply) => {
    const isPage = request.method === 'GET' || request.method === 'HEAD';
    if (isPage && !request.url.startsWith('/_assets/')) return sendPage(request, reply);
    return reply.status(404).type('text/plain').send('Not found');
  });
  return app;
}

/** The languages in which the build wrote the front page, see `front-pages.ts`. */
function frontPageLanguages(dist: string): string[] {
  return readdirSync(dist).flatMap(name => /^home\.([a-z]+)\.html$/.exec(name)?.[1] ?? []);
}

/** The first wish that can be met, of an address and of an `Accept-Language` header in the usual order; else English. */
function chooseLanguage(wishes: readonly unknown[], languages: readonly string[]): string | undefined {
  for (const wish of [...wishes, 'en']) {
    if (typeof wish !== 'string') continue;
    const code = /^\s*([a-z]+)/i.exec(wish)?.[1]?.toLowerCase();
    if (code !== undefined && languages.includes(code)) return code;
  }
  return undefined;
}

/**
 * Health, readiness and figures. They are not served with the page: all of its paths are public and may be names of rooms.
 */
export function createOperationsServer(): FastifyInstance {
  const app = fastify({ logger: false, bodyLimit: 1024 });
  addOperationsRoutes(app, createRegistry(), () => ({ ready: true }));
  return app;
}

function sendPage(_request: unknown, reply: FastifyReply): FastifyReply {
  return reply.status(200).sendFile('index.html');
}
