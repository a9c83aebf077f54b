/** What a load test is told by its environment. Pure, so that a mistake is found before anything is opened. */

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Settings {
  /** Address under which `/socket.io` and `/v1` are found, without a slash at its end. */
  readonly baseUrl: string;
  /** Of the REST API, which makes rooms and deletes them. */
  readonly apiKey: string | undefined;
  /** How many rooms people are spread over. */
  readonly rooms: number;
  /** Rooms that are there already, as `namespace/name`, in place of those that the REST API would make. */
  readonly roomKeys: readonly string[];
  readonly people: number;
  readonly durationMs: number;
  readonly seed: number;
  /** Where the summaries go: a folder that is there, or `-` for JSON on standard output. Empty: the text alone, there. */
  readonly results: string;
  /** More settings of one scenario, by name. */
  readonly more: Readonly<Record<string, number>>;
}

/** What a scenario takes where it is told nothing. */
export interface Defaults {
  readonly rooms: number;
  readonly people: number;
  readonly duration: string;
  /** Whole or broken numbers above 0 of this scenario alone; durations in s. */
  readonly more?: Readonly<Record<string, number>>;
  /** It cannot do without the REST API. */
  readonly needsApiKey?: true;
}

/** Settings that are missing or wrong, each with what to do. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly code = 'bad_settings';
}

/** Reads the environment. @throws SettingsError that names all mistakes at once */
export function readSettings(env: Environment, defaults: Defaults): Settings {
  const mistakes: string[] = [];
  const mistake = <T>(text: string, instead: T): T => {
    mistakes.push(text);
    return instead;
  };
  const number = (name: string, usual: number, whole: boolean): number => {
    const given = env[name];
    if (given === undefined || given === '') return usual;
    const value = Number(given);
    if (value > 0 && value < 1e9 && (!whole || Number.isInteger(value))) return value;
    return mistake(`${name} has to be a ${whole ? 'whole ' : ''}number above 0, not "${given}".`, usual);
  };

  const baseUrl = (env.BASE_URL ?? '').replace(/\/+$/, '');
  if (baseUrl === '') {
    mistakes.push('BASE_URL is missing: the address of the entrance, such as https://meet.example.org.');
  } else if (!/^https?:\/\/[^/\s]+/.test(baseUrl)) {
    mistakes.push(`BASE_URL has to be an address such as https://meet.example.org, not "${baseUrl}".`);
  }
  const apiKey = env.API_KEY?.trim() || undefined;
  const roomKeys = (env.ROOM_KEYS ?? '').split(',').flatMap(key => key.trim() || []);
  for (const key of roomKeys) {
    if (!/^[a-z0-9-]+\/[a-z0-9-]+$/.test(key))
      mistakes.push(`ROOM_KEYS names "${key}", which is not namespace/name.`);
  }
  if (apiKey === undefined && (defaults.needsApiKey || roomKeys.length === 0)) {
    mistakes.push(
      `API_KEY is missing: a key of the REST API with the scopes rooms:read, rooms:write and tokens.${
        defaults.needsApiKey ? '' : ' Without one, name rooms that are there and open to all in ROOM_KEYS.'
      }`,
    );
  }
  const duration = env.DURATION || defaults.duration;
  const durationMs =
    durationOf(duration) ??
    mistake(`DURATION has to be a time such as 90s, 5m or 1h, not "${duration}".`, 1000);
  const more = Object.fromEntries(
    Object.entries(defaults.more ?? {}).map(([name, usual]) => [name, number(name, usual, false)]),
  );
  const settings = {
    baseUrl,
    apiKey,
    roomKeys,
    rooms: roomKeys.length || number('ROOMS', defaults.rooms, true),
    people: number('PEOPLE', defaults.people, true),
    seed: number('SEED', 1, true),
    results: (env.RESULTS ?? '').replace(/\/+$/, ''),
    durationMs,
    more,
  };
  if (mistakes.length > 0) throw new SettingsError(mistakes.join('\n'));
  return settings;
}

/** A time such as `1m30s` in ms; undefined if it is none. */
export function durationOf(text: string): number | undefined {
  const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, value, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    total += Number(value) * units[unit as keyof typeof units];
  }
  return total > 0 ? total : undefined;
}
