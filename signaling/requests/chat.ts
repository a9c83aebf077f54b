import { RefusalError } from '@parley/protocol';
import { lacksRight } from '../access/rights.ts';
import { memberOf, sessionGone } from './member.ts';
import type { Handler } from './services.ts';

export const sendChat: Handler<'sendChat'> = async (services, caller, message) => {
  const member = memberOf(caller);
  const sent = await services.chat.send(member.room, member.id, message);
  switch (sent.status) {
    case 'ok':
    case 'repeated':
      services.metrics.chatMessages.inc({ outcome: sent.status === 'ok' ? 'new' : 'repeated' });
      return { seq: sent.seq };
    case 'lost':
      throw sessionGone();
    case 'forbidden':
      throw lacksRight('chat');
    case 'too_fast':
      throw new RefusalError('rate_limited', 'You are writing too fast. Wait a moment and try again.');
    case 'conflict':
      throw new RefusalError('conflict', 'There is another message with this id. Send it with a new one.');
  }
};

export const chatHistory: Handler<'chatHistory'> = async ({ chat }, caller, which) => {
  const page = await chat.page(memberOf(caller).room, which);
  if (!page) throw sessionGone();
  return page;
};
