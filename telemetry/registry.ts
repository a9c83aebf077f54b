import { collectDefaultMetrics, type OpenMetricsContentType, Registry as PromRegistry } from 'prom-client';

export { Counter, Gauge, Histogram } from 'prom-client';

/** One line of a metric, as prom-client gives it. Histograms and counters that are made with `enableExemplars` have some. */
interface Sample {
  value: number;
  labels: Readonly<Record<string, string | number | undefined>>;
  metricName?: string;
  exemplar?: {
    labelSet: Readonly<Record<string, string>>;
    value: number;
    timestamp: number;
  } | null;
}

/**
 * A process's figures, to be had in both formats. prom-client's own registry knows one, takes exemplars for OpenMetrics alone, and takes the
 * `_total` off the names of counters for good when it writes that.
 */
export class Registry extends PromRegistry<OpenMetricsContentType> {
  constructor() {
    super();
    this.setContentType(PromRegistry.OPENMETRICS_CONTENT_TYPE);
  }

  /** As Prometheus text 0.0.4. */
  override async metrics(): Promise<string> {
    const families = await this.#families();
    const texts = families.map(({ name, help, type, values }) => {
      const lines = values.map(sample => line(sample.metricName ?? name, sample));
      return [`# HELP ${name} ${escaped(help)}`, `# TYPE ${name} ${type}`, ...lines, ''].join('\n');
    });
    return texts.join('\n');
  }

  /** As OpenMetrics 1.0 text, with exemplars. */
  async openMetrics(): Promise<string> {
    const families = await this.#families();
    const texts = families.map(({ name, help, type, values }) => {
      const family = type === 'counter' ? name.replace(/_total$/, '') : name;
      const lines = values.map(
        sample => line(sample.metricName ?? name, sample) + exemplarOf(sample.exemplar),
      );
      return [`# HELP ${family} ${quoted(help)}`, `# TYPE ${family} ${type}`, ...lines, ''].join('\n');
    });
    return `${texts.join('')}# EOF\n`;
  }

  #families(): Promise<{ name: string; help: string; type: string; values: Sample[] }[]> {
    const metrics = this.getMetricsAsArray().flatMap(({ name }) => this.getSingleMetric(name) ?? []);
    return Promise.all(
      metrics.map(async metric => {
        const { name, help, type, values } = await metric.get();
        return { name, help, type: `${type}`, values };
      }),
    );
  }
}

/** A registry that already holds the process's own figures. */
export function createRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}

/** What is to be written for a scraper that sends this `Accept` header: one that takes OpenMetrics gets it, for its exemplars. */
export async function scrape(
  registry: Registry,
  accept: string | undefined,
): Promise<{ type: string; text: string }> {
  return accept?.includes('application/openmetrics-text')
    ? { type: PromRegistry.OPENMETRICS_CONTENT_TYPE, text: await registry.openMetrics() }
    : { type: PromRegistry.PROMETHEUS_CONTENT_TYPE, text: await registry.metrics() };
}

function line(name: string, { labels, value }: Sample): string {
  return `${name}${braces(labels)} ${numeral(value)}`;
}

function exemplarOf(exemplar: Sample['exemplar']): string {
  if (!exemplar) return '';
  return ` # ${braces(exemplar.labelSet)} ${numeral(exemplar.value)} ${exemplar.timestamp}`;
}

function braces(labels: Sample['labels']): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${quoted(`${value}`)}"`);
  return pairs.length > 0 ? `{${pairs.join(',')}}` : '';
}

const escaped = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
const quoted = (text: string) => escaped(text).replaceAll('"', '\\"');

function numeral(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (Number.isFinite(value)) return `${value}`;
  return value > 0 ? '+Inf' : '-Inf';
}
