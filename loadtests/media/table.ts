import type { MediaSummary, Spread } from './summary.ts';

/** A summary as lines for people. */
export function mediaTable({ people, joinMs, kinds, failures, ...rest }: MediaSummary): string {
  const rows: string[][] = [
    ['people', `${people.joined} of ${people.planned} joined, ${people.failed} failed${list(failures)}`],
    ['join, ms', spreadText(joinMs)],
  ];
  for (const kind of ['audio', 'video'] as const) {
    const { streams, packets, lossRatio, longestGapMs, firstPacketMs } = kinds[kind];
    if (streams.sent + streams.received === 0) continue;
    rows.push(
      [
        `${kind}: streams`,
        `${streams.sent} sent, ${streams.received} received, ${streams.silent} silent${streams.missing > 0 ? `, ${streams.missing} never heard of` : ''}`,
      ],
      [
        `${kind}: packets`,
        `${packets.sent} sent, ${packets.received} received, ${packets.lost} lost (${percent(lossRatio)})`,
      ],
      [`${kind}: first packet, ms`, spreadText(firstPacketMs)],
      [`${kind}: longest gap, ms`, spreadText(longestGapMs)],
    );
  }
  const { repairs, refusals, generator } = rest;
  rows.push(
    [
      'repairs',
      `${repairs.connections} connections, ${repairs.media} media, ${repairs.moves} moves${list(refusals)}`,
    ],
    [
      'generator',
      `${generator.processes} processes, kept waiting ${ms(generator.stallP99Ms)} (p99), ${ms(generator.longestStallMs)} ms at most`,
    ],
  );
  const width = Math.max(...rows.map(([name = '']) => name.length));
  return rows.map(([name = '', value = '']) => `${name.padEnd(width)}  ${value}`).join('\n');
}

function spreadText(spread: Spread | undefined): string {
  if (!spread) return '-';
  const { p50, p95, p99, longest } = spread;
  return `p50 ${ms(p50)}, p95 ${ms(p95)}, p99 ${ms(p99)}, longest ${ms(longest)}`;
}

function list(counts: Record<string, number>): string {
  const entries = Object.entries(counts);
  return entries.length === 0 ? '' : ` (${entries.map(([name, count]) => `${name}: ${count}`).join(', ')})`;
}

const ms = (value: number) => value.toFixed(value < 10 ? 1 : 0);
const percent = (ratio: number) => `${(ratio * 100).toFixed(ratio < 0.001 ? 3 : 2)} %`;
