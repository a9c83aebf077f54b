// What `helm test` runs inside the cluster: is everything that people and programs meet there and at work?
const { SIGNALING_URL, WEB_URL, API_KEY, ROOMS_NAMESPACE } = process.env;
const deadline = Date.now() + 120_000;
const authorized = { authorization: `Bearer ${API_KEY}` };

/** Tries until `look` gives something other than undefined or time is up. */
async function until(what, look) {
  let last = 'nothing was tried';
  while (Date.now() < deadline) {
    try {
      const found = await look();
      if (found !== undefined) {
        console.log(`ok: ${what}`);
        return found;
      }
      last = 'not yet';
    } catch (error) {
      last = error.cause?.message ?? error.message;
    }
    await new Promise(resolve => setTimeout(resolve, 500));
  }
  throw new Error(`${what}: ${last}`);
}

async function ask(url, options = {}) {
  const response = await fetch(url, { ...options, signal: AbortSignal.timeout(5_000) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${options.method ?? 'GET'} ${url} answered ${response.status}: ${text.slice(0, 300)}`);
  return text;
}

await until('the page is served', async () => ((await ask(WEB_URL)).includes('<html') ? true : undefined));
await until('signaling can be joined', async () => {
  const answer = await ask(`${SIGNALING_URL}/readyz`);
  return answer === undefined ? undefined : true;
});
const name = `helm-test-${process.pid}-${Date.now().toString(36)}`;
await until('the REST API makes a Room', () =>
  ask(`${SIGNALING_URL}/v1/rooms`, {
    method: 'POST',
    headers: { ...authorized, 'content-type': 'application/json' },
    body: JSON.stringify({ name, namespace: ROOMS_NAMESPACE, spec: { idleTimeToLiveSeconds: 300 } }),
  }),
);
const room = `${SIGNALING_URL}/v1/rooms/${ROOMS_NAMESPACE}/${name}`;
try {
  await until('the Room gets a media server', async () => {
    const { state } = JSON.parse(await ask(room, { headers: authorized }));
    return state === 'ready' ? true : undefined;
  });
} finally {
  await ask(room, { method: 'DELETE', headers: authorized });
  console.log('ok: the Room is deleted');
}
