import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOperationsServer, createServer, MissingPageError } from './server.ts';
import { Settings } from './settings.ts';

let dist: string;
let app: FastifyInstance;

beforeAll(async () => {
  dist = await mkdtemp(join(tmpdir(), 'parley-web-'));
  await mkdir(join(dist, '_assets'));
  await writeFile(join(dist, 'index.html'), '<!doctype html><title>Parley</title>');
  await writeFile(join(dist, 'index.html.gz'), 'squeezed');
  await writeFile(join(dist, 'home.de.html'), '<!doctype html><title>Parley</title>Sehen wir uns');
  await writeFile(join(dist, 'home.ar.html'), '<!doctype html><title>Parley</title>لنلتقِ');
  await writeFile(join(dist, '_assets/app-1a2b.js'), 'export {}');
  await writeFile(join(dist, 'embed.js'), 'export const embed = 1');
  await writeFile(join(dist, 'embed.js.gz'), 'squeezed');
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
    // Rooms may be called that.
    '/metrics',
    '/healthz',
    '/readyz',
  ])('is at %s', async url => {
    const response = await get(url);
    expect(response.statusCode).toBe(200);
    expect(response.body).toContain('<title>Parley</title>');
    expect(response.headers['content-type']).toContain('text/html');
    expect(response.headers['cache-control']).toBe('no-cache');
  });

  it.each([
    ['/', 'de-AT,de;q=0.9,en;q=0.8', 'Sehen wir uns'],
    ['/', 'fr, ar;q=0.5', 'لنلتقِ'],
    ['/?lang=ar', 'de', 'لنلتقِ'],
    ['/?lang=../x', 'de', 'Sehen wir uns'],
    ['/', '', '<title>Parley</title>'],
    ['/', 'fr', '<title>Parley</title>'],
    ['/standup', 'de', '<title>Parley</title>'],
  ])('says at %s to who reads %j: %s', async (url, language, words) => {
    const response = await get(url, { 'accept-language': language });
    expect(response.statusCode).toBe(200);
    expect(response.body).toContain(words);
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

describe('for pages that embed meetings', () => {
  it.each(['gzip', 'identity'])('gives its script to other sites, as %s', async encoding => {
    const { headers, statusCode } = await get('/embed.js', { 'accept-encoding': encoding });
    expect(statusCode).toBe(200);
    expect(headers).toMatchObject({
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
      'cache-control': 'no-cache',
    });
    expect(headers['content-type']).toContain('javascript');
  });

  it('tells the page who may embed it, and tells nobody else', async () => {
    const { headers, ...answer } = await get('/_embed.json');
    expect(answer.json()).toEqual({ frameAncestors: "'self' https://intranet.example.org" });
    expect(headers).not.toHaveProperty('access-control-allow-origin');
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
});

describe('operations', () => {
  it('are answered by a server of their own, which has no page', async () => {
    await using operations = createOperationsServer();
    const ask = (url: string) => operations.inject({ url });
    expect((await ask('/healthz')).json()).toEqual({ ok: true });
    expect((await ask('/readyz')).json()).toEqual({ ready: true });
    expect((await ask('/metrics')).body).toContain('process_cpu_seconds_total');
    expect((await ask('/standup')).statusCode).toBe(404);
  });

  it('have a port that is not the public one', () => {
    expect(Settings.parse({})).toMatchObject({ PORT: 8080, OPERATIONS_PORT: 8081 });
    const { error } = Settings.safeParse({ PORT: '8081' });
    expect(error?.issues).toMatchObject([{ path: ['OPERATIONS_PORT'] }]);
  });
});

it('says how to build a page that is not there', async () => {
  const missing = createServer({ dist: join(dist, 'nothing'), frameAncestors: "'self'" });
  await expect(missing).rejects.toThrow(MissingPageError);
  await expect(missing).rejects.toThrow('npm run build -w web');
});
