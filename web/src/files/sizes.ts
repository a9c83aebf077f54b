const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

/** A number of bytes as it is said in a language (BCP 47); in powers of 1000, as Intl's units are. */
export function sizeOf(bytes: number, language: string): string {
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: units[power] ?? 'byte',
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumFractionDigits: power < 2 ? 0 : 1,
  }).format(bytes / 1000 ** power);
}

/** How long it takes until `bytes` more are there, in words; undefined while that cannot be known. */
export function timeLeft(
  bytes: number,
  bytesPerSecond: number | undefined,
  language: string,
): string | undefined {
  if (!bytesPerSecond || bytesPerSecond <= 0) return undefined;
  const seconds = Math.max(1, Math.ceil(bytes / bytesPerSecond));
  const [value, unit] =
    seconds < 60
      ? [seconds, 'second']
      : seconds < 3600
        ? [Math.ceil(seconds / 60), 'minute']
        : [Math.ceil(seconds / 3600), 'hour'];
  return new Intl.NumberFormat(language, { style: 'unit', unit: String(unit), unitDisplay: 'long' }).format(
    Number(value),
  );
}
