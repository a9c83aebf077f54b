/** Loaded into a server beside its program: answers each connection with what the server holds after a collection. */
import { createServer } from 'node:net';

createServer(socket => {
  // What the first one finds finalizers for, the second one frees.
  globalThis.gc?.();
  globalThis.gc?.();
  socket.end(JSON.stringify(process.memoryUsage()));
})
  .listen(process.env.MEMORY_PROBE)
  .unref();
