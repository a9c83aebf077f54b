import { figure, figuresOf, type Result, type SummaryMetric } from './result.ts';
import { limitText } from './text.ts';

const style = `
  :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
  body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
  table { border-collapse: collapse; width: 100%; margin: 0.5rem 0 2rem; }
  th, td { text-align: left; padding: 0.3rem 0.8rem 0.3rem 0; border-bottom: 1px solid #8884; }
  td.figure { font-variant-numeric: tabular-nums; }
  .kept { color: #18794e; } .broken { color: #cd2b31; font-weight: 600; }
  code { font: 13px ui-monospace, monospace; }`;

/** The result as a page that needs nothing else. */
export function htmlOf(result: Result): string {
  const { scenario, passed, durationMs, settings, limits, metrics, parts } = result;
  const own = Object.entries(metrics).filter(([name]) => name.startsWith('parley_'));
  const others = Object.entries(metrics).filter(([name]) => !name.startsWith('parley_'));
  const told = Object.entries(settings).map(
    ([name, value]) => `<code>${text(name)}=${text(`${value}`)}</code>`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${text(scenario)}: Parley load test</title>
<style>${style}
</style>
<h1>${text(scenario)}</h1>
<p class="${passed ? 'kept' : 'broken'}">${passed ? 'All limits were kept.' : 'A limit was broken.'}</p>
<p>${figure(durationMs, 'time')} · ${told.join(' ')}</p>
<h2>Limits</h2>
<table>
<tr><th></th><th>Metric</th><th>Wished, and seen</th></tr>
${limits
  .map(
    limit =>
      `<tr><td class="${limit.kept ? 'kept' : 'broken'}">${limit.kept ? 'kept' : 'broken'}</td><td><code>${text(limit.metric)}</code></td><td>${text(limitText(limit))}</td></tr>`,
  )
  .join('\n')}
</table>
<h2>Measured</h2>
${tableOf(own)}
${Object.keys(parts).length > 0 ? `<h2>Of that</h2>\n${tableOf(Object.entries(parts))}` : ''}
<h2>By k6 itself</h2>
${tableOf(others)}
</html>
`;
}

function tableOf(metrics: readonly [string, SummaryMetric][]): string {
  const rows = metrics.map(([name, metric]) => {
    const figures = figuresOf(metric).map(([label, value]) => `${text(label)} <b>${text(value)}</b>`);
    return `<tr><td><code>${text(name)}</code></td><td class="figure">${figures.join(' · ')}</td></tr>`;
  });
  return `<table>\n${rows.join('\n')}\n</table>`;
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function text(plain: string): string {
  return plain.replace(/[&<>"]/g, one => escapes[one] ?? one);
}
