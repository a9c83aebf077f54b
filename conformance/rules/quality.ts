import { deepEqual, equal, ok } from 'node:assert/strict';
import {
  type JoinReport,
  type QualityReport,
  type Request,
  type RoomKey,
  reportPeriodMs,
} from '@parley/protocol';
import type { Check } from '../check.ts';
import type { Client } from '../client.ts';
import type { Stage } from '../stage.ts';
import { wantRefusal } from '../wants.ts';

const versions = [2] as const;

const call: QualityReport = {
  periodMs: 10_000,
  paths: [{ direction: 'receive', candidateType: 'host', protocol: 'udp', currentRoundTripTime: 0.02 }],
  received: [
    {
      kind: 'audio',
      packetsReceived: 500,
      packetsLost: 5,
      bytesReceived: 50_000,
      jitter: 0.003,
      totalSamplesReceived: 480_000,
      concealedSamples: 960,
      silentConcealedSamples: 0,
    },
  ],
  sent: [],
};
const join: JoinReport = { agoMs: 900, connected: 100, answered: 200, mediaConnected: 400, firstFrame: 800 };

/** Somebody who knows of reports, and whether the server asks for them. */
async function enter(stage: Stage, room: { key: RoomKey }): Promise<{ client: Client; asked: boolean }> {
  const client = stage.client({ version: 2, revision: 4 });
  await client.join(room.key);
  return { client, asked: client.welcomes[0]?.reports !== undefined };
}

/** Reports are taken where they were asked for, and refused where not. */
async function want(
  client: Client,
  asked: boolean,
  name: 'reportQuality' | 'reportJoin',
  report: Request<typeof name>,
): Promise<void> {
  const answer = await client.ask(name, report);
  if (!asked) wantRefusal(answer, 'bad_request');
  else deepEqual(answer, { ok: true, value: {} });
}

export const quality: readonly Check[] = [
  {
    rule: 'Q1',
    title: 'only those are asked for reports who know of them, and at a sensible pace',
    versions,
    async run(stage) {
      const room = await stage.room();
      const older = stage.client({ version: 2, revision: 3 });
      await older.join(room.key);
      equal(older.welcomes[0]?.reports, undefined);
      wantRefusal(await older.ask('reportQuality', call), 'bad_request');
      const { client } = await enter(stage, room);
      const { everyMs } = client.welcomes[0]?.reports ?? { everyMs: reportPeriodMs.usual };
      ok(everyMs >= reportPeriodMs.least && everyMs <= reportPeriodMs.most);
    },
  },
  {
    rule: 'Q2',
    title: 'a report is taken from those who are in a room, where it was asked for',
    versions,
    async run(stage) {
      const stranger = stage.client({ version: 2, revision: 4 });
      wantRefusal(await stranger.ask('reportQuality', call), 'not_joined');
      const { client, asked } = await enter(stage, await stage.room());
      await want(client, asked, 'reportQuality', call);
    },
  },
  {
    rule: 'Q3',
    title: 'of two reports in a row the second is refused, and the connection lives',
    versions,
    async run(stage) {
      const { client, asked } = await enter(stage, await stage.room());
      await want(client, asked, 'reportQuality', call);
      wantRefusal(await client.ask('reportQuality', call), asked ? 'rate_limited' : 'bad_request');
      await client.state();
    },
  },
  {
    rule: 'Q4',
    title: 'nonsense is refused, and a report that makes sense is taken after it',
    versions,
    async run(stage) {
      const { client, asked } = await enter(stage, await stage.room());
      const [stream] = call.received;
      const nonsense: Partial<QualityReport>[] = [
        { periodMs: -1 },
        { periodMs: Number.NaN },
        { received: [{ ...stream, jitter: 1e12 } as typeof stream & object] },
        { received: [{ ...stream, concealedSamples: 480_001 } as typeof stream & object] },
        { received: Array.from({ length: 129 }, () => stream as typeof stream & object) },
      ];
      for (const wrong of nonsense) {
        wantRefusal(await client.ask('reportQuality', { ...call, ...wrong }), 'bad_request');
      }
      await want(client, asked, 'reportQuality', call);
    },
  },
  {
    rule: 'Q5',
    title: 'the join of a stay is taken once, with its steps in order',
    versions,
    async run(stage) {
      const { client, asked } = await enter(stage, await stage.room());
      wantRefusal(await client.ask('reportJoin', { ...join, answered: 50 }), 'bad_request');
      await want(client, asked, 'reportJoin', join);
      wantRefusal(await client.ask('reportJoin', join), asked ? 'rate_limited' : 'bad_request');
    },
  },
  {
    rule: 'Q6',
    title: 'nothing in the room changes by a report',
    versions,
    async run(stage) {
      const { client, asked } = await enter(stage, await stage.room());
      const before = await client.state();
      await want(client, asked, 'reportQuality', call);
      await want(client, asked, 'reportJoin', join);
      deepEqual(await client.state(), before);
      deepEqual(client.events, []);
    },
  },
];
