import type { MediaSummary } from '../media/summary.ts';
import { mediaTable } from '../media/table.ts';
import type { Verdict } from '../media/thresholds.ts';
import type { ScenarioResult } from './scenario.ts';
import type { ServerFigure } from './scrape.ts';

/** One picture of a load on signaling and media at once. */
export interface FullReport {
  began: string;
  ended: string;
  url: string;
  /** Whether every limit of both was kept. */
  passed: boolean;
  signaling: ScenarioResult;
  media: { summary: MediaSummary; verdicts: Verdict[]; met: boolean; stopped: boolean };
  server: {
    figures: ServerFigure[];
    /** Targets that did not answer, before or after. */
    silent: string[];
  };
}

/** The report as a page that needs nothing else. */
export function reportPage(report: FullReport): string {
  const { began, ended, url, passed, signaling, media, server } = report;
  const limits = [
    ...(signaling.result?.limits ?? []).map(({ metric, expression, value, kept }) => ({
      kept,
      name: `${metric} ${expression}`,
      value,
    })),
    ...media.verdicts.map(({ name, limit, value, met }) => ({
      kept: met,
      name: `${name} ≤ ${limit}`,
      value,
    })),
  ];
  const by = signaling.by === 'k6' ? 'k6' : 'Node, as no k6 was found: it carries less than k6';
  const state = (good: boolean) => (good ? 'kept' : 'broken');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Parley under load</title>
<style>
  :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
  body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
  table { border-collapse: collapse; width: 100%; margin: 0.5rem 0 2rem; }
  th, td { text-align: left; padding: 0.3rem 0.8rem 0.3rem 0; border-bottom: 1px solid #8884; overflow-wrap: anywhere; }
  .kept { color: #18794e; } .broken { color: #cd2b31; font-weight: 600; }
  pre { overflow-x: auto; }
</style>
<h1>Parley under load</h1>
<p class="${state(passed)}">${passed ? 'All limits were kept.' : 'A limit was broken, or a part could not be measured.'}</p>
<p>${text(url)}, from ${text(began)} to ${text(ended)}. Signaling: ${text(signaling.scenario)}, run by ${by}${signaling.result ? '' : `; it ended with status ${signaling.status} and said nothing`}.${media.stopped ? ' It was stopped early.' : ''}</p>
<h2>Limits</h2>
${table(
  ['', 'Limit', 'Seen'],
  limits.map(({ kept, name, value }) => [state(kept), name, number(value)]),
)}
<h2>Media</h2>
<pre>${text(mediaTable(media.summary))}</pre>
<h2>Signaling</h2>
<p>All of it: <a href="${text(signaling.scenario)}.html">${text(signaling.scenario)}.html</a></p>
<h2>What the servers say</h2>
<p>Scraped before, and after while everybody was still there: counters by how much they grew, histograms by how often and by the mean of what they observed, all pods
of a component together.</p>
${server.silent.length > 0 ? `<p class="broken">Did not answer: ${text(server.silent.join('; '))}</p>` : ''}
${table(['Component', 'Figure', 'Before', 'After', 'In between'], server.figures.map(row))}
</html>
`;
}

function row({ component, name, type, before, after, mean }: ServerFigure): string[] {
  const change = type === 'gauge' ? '' : `+${number(after - before)}`;
  return [
    component,
    name,
    number(before),
    number(after),
    mean === undefined ? change : `${change}, mean ${number(mean)}`,
  ];
}

function table(head: readonly string[], rows: readonly string[][]): string {
  const line = (cells: readonly string[], tag: string) =>
    `<tr>${cells.map(cell => `<${tag}>${text(cell)}</${tag}>`).join('')}</tr>`;
  return `<table>\n${line(head, 'th')}\n${rows.map(cells => line(cells, 'td')).join('\n')}\n</table>`;
}

function number(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return '–';
  return `${Number.isInteger(value) ? value : Number(value.toPrecision(3))}`;
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const text = (plain: string) => plain.replace(/[&<>"]/g, one => escapes[one] ?? one);
