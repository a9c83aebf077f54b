import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { buildEmbedScript } from './build.ts';

it('is a small script that needs nothing else', async () => {
  const script = await buildEmbedScript();
  console.log(`embed.js: ${script.length} bytes, gzipped ${gzipSync(script).length}`);
  expect(script.length).toBeLessThan(5_000);
  expect(script).not.toMatch(/import\s*["'{]/);
  expect(script).toMatch(/export\s*\{[^}]*\bembed\b/);
});
