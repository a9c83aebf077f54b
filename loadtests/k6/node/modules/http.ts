/** `k6/http` on Node, as far as the scenarios use it: requests that are waited for with `await`. */
import { durationOf } from '../../people/settings.ts';
import { record } from '../samples.ts';

interface Params {
  readonly headers?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly timeout?: string;
}

record.declare('http_reqs', 'counter', false);
record.declare('http_req_duration', 'trend', true);

async function asyncRequest(
  method: string,
  url: string,
  body: string | null = null,
  { headers = {}, tags = {}, timeout = '60s' }: Params = {},
) {
  const began = performance.now();
  const answer = await fetch(url, {
    method,
    headers,
    body,
    signal: AbortSignal.timeout(durationOf(timeout) ?? 60_000),
  })
    .then(async response => ({ status: response.status, body: await response.text(), error: '' }))
    .catch((error: unknown) => ({ status: 0, body: null, error: `${error}` }));
  const duration = performance.now() - began;
  const tagged = { ...tags, method, status: `${answer.status}` };
  record.add('http_reqs', 1, tagged);
  record.add('http_req_duration', duration, tagged);
  return { ...answer, url, timings: { duration } };
}

export default { asyncRequest };
