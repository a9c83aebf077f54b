/** Where a server tells its figures. */
export interface Target {
  url: string;
  /** What it is: `signaling`, `sfu`, … */
  component: string;
}

/** One series of a server: its name with its labels. */
export interface Sample {
  component: string;
  name: string;
  type: string;
  value: number;
}

/** What one figure of the servers was before and after a load, all pods of a component together. */
export interface ServerFigure {
  component: string;
  name: string;
  type: 'counter' | 'gauge' | 'histogram';
  before: number;
  after: number;
  /** Of histograms: the mean of what was observed in between. */
  mean?: number;
}

const scrapeMs = 5_000;

/** Reads all targets. @returns what they said, and which said nothing */
export async function scrapeAll(
  targets: readonly Target[],
): Promise<{ samples: Sample[]; silent: string[] }> {
  const silent: string[] = [];
  const samples = await Promise.all(
    targets.map(async ({ url, component }) => {
      try {
        const response = await fetch(url, { signal: AbortSignal.timeout(scrapeMs) });
        if (!response.ok) throw new Error(`status ${response.status}`);
        return readSamples(await response.text(), component);
      } catch (error) {
        silent.push(`${url}: ${error instanceof Error ? error.message : error}`);
        return [];
      }
    }),
  );
  return { samples: samples.flat(), silent };
}

/** Parley's own figures in Prometheus' text format, without the buckets of histograms. */
export function readSamples(text: string, component: string): Sample[] {
  const types = new Map<string, string>();
  return text.split('\n').flatMap(line => {
    const [, of, kind] = /^# TYPE (\S+) (\S+)/.exec(line) ?? [];
    if (of !== undefined && kind !== undefined) types.set(of, kind);
    const [, base, labels = '', number] = /^(parley_\w+)(\{.*\})? (\S+)/.exec(line) ?? [];
    if (base === undefined || base.endsWith('_bucket')) return [];
    const type = types.get(base) ?? types.get(base.replace(/_(sum|count)$/, '')) ?? 'untyped';
    return [{ component, name: `${base}${labels}`, type, value: Number(number) }];
  });
}

/** What changed. A counter that is smaller than before began anew with its process: what it has is all that is known. */
export function compare(before: readonly Sample[], after: readonly Sample[]): ServerFigure[] {
  const [earlier, later] = [before, after].map(addUp);
  if (!earlier || !later) return [];
  return [...later].flatMap(([key, { component, name, type, value }]): ServerFigure[] => {
    const was = earlier.get(key)?.value ?? 0;
    if (type === 'gauge')
      return was === 0 && value === 0 ? [] : [{ component, name, type, before: was, after: value }];
    if (type === 'counter') {
      if (value === was) return [];
      return [{ component, name, type, before: value < was ? 0 : was, after: value }];
    }
    if (type !== 'histogram' || !/_count(\{|$)/.test(name)) return [];
    const sumKey = key.replace(/_count(?=\{|$)/, '_sum');
    const count = value - was;
    if (count <= 0) return [];
    const sum = (later.get(sumKey)?.value ?? 0) - (earlier.get(sumKey)?.value ?? 0);
    const whole = name.replace(/_count(?=\{|$)/, '');
    return [{ component, name: whole, type, before: was, after: value, mean: sum / count }];
  });
}

/** The pods of a component together: a share or an age adds up to nothing that makes sense, so of gauges it is the largest. */
function addUp(samples: readonly Sample[]): Map<string, Sample> {
  const all = new Map<string, Sample>();
  for (const sample of samples) {
    const key = `${sample.component} ${sample.name}`;
    const known = all.get(key);
    const largest =
      sample.type === 'gauge' && /_(ratio|seconds|up|draining|registered)(\{|$)/.test(sample.name);
    const together = (one: number, other: number) => (largest ? Math.max(one, other) : one + other);
    all.set(key, known ? { ...known, value: together(known.value, sample.value) } : sample);
  }
  return all;
}
