import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createServer, MissingPageError } from './server.ts';

let dist: string;
let app: FastifyInstance;

beforeAll(async () => {
  dist = await mkdtemp(join(tmpdir(), 'parley-web-'));
  await mkdir(join(dist, '_assets'));
  await writeFile(join(dist, 'index.html'), '<!doctype html><title>Parley</title>');
  await writeFile(join(dist, 'index.html.gz'), 'squeezed');
  await writeFile(join(dist, '_assets/app-1a2b.js'), 'export {}');
  app = await createServer({ dist, frameAncestors: "'self' https://intranet.example.org" });
});

afterAll(async () => {
  await app.close();
  await rm(dist, { recursive: true });
});

const get = (url: string, headers = {}) => app.inject({ url, headers });

describe('the page', () => {
  it.each([
    '/',
    '/index.html',
    '/.sources',
    '/%2e%2e/package.json',
    '/standup',
    '/acme/standup?token=x',
    '/a/b/c',
  ])('is at %s', async url => {
    const response = await get(url);
    expect(response.statusCode).toBe(200);
    expect(response.body).toContain('<title>Parley</title>');
    expect(response.headers['content-type']).toContain('text/html');
    expect(response.headers['cache-control']).toBe('no-cache');
  });

  it('comes compressed to those who can read that', async () => {
    const response = await get('/standup', { 'accept-encoding': 'gzip' });
    expect(response.headers['content-encoding']).toBe('gzip');
    expect(response.body).toBe('squeezed');
    expect(response.headers['content-type']).toContain('text/html');
  });

  it('carries its security headers', async () => {
    const { headers } = await get('/standup');
    expect(headers['content-security-policy']).toContain("script-src 'self';");
    expect(headers['content-security-policy']).toContain(
      "frame-ancestors 'self' https://intranet.example.org",
    );
    expect(headers['permissions-policy']).toContain('camera=(self)');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('no-referrer');
  });
});

describe('everything else', () => {
  it('keeps hashed files for a year', async () => {
    const response = await get('/_assets/app-1a2b.js');
    expect(response.statusCode).toBe(200);
    expect(response.headers['cache-control']).toContain('immutable');
  });

  it('sees a page that was built anew meanwhile', async () => {
    await writeFile(join(dist, '_assets/app-3c4d.js'), 'export {}');
    expect((await get('/_assets/app-3c4d.js')).statusCode).toBe(200);
  });

  it('does not take a file that is gone for a page', async () => {
    expect((await get('/_assets/old-9f9f.js')).statusCode).toBe(404);
  });

  it('accepts nothing', async () => {
    expect((await app.inject({ method: 'POST', url: '/standup' })).statusCode).toBe(404);
  });

  it.each(['/healthz', '/readyz', '/metrics'])('answers %s', async url =>
    expect((await get(url)).statusCode).toBe(200),
  );
});

it('says how to build a page that is not there', async () => {
  const missing = createServer({ dist: join(dist, 'nothing'), frameAncestors: "'self'" });
  await expect(missing).rejects.toThrow(MissingPageError);
  await expect(missing).rejects.toThrow('npm run build -w web');
});
