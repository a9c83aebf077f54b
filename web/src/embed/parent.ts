/** What the page around this one says, from the first moment on; who it is and what it says is judged later. */
type Taker = (message: MessageEvent<unknown>) => void;

/** Whether the embed script opened this page, which it then greets. */
export const embedded =
  window.parent !== window && new URLSearchParams(window.location.search).get('embed') === '1';

/** So many messages are kept until somebody takes them. */
const maxEarly = 4;
const early: MessageEvent<unknown>[] = [];
let taker: Taker | undefined;

if (embedded) {
  window.addEventListener('message', message => {
    if (message.source !== window.parent || message.ports.length !== 1) return;
    if (taker) taker(message);
    else if (early.length < maxEarly) early.push(message);
  });
}

/** Gives what comes from the page around this one, with a port, to `take`. The returned function ends that. */
export function takeFromParent(take: Taker): () => void {
  taker = take;
  for (const message of early.splice(0)) take(message);
  return () => {
    taker = undefined;
  };
}
