import { expect, test } from 'vitest';
import { z } from 'zod';
import { requireWebhooks, toWebhooks, webhookEnv } from './settings.ts';

const Settings = z.object(webhookEnv).superRefine(requireWebhooks).transform(toWebhooks);
const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;

test('without URLs there are no webhooks', () => {
  expect(Settings.parse({})).toEqual({ receivers: [], secrets: [], retryMs: 3_600_000 });
});

test('a receiver keeps its outbox when others come and go', () => {
  const [, b] = Settings.parse({
    WEBHOOK_URLS: 'https://a.example,https://b.example',
    WEBHOOK_SECRETS: secret,
  }).receivers;
  const alone = Settings.parse({ WEBHOOK_URLS: 'https://b.example', WEBHOOK_SECRETS: secret }).receivers;
  expect(alone).toEqual([b]);
});

test.each([
  [{ WEBHOOK_URLS: 'https://a.example' }, 'WEBHOOK_SECRETS'],
  [{ WEBHOOK_URLS: 'ftp://a.example', WEBHOOK_SECRETS: secret }, 'WEBHOOK_URLS'],
  [{ WEBHOOK_URLS: 'http://a http://b http://c http://d http://e', WEBHOOK_SECRETS: secret }, 'WEBHOOK_URLS'],
  [{ WEBHOOK_URLS: 'https://a.example', WEBHOOK_SECRETS: 'hunter2' }, 'WEBHOOK_SECRETS'],
  [{ WEBHOOK_URLS: 'https://a.example', WEBHOOK_SECRETS: 'whsec_c2hvcnQ=' }, 'WEBHOOK_SECRETS'],
  [{ WEBHOOK_RETRY_SECONDS: '0' }, 'WEBHOOK_RETRY_SECONDS'],
])('%o is refused because of %s', (env, name) => {
  const refused = Settings.safeParse(env);
  expect(refused.error?.issues.map(({ path }) => path[0])).toEqual([name]);
  expect(JSON.stringify(refused.error)).not.toContain('hunter2');
});
