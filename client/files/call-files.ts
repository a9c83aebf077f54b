import { type IceServer, type ParticipantId, type Signal, TransferId } from '@parley/protocol';
import type { Signals } from '../connection/signals.ts';
import { addressServersOf } from '../direct/servers.ts';
import { Listeners } from '../store.ts';
import { randomUuid } from '../uuid.ts';
import { type Carrier, carryIn, carryOut } from './carry.ts';
import { explained } from './explained.ts';
import { insist } from './insist.ts';
import { checkAccept, checkOffer, isOver, maxSending, mayOffer, outdated } from './limits.ts';
import { cleanFileName } from './names.ts';
import { FilePace } from './pace.ts';
import type { FileStep } from './peer.ts';
import { FileError, type Files, type FilesSnapshot, type Transfer, type TransferState } from './types.ts';

export interface CallFilesOptions {
  signals: Pick<Signals, 'send' | 'listen'>;
  /** Those that media goes through; undefined while there is no media session. */
  iceServers(): readonly IceServer[] | undefined;
  /** One's own wish that nobody but relays sees one's address. */
  relayOnly: boolean;
}

/** What waits for the other side is said to them again so often, in ms, as signals may be lost. */
const repeatMs = 10_000;
/** So many ids of what one did not want are remembered. */
const maxDeclined = 1_000;

/** A transfer with what carries it. */
interface Entry {
  transfer: Transfer;
  /** What is sent; undefined for what is received. */
  file: File | undefined;
  carrier: Carrier | undefined;
  pace: FilePace;
  /** Signals go out one after the other. */
  telling: Promise<void>;
}

type Person = Transfer['with'];

/** The files of one call: who offered what to whom, and how far it is. */
export class CallFiles implements Files {
  readonly #options: CallFilesOptions;
  readonly #entries = new Map<TransferId, Entry>();
  readonly #listeners = new Listeners();
  #snapshot: FilesSnapshot = { transfers: [] };
  #self: ParticipantId | undefined;
  #people: readonly Person[] = [];
  /** They are not shown again, should they be said again. */
  readonly #declined = new Set<TransferId>();

  constructor(options: CallFilesOptions) {
    this.#options = options;
    options.signals.listen('file', (from, signal) => this.#hear(from, signal));
  }

  snapshot = (): FilesSnapshot => this.#snapshot;

  subscribe = (listener: () => void): (() => void) => this.#listeners.add(listener);

  offer(to: readonly ParticipantId[], file: File): TransferId[] {
    this.#checkPath();
    const receivers = this.#people.filter(({ id }) => to.includes(id));
    checkOffer(this.#snapshot.transfers, receivers.length, file.size);
    const [name, { size, type }] = [cleanFileName(file.name), file];
    return receivers.map(({ id: receiver, displayName }) => {
      const id = TransferId.parse(randomUuid());
      const transfer: Transfer = {
        id,
        direction: 'send',
        with: { id: receiver, displayName },
        name,
        size,
        state: { status: 'offered' },
      };
      this.#add(transfer, file);
      this.#repeat(id, { step: 'offer', name, size, mediaType: type.slice(0, 127) });
      return id;
    });
  }

  accept(id: TransferId): void {
    const entry = this.#entries.get(id);
    if (!entry || !isOffered(entry.transfer, 'receive')) return;
    this.#checkPath();
    checkAccept(this.#snapshot.transfers, entry.transfer.size);
    entry.carrier = carryIn(entry.transfer.size, this.#iceServers(), {
      ...this.#handlers(id),
      done: blob => {
        this.#tell(id, { step: 'received' }).catch(() => undefined);
        this.#update(id, { status: 'done', blob });
      },
    });
    this.#update(id, { status: 'connecting' });
    this.#repeat(id, { step: 'accept' });
  }

  decline(id: TransferId): void {
    const entry = this.#entries.get(id);
    if (!entry || !isOffered(entry.transfer, 'receive')) return;
    this.#tell(id, { step: 'decline' }).catch(() => undefined);
    if (this.#declined.size < maxDeclined) this.#declined.add(id);
    this.#entries.delete(id);
    this.#show();
  }

  cancel(id: TransferId): void {
    const entry = this.#entries.get(id);
    if (!entry || isOver(entry.transfer)) return;
    this.#tell(id, { step: 'cancel' }).catch(() => undefined);
    this.#end(id, { status: 'failed', reason: 'cancelled' });
  }

  dismiss(id: TransferId): void {
    const entry = this.#entries.get(id);
    if (!entry || !isOver(entry.transfer)) return;
    this.#entries.delete(id);
    this.#show();
  }

  /** Who is in the room, and as whom oneself is. What concerns those who left is over; so is all if one is another now. */
  heed(self: ParticipantId | undefined, people: readonly Person[]): void {
    const another = this.#self !== undefined && self !== this.#self;
    this.#self = self;
    this.#people = people;
    for (const { transfer } of [...this.#entries.values()]) {
      const there = !another && people.some(({ id }) => id === transfer.with.id);
      if (!there) this.#end(transfer.id, { status: 'failed', reason: 'lost' });
    }
  }

  /** The call is over. What was received is still there. */
  close(): void {
    this.heed(undefined, []);
  }

  #hear(from: ParticipantId, { transfer: id, ...step }: Extract<Signal, { about: 'file' }>): void {
    const entry = this.#entries.get(id);
    if (step.step === 'offer' && !entry) this.#offered(from, id, step);
    if (step.step === 'accept' && !entry) this.#turnDown(from, id, 'cancel');
    if (!entry || entry.transfer.with.id !== from) return;
    if (isOver(entry.transfer)) {
      // They have not heard that it is over, and wait.
      if (step.step === 'accept') this.#turnDown(from, id, 'cancel');
      entry.transfer = explained(entry.transfer, step);
      this.#show();
      return;
    }
    switch (step.step) {
      case 'accept':
        if (isOffered(entry.transfer, 'send')) this.#update(id, { status: 'connecting' });
        this.#sendNext();
        break;
      case 'decline':
        this.#end(id, { status: 'failed', reason: 'declined' });
        break;
      case 'cancel':
        this.#end(id, { status: 'failed', reason: 'cancelledByOther' });
        break;
      case 'received':
        if (entry.file && entry.carrier) this.#end(id, { status: 'done', blob: undefined });
        break;
      case 'description':
      case 'candidates':
        entry.carrier?.take(step);
    }
  }

  #offered(from: ParticipantId, id: TransferId, { name, size }: Extract<FileStep, { step: 'offer' }>): void {
    const sender = this.#people.find(person => person.id === from);
    if (!sender || this.#declined.has(id) || !mayOffer(this.#snapshot.transfers, from)) {
      this.#turnDown(from, id, 'decline');
      return;
    }
    const { displayName } = sender;
    const state: TransferState = { status: 'offered' };
    this.#add({ id, direction: 'receive', with: { id: from, displayName }, name, size, state }, undefined);
  }

  /** Says so of what there is nothing about here. They say theirs again, should that be lost. */
  #turnDown(from: ParticipantId, transfer: TransferId, step: 'decline' | 'cancel'): void {
    this.#options.signals.send(from, { about: 'file', transfer, step }).catch(() => undefined);
  }

  /** Begins with those whose turn it is. */
  #sendNext(): void {
    const sent = [...this.#entries.values()].filter(({ transfer }) => transfer.direction === 'send');
    let free = maxSending - sent.filter(({ carrier }) => carrier).length;
    for (const entry of sent) {
      const { transfer, file, carrier } = entry;
      if (free <= 0) return;
      if (!file || carrier || transfer.state.status !== 'connecting') continue;
      free -= 1;
      entry.carrier = carryOut(file, this.#iceServers(), this.#handlers(transfer.id));
    }
  }

  #handlers(id: TransferId): Parameters<typeof carryOut>[2] {
    return {
      tell: step => this.#tell(id, step),
      moved: bytes => {
        const pace = this.#entries.get(id)?.pace;
        if (!pace?.note(bytes, performance.now())) return;
        this.#update(id, { status: 'moving', bytes, bytesPerSecond: pace.bytesPerSecond });
      },
      failed: reason => {
        // Of a way that breaks or is not found the other side learns by itself.
        const isToBeTold = reason !== 'lost' && reason !== 'noPath';
        if (isToBeTold) this.#tell(id, { step: 'cancel' }).catch(() => undefined);
        this.#end(id, { status: 'failed', reason });
      },
    };
  }

  /** Says it, and again, for as long as nothing comes of it. */
  #repeat(id: TransferId, step: FileStep): void {
    const before = this.#entries.get(id)?.transfer.state;
    const unreachable = () => this.#end(id, { status: 'failed', reason: 'unreachable' });
    const again = () => before && this.#entries.get(id)?.transfer.state === before && this.#repeat(id, step);
    this.#tell(id, step).then(() => setTimeout(again, repeatMs), unreachable);
  }

  /** @throws RefusalError if that cannot be told. */
  #tell(id: TransferId, step: FileStep): Promise<void> {
    const entry = this.#entries.get(id);
    if (!entry) return Promise.resolve();
    const signal = { about: 'file', transfer: id, ...step } as Signal;
    const to = entry.transfer.with.id;
    const isThere = () => this.#people.some(person => person.id === to);
    const told = entry.telling.then(() => insist(() => this.#options.signals.send(to, signal), isThere));
    entry.telling = told.catch(() => undefined);
    return told;
  }

  /** It is over, if it is not already. */
  #end(id: TransferId, state: TransferState): void {
    const entry = this.#entries.get(id);
    if (!entry || isOver(entry.transfer)) return;
    entry.carrier?.close();
    this.#update(id, state);
    entry.carrier = undefined;
    entry.file = undefined;
    this.#sendNext();
  }

  #update(id: TransferId, state: TransferState): void {
    const entry = this.#entries.get(id);
    if (!entry || isOver(entry.transfer)) return;
    entry.transfer = { ...entry.transfer, state };
    this.#show();
  }

  #add(transfer: Transfer, file: File | undefined): void {
    const entry = { transfer, file, carrier: undefined, pace: new FilePace(), telling: Promise.resolve() };
    this.#entries.set(transfer.id, entry);
    const all = [...this.#entries.values()].map(one => one.transfer);
    for (const { id } of outdated(all)) this.#entries.delete(id);
    this.#show();
  }

  #show(): void {
    this.#snapshot = { transfers: [...this.#entries.values()].map(({ transfer }) => transfer) };
    this.#listeners.tell();
  }

  #iceServers(): RTCIceServer[] {
    return addressServersOf(this.#options.iceServers() ?? []);
  }

  /** @throws FileError */
  #checkPath(): void {
    if (this.#self === undefined) throw new FileError('not_joined', 'Join a room first.');
    if (this.#options.relayOnly) {
      throw new FileError('relay_only', 'Files go directly from one to the other. Allow direct connections.');
    }
  }
}

function isOffered({ direction, state }: Transfer, as: Transfer['direction']): boolean {
  return direction === as && state.status === 'offered';
}
