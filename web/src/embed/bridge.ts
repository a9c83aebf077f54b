import type { Call } from '@parley/client';
import {
  type Command,
  CommandMessage,
  type EmbedEvent,
  embedRate,
  type MeetingMessage,
  maxUnderWay,
} from '@parley/embed/messages';
import { mayPublish } from '@parley/react';
import { z } from 'zod';
import type { LocalMedia } from '../devices/localMedia.ts';
import type { ScreenShare } from '../devices/screenShare.ts';
import { newsOf, type Seen } from './news.ts';
import { Rate } from './rate.ts';

/** One stay in the room, as far as the embedding page hears of it and has a say in it. */
export interface Stay {
  call: Pick<Call, 'snapshot' | 'subscribe' | 'chat' | 'speakers' | 'leave'>;
  media: Pick<LocalMedia, 'get' | 'subscribe' | 'turn'>;
  screen: Pick<ScreenShare, 'get' | 'subscribe' | 'start' | 'stop'>;
}

type Problem = { code: string; message: string };

/** Of a message that is no command, its number, so that it can be answered. */
const Numbered = z.object({ id: z.int().min(0) });

/** Does what the embedding page asks for, and tells it what happens. Holds nothing of what comes too fast. */
export class Bridge {
  readonly #port: MessagePort;
  readonly #rate: Rate;
  #stay: Stay | undefined;
  #seen: Seen | undefined;
  #underWay = 0;

  constructor(port: MessagePort, rate = new Rate(embedRate)) {
    this.#port = port;
    this.#rate = rate;
    port.onmessage = ({ data }) => void this.#take(data);
  }

  /** Is about this stay until the returned function is called. */
  attach(stay: Stay): () => void {
    this.#stay = stay;
    this.#seen = undefined;
    const { call, media, screen } = stay;
    const ends = [call, call.chat, call.speakers, media, screen].map(part => part.subscribe(this.#look));
    this.#look();
    return () => {
      for (const end of ends) end();
      if (this.#stay === stay) this.#stay = undefined;
    };
  }

  close(): void {
    this.#port.close();
  }

  readonly #look = (): void => {
    if (!this.#stay) return;
    const { call, media, screen } = this.#stay;
    const { microphone, camera } = media.get();
    const now: Seen = {
      call: call.snapshot(),
      chat: call.chat.snapshot(),
      speakers: call.speakers.snapshot(),
      on: {
        microphone: microphone.status === 'on',
        camera: camera.status === 'on',
        screen: screen.get().status === 'on',
      },
    };
    const news = newsOf(this.#seen, now);
    this.#seen = now;
    for (const event of news) this.#say<EmbedEvent>(event);
  };

  async #take(data: unknown): Promise<void> {
    const message = CommandMessage.safeParse(data);
    const id = (message.success ? message.data : Numbered.safeParse(data).data)?.id;
    // What has no number is answered by nobody.
    if (id === undefined) return;
    if (!this.#rate.take() || this.#underWay >= maxUnderWay) return this.#answer(id, tooFast);
    if (!message.success) return this.#answer(id, unknown);
    this.#underWay++;
    const problem = await this.#do(message.data.command).catch(problemOf);
    this.#underWay--;
    this.#answer(id, problem);
  }

  async #do(command: Command): Promise<Problem | undefined> {
    const stay = this.#stay;
    const status = stay?.call.snapshot().state.status;
    if (!stay || status === 'ended' || status === 'refused')
      return command.do === 'leave' ? undefined : outside;
    switch (command.do) {
      case 'microphone':
      case 'camera':
        return this.#turn(stay, command.do, command.on);
      case 'screen':
        return this.#share(stay, command.on);
      case 'chat':
        stay.call.chat.send(command.text);
        return undefined;
      case 'leave':
        await stay.call.leave();
        return undefined;
    }
  }

  async #turn(
    { call, media }: Stay,
    kind: 'microphone' | 'camera',
    on: boolean,
  ): Promise<Problem | undefined> {
    if (on && !mayPublish(call.snapshot(), kind)) return forbidden(kind);
    await media.turn(kind, on);
    const capture = media.get()[kind];
    if (capture.status !== 'failed') return undefined;
    return { code: 'device_failed', message: `The ${kind} could not be turned on: ${capture.problem}.` };
  }

  async #share({ call, screen }: Stay, on: boolean): Promise<Problem | undefined> {
    if (!on) {
      screen.stop();
      return undefined;
    }
    if (!mayPublish(call.snapshot(), 'screen')) return forbidden('screen');
    if (!navigator.userActivation?.isActive) return noGesture;
    await screen.start();
    const { status } = screen.get();
    return status === 'on' ? undefined : { code: 'device_failed', message: 'No screen was chosen.' };
  }

  #answer(id: number, problem?: Problem): void {
    this.#say({ answer: id, ...(problem && { problem }) });
  }

  #say<Message extends MeetingMessage>(message: Message): void {
    this.#port.postMessage(message);
  }
}

const tooFast = { code: 'rate_limited', message: 'Too many commands at once. Wait for their answers.' };
const unknown = { code: 'bad_request', message: 'The meeting does not know this command.' };
const outside = { code: 'not_joined', message: 'Nobody has joined the meeting yet, or it is over.' };
const noGesture = {
  code: 'needs_gesture',
  message: 'Browsers let only the meeting itself ask for a screen: click on "Share screen" in it.',
};

function forbidden(source: string): Problem {
  return {
    code: 'forbidden',
    message: `The ${source} may not be used in this meeting, or not by this person.`,
  };
}

/** What was thrown, as a problem: refusals have codes and words of their own. */
function problemOf(error: unknown): Problem {
  const { data } = z.object({ code: z.string(), message: z.string() }).safeParse(error);
  return data ?? { code: 'failed', message: 'That did not work. Try it again.' };
}
