import {
  type ControlResponse,
  controlApi,
  type ReadyPlacement,
  redisKeys,
  type SfuInstance,
  SfuRegistration,
} from '@parley/protocol';
import type { RedisClient } from '@parley/redis';
import { secrets, startSfu } from './processes.ts';

type Sfu = ReadyPlacement['sfu'];

/** An SFU as a process that says nothing of itself where signaling looks: the test does, so that who comes goes where it wants them. */
export async function startQuietSfu(
  redis: RedisClient,
  elsewhere: { url: string; redis: RedisClient },
  more: Record<string, string> = {},
) {
  const started = await startSfu(elsewhere.url, elsewhere.redis, more);
  await saySfu(redis, started.sfu, {});
  return started;
}

/** Does what this SFU does to say how it is; it holds until it is said otherwise. */
export async function saySfu(
  redis: RedisClient,
  sfu: Sfu,
  of: { used?: number; state?: 'serving' | 'draining'; cutOff?: SfuInstance[]; deaths?: number },
): Promise<void> {
  const { used = 0, state = 'serving', cutOff, deaths = 0 } = of;
  const load = { rooms: 1, transports: 0, producers: 0, consumers: 0, workerCpu: 0, used };
  const registration = SfuRegistration.parse({ ...sfu, state, workers: 1, deaths, cutOff, load });
  await redis.set(redisKeys.sfu(sfu.pod), JSON.stringify(registration));
}

/** What this SFU is and holds. */
export async function describeSfu({ controlUrl }: Sfu): Promise<ControlResponse<'describe'>> {
  const response = await fetch(`${controlUrl}${controlApi.describe.path}`, {
    headers: { authorization: `Bearer ${secrets.CONTROL_TOKEN}` },
  });
  return controlApi.describe.response.parse(await response.json());
}
