/** What `handleSummary` answers with: files by path, and `stdout`. */
import type { Settings } from '../people/settings.ts';
import { htmlOf } from './html.ts';
import { resultOf, type SummaryData } from './result.ts';
import { textOf } from './text.ts';

export type { SummaryData } from './result.ts';

export function filesOf(scenario: string, settings: Settings, data: SummaryData): Record<string, string> {
  const { baseUrl, rooms, people, durationMs, seed, more, results } = settings;
  const told = {
    BASE_URL: baseUrl,
    ROOMS: rooms,
    PEOPLE: people,
    DURATION: `${durationMs / 1000}s`,
    SEED: seed,
    ...more,
  };
  try {
    const result = resultOf(scenario, told, data);
    const stdout = textOf(result);
    if (results === '') return { stdout };
    if (results === '-') return { stdout: `${stdout}\n${JSON.stringify(result)}\n` };
    const path = `${results}/${scenario}`;
    return {
      stdout: `${stdout}\n  ${path}.json, ${path}.html\n`,
      [`${path}.json`]: `${JSON.stringify(result, undefined, 2)}\n`,
      [`${path}.html`]: htmlOf(result),
    };
  } catch (error) {
    // Better what k6 gave, as it is, than nothing after a run of hours.
    const why = error instanceof Error ? error.message : `${error}`;
    return { stdout: `\n${why}\n\n${JSON.stringify(data)}\n` };
  }
}
