import { describe, expect, it } from 'vitest';
import { judge, type SmokeFigures, table } from './smoke-report.ts';

const good: SmokeFigures = {
  readyMs: 300,
  firstFrameMs: [900, 1200],
  framesPerSecond: [20, 19],
  audioEnergy: [0.1, 0.2],
  participants: 2,
  replicas: 2,
};

describe('the smoke report', () => {
  it('holds for a good call', () => {
    expect(judge(good, 2).filter(row => !row.ok)).toEqual([]);
  });

  it.each<[string, Partial<SmokeFigures>]>([
    ['room ready after kubectl apply', { readyMs: 5001 }],
    ['first frame after the join click', { firstFrameMs: [900] }],
    ['video decoded', { framesPerSecond: [20, 0] }],
    ['sound decoded', { audioEnergy: [0, 0.1] }],
    ['participants in kubectl get rooms', { participants: 1 }],
    ['signaling replicas in use', { replicas: 1 }],
  ])('fails on: %s', (name, change) => {
    const failed = judge({ ...good, ...change }, 2).filter(row => !row.ok);
    expect(failed.map(row => row.name)).toEqual([name]);
  });

  it('fails on everything that was not seen, and says so', () => {
    const rows = judge({ firstFrameMs: [], framesPerSecond: [], audioEnergy: [] }, 2);
    expect(rows.every(row => !row.ok)).toBe(true);
    expect(table(rows, false)).toContain('not seen');
  });
});
