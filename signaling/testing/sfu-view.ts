import { type ControlResponse, controlApi, type ReadyPlacement } from '@parley/protocol';
import { secrets } from './processes.ts';

type SfuRoom = ControlResponse<'describe'>['rooms'][number];

/** What the SFU of this room holds for it; undefined if that is nothing. */
export async function roomOnSfu({ sfu, uid }: ReadyPlacement): Promise<SfuRoom | undefined> {
  const response = await fetch(`${sfu.controlUrl}${controlApi.describe.path}`, {
    headers: { authorization: `Bearer ${secrets.CONTROL_TOKEN}` },
  });
  const { rooms } = controlApi.describe.response.parse(await response.json());
  return rooms.find(({ room }) => room === uid);
}

/** How often each call of the control API that changes something was answered by this SFU. */
export async function callsOfSfu({ sfu }: ReadyPlacement): Promise<Record<string, number>> {
  const text = await (await fetch(`${sfu.controlUrl}/metrics`)).text();
  const calls: Record<string, number> = {};
  for (const [, call = '', count] of text.matchAll(
    /^parley_sfu_control_call_seconds_count\{call="(\w+)".*\} (\d+)$/gm,
  )) {
    if (call !== 'describe') calls[call] = (calls[call] ?? 0) + Number(count);
  }
  return calls;
}
