import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const shrinks = /\.(js|css|html|svg)$/;

/** Writes `.br` and `.gz` beside every text file of a build, so that the server compresses nothing by itself. */
export function precompress(): Plugin {
  return {
    name: 'precompress',
    apply: 'build',
    async writeBundle({ dir = '' }, bundle) {
      await Promise.all(
        Object.keys(bundle)
          .filter(name => shrinks.test(name))
          .map(async name => {
            const path = join(dir, name);
            const content = await readFile(path);
            await Promise.all([
              writeFile(`${path}.br`, await promisify(brotliCompress)(content)),
              writeFile(`${path}.gz`, await promisify(gzip)(content, { level: 9 })),
            ]);
          }),
      );
    },
  };
}
