import {
  type ControlBody,
  type ControlParams,
  type ControlResponse,
  RefusalError,
  type RtpParameters,
  type SfuInstance,
} from '@parley/protocol';
import type { Logger } from '@parley/telemetry';
import type { Limits } from '../limits.ts';
import { mediaLost, refusalOf } from '../media-errors.ts';
import type { Rooms } from '../rooms.ts';
import { describeLink, Receiver } from './receiver.ts';

/** After how long without word from it another SFU is sent nothing, and after how long it is forgotten, in ms. */
export interface Silence {
  pauseMs: number;
  forgetMs: number;
}

/**
 * Who receives counts the wraps of 16-bit packet numbers to decrypt, and is out of step for good once 32768 packets in a row did not
 * arrive. So nothing more is sent long before that.
 */
export const usualSilence: Silence = { pauseMs: 10_000, forgetMs: 300_000 };

export interface OutgoingPipesOptions {
  /** This SFU. */
  instance: SfuInstance;
  /** Where others reach it. */
  ip: string;
  rooms: Rooms;
  limits: Limits;
  silence?: Silence;
  log: Logger;
}

/** What this SFU sends to others that carry the same rooms, as they ask for it. */
export class OutgoingPipes {
  readonly #options: OutgoingPipesOptions;
  readonly #silence: Silence;
  readonly #receivers = new Map<SfuInstance, Receiver>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: OutgoingPipesOptions) {
    this.#options = options;
    this.#silence = options.silence ?? usualSilence;
  }

  start(): void {
    this.#timer = setInterval(() => this.sweep(performance.now()), this.#silence.pauseMs / 10);
  }

  /** How many there are to all others. */
  get size(): number {
    let sum = 0;
    for (const { pipes } of this.#receivers.values()) sum += pipes.length;
    return sum;
  }

  meet(
    { sfu }: ControlParams<'meetSfu'>,
    { instance, known }: ControlBody<'meetSfu'>,
  ): ControlResponse<'meetSfu'> {
    if (instance !== this.#options.instance) throw mediaLost();
    const receiver = this.#receivers.get(sfu) ?? this.#admit(sfu);
    receiver.heard();
    const { acquaintance, revision, pipes } = receiver;
    const same = known?.acquaintance === acquaintance && known.revision === revision;
    return { acquaintance, revision, ...(same ? {} : { pipes }) };
  }

  async open(
    params: ControlParams<'openPipes'>,
    body: ControlBody<'openPipes'>,
  ): Promise<ControlResponse<'openPipes'>> {
    const receiver = this.#receiver(body.receiver);
    const room = await this.#options.rooms.get(params.room);
    if (room.generation !== body.generation) throw mediaLost();
    const links = new Map<string, ReturnType<typeof describeLink>>();
    const opened: ControlResponse<'openPipes'>['opened'] = [];
    const refused: ControlResponse<'openPipes'>['refused'] = [];
    const openOne = async ({ pipe, producerId, layers }: (typeof body.pipes)[number]) => {
      try {
        const wanted = { router: body.router, producerId, layers };
        const { link, consumer } = await receiver.openPipe(pipe, room, wanted);
        links.set(link.id, describeLink(link));
        // mediasoup checked the parameters of codecs, which it types as unknown.
        const rtpParameters = consumer.rtpParameters as RtpParameters;
        opened.push({ pipe, link: link.id, kind: consumer.kind, rtpParameters });
      } catch (error) {
        refused.push({ pipe, error: refusalOf(error, 'pipes').toJSON() });
      }
    };
    await Promise.all(body.pipes.map(openOne));
    return { links: [...links.values()], opened, refused, wanted: room.demand.take() };
  }

  async connect(
    { link }: ControlParams<'connectLink'>,
    { receiver, ...end }: ControlBody<'connectLink'>,
  ): Promise<void> {
    await this.#receiver(receiver).connect(link, end);
  }

  async setLayers(
    params: ControlParams<'setPipeLayers'>,
    body: ControlBody<'setPipeLayers'>,
  ): Promise<ControlResponse<'setPipeLayers'>> {
    const receiver = this.#receiver(body.receiver);
    await Promise.all(body.pipes.map(({ pipe, layers }) => receiver.setLayers(pipe, layers)));
    return { wanted: this.#options.rooms.takeWanted(params.room) };
  }

  async closePipes(
    { sfu }: ControlParams<'closePipes'>,
    { acquaintance, pipes }: ControlBody<'closePipes'>,
  ): Promise<void> {
    const receiver = this.#receiver({ sfu, acquaintance });
    await Promise.all(pipes.map(pipe => receiver.closePipe(pipe)));
  }

  /** Sends nothing to those that were silent for too long at `nowMs`. */
  sweep(nowMs: number): void {
    for (const [sfu, receiver] of this.#receivers) {
      const silentMs = nowMs - receiver.heardAtMs;
      if (silentMs >= this.#silence.forgetMs) {
        this.#receivers.delete(sfu);
        receiver.close();
      } else if (silentMs >= this.#silence.pauseMs && !receiver.paused) {
        receiver.pause();
        if (receiver.pipes.length > 0) {
          this.#options.log.warn({ sfu, pipes: receiver.pipes.length }, 'SFU is silent and is sent nothing');
        }
      }
    }
  }

  close(): void {
    clearInterval(this.#timer);
    for (const receiver of this.#receivers.values()) receiver.close();
    this.#receivers.clear();
  }

  #admit(sfu: SfuInstance): Receiver {
    const { ip, limits } = this.#options;
    if (this.#receivers.size >= limits.sfus) {
      throw new RefusalError('unavailable', `This SFU knows ${limits.sfus} others, which is all it can.`);
    }
    const receiver = new Receiver(ip, limits);
    this.#receivers.set(sfu, receiver);
    return receiver;
  }

  #receiver({ sfu, acquaintance }: ControlBody<'openPipes'>['receiver']): Receiver {
    const receiver = this.#receivers.get(sfu);
    if (receiver?.acquaintance === acquaintance) return receiver;
    throw new RefusalError('conflict', 'This SFU does not know the caller any more. Meet it again.');
  }
}
