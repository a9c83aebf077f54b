/** What Parley's signaling is compared with: Socket.IO with the Redis adapter, which passes messages on and does nothing else. */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { createRedis, redisUrl } from '@parley/redis';
import { port, readEnv } from '@parley/telemetry';
import { createAdapter } from '@socket.io/redis-adapter';
import { Server } from 'socket.io';
import { z } from 'zod';

const settings = readEnv(z.object({ REDIS_URL: redisUrl, LISTEN_HOST: z.string(), PORT: port }));
const address = { address: settings.REDIS_URL, ca: undefined };

const http = createServer((_request, response) => response.end());
const io = new Server(http, {
  transports: ['websocket'],
  serveClient: false,
  adapter: createAdapter(
    createRedis(address, { name: 'bare-publisher', purpose: 'commands' }),
    createRedis(address, { name: 'bare-subscriber', purpose: 'subscriptions' }),
    { key: 'bare-io' },
  ),
});
const sender = randomUUID();
let seq = 0;
io.on('connection', socket => {
  socket.on('enter', async (room: string, answer: (value: object) => void) => {
    await socket.join(room);
    answer({});
  });
  // In the size and shape of a room's message, to everyone in the room.
  socket.on('sendChat', (request: object, answer: (value: object) => void) => {
    seq += 1;
    const at = Date.now();
    const from = { id: sender, displayName: 'Ada Lovelace' };
    for (const room of socket.rooms) {
      if (room !== socket.id) io.to(room).emit('chat', { seq, at, after: at, from, ...request });
    }
    answer({ ok: true, value: { seq } });
  });
});
http.listen(settings.PORT, settings.LISTEN_HOST);
