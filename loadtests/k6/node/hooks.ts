/** Lets `import … from 'k6/http'` and the like find what stands for them on Node. */
import { registerHooks } from 'node:module';

const modules: Readonly<Record<string, string>> = {
  'k6/execution': './modules/execution.ts',
  'k6/http': './modules/http.ts',
  'k6/metrics': './modules/metrics.ts',
  'k6/websockets': './modules/websockets.ts',
};

export function installK6Modules(): void {
  registerHooks({
    resolve(specifier, context, next) {
      const path = modules[specifier];
      return path === undefined
        ? next(specifier, context)
        : next(path, { ...context, parentURL: import.meta.url });
    },
  });
}
