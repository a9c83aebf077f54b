/** Which files a scenario consists of: those that k6 loads. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = new URL('../', import.meta.url);

/** Names of all scenarios, in order. */
export const scenarioNames: readonly string[] = readdirSync(fileURLToPath(folder))
  .flatMap(name => /^([a-z-]+)\.ts$/.exec(name)?.[1] ?? [])
  .sort();

export interface ImportGraph {
  /** What each file imports once its types are gone, by the file's path below the scenarios' folder (`./people/run.ts`). */
  readonly files: ReadonlyMap<string, readonly string[]>;
  /** What is imported and is no file. */
  readonly modules: ReadonlySet<string>;
}

/** Follows the imports of a scenario. @throws Error where a file is not there */
export function filesOfScenario(scenario: string): ImportGraph {
  const files = new Map<string, string[]>();
  const modules = new Set<string>();
  const queue = [`./${scenario}.ts`];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (files.has(path)) continue;
    const imports = importsOf(readFileSync(new URL(path, folder), 'utf8'));
    files.set(path, imports);
    for (const specifier of imports) {
      if (!specifier.startsWith('.')) modules.add(specifier);
      else queue.push(relativeTo(path, specifier));
    }
  }
  return { files, modules };
}

/** What a file imports that is more than types. */
function importsOf(source: string): string[] {
  return [...source.matchAll(/^(?:import|export)\s+(?!type\b)([^'";]*?)\s*\bfrom '([^']+)'/gm)].flatMap(
    ([, names = '', from = '']) => (/^\{(\s*type\b[^,}]*,?)+\s*\}$/.test(names) ? [] : from),
  );
}

function relativeTo(path: string, specifier: string): string {
  const base = new URL(path, 'file:///');
  return `.${new URL(specifier, base).pathname}`;
}

/** Every file that a scenario consists of, by its path below the scenarios' folder, as k6 is given it. */
export function k6Files(): ReadonlyMap<string, string> {
  const paths = new Set(scenarioNames.flatMap(name => [...filesOfScenario(name).files.keys()]));
  return new Map([...paths].sort().map(path => [path.slice(2), readFileSync(new URL(path, folder), 'utf8')]));
}
