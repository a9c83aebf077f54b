import { join } from 'node:path';
import { build } from 'vite';

/** The one script that pages of other sites import: `served.ts` with all that it needs, minified. */
export async function buildEmbedScript(): Promise<string> {
  const built = await build({
    root: import.meta.dirname,
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      reportCompressedSize: false,
      minify: true,
      target: 'es2022',
      lib: { entry: join(import.meta.dirname, 'served.ts'), formats: ['es'] },
      rolldownOptions: { output: { minify: true } },
    },
  });
  const outputs = [built].flat().flatMap(one => ('output' in one ? one.output : []));
  const [script, ...others] = outputs;
  if (script?.type !== 'chunk' || others.length > 0) throw new Error('The script must be one file.');
  return script.code;
}
