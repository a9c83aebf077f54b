import {
  type Ban,
  type MediaSource,
  type Moderation,
  type Participant,
  type Reaction,
  type ReactionName,
  RefusalError,
  type Request,
  type Response,
  type RoomEvent,
} from '@parley/protocol';
import { CallChat } from './chat/call-chat.ts';
import type { SendRequest } from './connection/connection.ts';
import { NetworkWatch } from './connection/network-watch.ts';
import { toRefusal } from './connection/refusal.ts';
import { Signals } from './connection/signals.ts';
import { WakeWatch } from './connection/wake-watch.ts';
import { Direct } from './direct/direct.ts';
import { CallFiles } from './files/call-files.ts';
import { unanswered } from './interaction/ask.ts';
import { Occasions } from './interaction/occasions.ts';
import { defaultVideoCodec } from './media/codecs.ts';
import { Move } from './media/move.ts';
import { Pictures } from './media/pictures.ts';
import { Publications } from './media/publications.ts';
import { Reception } from './media/reception.ts';
import { Views } from './media/views.ts';
import type { CallQuality } from './quality/call-quality.ts';
import { HostLobby } from './room/host-lobby.ts';
import { RoomLog } from './room/log.ts';
import { findParticipant } from './room/lookups.ts';
import { microphonesOf } from './room/microphones.ts';
import { isCurrent } from './room/moving.ts';
import { followOwn, noteDecider } from './room/self.ts';
import { Speaking } from './room/speaking.ts';
import { viewOthers, viewSent } from './room/view.ts';
import { readJoin } from './session/join-request.ts';
import { Session } from './session/session.ts';
import { mayJoin, nextState, type StateEvent } from './session/state.ts';
import { CallWatch } from './stats/call-watch.ts';
import { Store } from './store.ts';
import type {
  Call,
  CallOptions,
  CallSnapshot,
  CallStats,
  JoinOptions,
  Picture,
  SoundOptions,
  View,
} from './types.ts';

/** Makes a call that is not joined yet. One call is one stay in one room. */
export function createCall(options: CallOptions = {}): Call {
  return new OneCall(options);
}

/** Wires the parts of a call together; what each of them does is in its own folder. */
class OneCall implements Call {
  readonly chat: CallChat;
  readonly speakers: Speaking;
  readonly quality: CallQuality;
  readonly reactions = new Occasions<Reaction>();
  readonly files: CallFiles;
  /** For what reaches others directly. */
  readonly signals: Signals;
  readonly #options: CallOptions;
  readonly #store = new Store();
  readonly #log: RoomLog;
  readonly #lobby: HostLobby;
  readonly #publications: Publications;
  readonly #views: Views;
  readonly #pictures: Pictures;
  readonly #reception: Reception;
  readonly #direct: Direct;
  readonly #move: Move;
  readonly #watch: CallWatch;
  #session: Session | undefined;
  #network: NetworkWatch | undefined;
  #wake: WakeWatch | undefined;
  #leaving: Promise<void> | undefined;

  constructor(options: CallOptions) {
    this.#options = options;
    const request = this.#request;
    this.chat = new CallChat(request);
    this.signals = new Signals(request);
    this.files = new CallFiles({
      signals: this.signals,
      iceServers: () => this.#session?.link?.iceServers,
      relayOnly: options.iceTransportPolicy === 'relay',
    });
    this.#log = new RoomLog({ changed: () => this.#roomChanged(), gap: () => void this.#resync() });
    this.#lobby = new HostLobby({
      changed: lobby => this.#store.update({ lobby }),
      ask: () => void this.#resync(),
    });
    this.#publications = new Publications(request, () => this.#show());
    const unseen = options.receive === 'viewed' ? undefined : Number.POSITIVE_INFINITY;
    this.#views = new Views(unseen, () => {
      this.#choosePictures();
      this.#reception.look();
      this.#direct.look();
      this.#finishMove();
    });
    this.#pictures = new Pictures(this.#views, options.pictures);
    this.speakers = new Speaking(() => this.#choosePictures());
    this.#direct = new Direct({
      videoCodec: options.videoCodec ?? defaultVideoCodec,
      signals: this.signals,
      room: () => this.#log.snapshot,
      self: () => this.#store.snapshot.self?.id,
      iceServers: () => (this.#session?.bound ? this.#session.link?.iceServers : undefined),
      sent: () => this.#publications.sent(),
      isSeen: picture => this.#pictures.areaOf(picture) !== 0,
      consumer: id => this.#reception.consumer(id),
      changed: () => {
        this.#reception.look();
        this.#show();
      },
      speakers: speakers => this.speakers.take(speakers),
    });
    const show = () => this.#show();
    this.#reception = new Reception(request, show, one => this.#pictures.areaOf(one), this.#direct);
    this.#move = new Move(request);
    this.#watch = new CallWatch(
      {
        request,
        session: () => this.#session,
        publications: this.#publications,
        pictures: this.#pictures,
        reception: this.#reception,
        direct: this.#direct,
        self: () => this.#store.snapshot.self?.id,
        others: () => this.#others(),
        shown: () => this.#shown(),
        reduced: () => {
          this.#choosePictures();
          this.#reception.look();
        },
      },
      options.reduce ?? true,
    );
    this.quality = this.#watch.quality;
  }

  snapshot = (): CallSnapshot => this.#store.snapshot;

  subscribe = (listener: () => void): (() => void) => this.#store.subscribe(listener);

  async join({ room, displayName, token }: JoinOptions): Promise<void> {
    if (!mayJoin(this.#store.snapshot.state)) {
      throw new RefusalError('conflict', 'This call has been joined already. Make a new one.');
    }
    this.#watch.join.begin();
    this.#state({ type: 'join' });
    let join: Request<'join'>;
    try {
      const { iceTransportPolicy, direct = true } = this.#options;
      join = { ...readJoin({ room, displayName, token }), direct: direct && iceTransportPolicy !== 'relay' };
    } catch (error) {
      this.#state({ type: 'refused', error: toRefusal(error) });
      throw error;
    }
    this.#session = this.#makeSession(join);
    window.addEventListener('pagehide', this.#abandon);
    this.#network = new NetworkWatch(() => {
      this.#session?.networkChanged();
      this.#direct.networkChanged();
    });
    this.#wake = new WakeWatch(() => void this.#session?.woke());
    await this.#session.start();
  }

  async publish(source: MediaSource, track: MediaStreamTrack, sound?: SoundOptions): Promise<void> {
    if (this.#store.snapshot.state.status === 'ended') {
      throw new RefusalError('room_ended', 'This call has ended. Make a new one.');
    }
    const usual = source === 'microphone' || source === 'screen-audio' ? this.#options.sound?.[source] : {};
    await this.#publications.publish(source, track, { ...usual, ...sound });
  }

  unpublish(source: MediaSource): Promise<void> {
    return this.#publications.unpublish(source);
  }

  setPaused(source: MediaSource, paused: boolean): Promise<void> {
    return this.#publications.setPaused(source, paused);
  }

  view(picture: Picture, view: View): void {
    this.#views.set(picture, view, window.devicePixelRatio);
  }

  setPictures(most: number | undefined): void {
    this.#pictures.limit(most);
    this.#choosePictures();
  }

  async moderate(moderation: Moderation): Promise<void> {
    await this.#request('moderate', moderation);
  }

  async bans(): Promise<Ban[]> {
    return (await this.#request('bans', {})).bans;
  }

  async raiseHand(raised: boolean): Promise<void> {
    await this.#request('raiseHand', { raised });
  }

  async react(reaction: ReactionName): Promise<void> {
    await this.#request('react', { reaction });
  }

  dismissAsk(): void {
    this.#store.update({ asked: undefined });
  }

  leave(): Promise<void> {
    this.#leaving ??= this.#leave();
    return this.#leaving;
  }

  stats(): Promise<CallStats> {
    return this.#watch.stats();
  }

  #request: SendRequest = (...parameters) => {
    if (this.#session) return this.#session.request(...parameters);
    throw new RefusalError('not_joined', 'Join a room first.');
  };

  #makeSession(join: Request<'join'>): Session {
    const { url, iceTransportPolicy = 'all', videoCodec = defaultVideoCodec } = this.#options;
    return new Session(
      { url, iceTransportPolicy, videoCodec, join },
      {
        state: event => {
          if (event.type === 'waiting') this.#watch.join.clock.waited();
          this.#state(event);
        },
        reached: step => this.#watch.join.clock.mark(step),
        reports: wish => this.#watch.reporter.heed(wish),
        chat: this.chat,
        entering: () => {
          this.#log.clear();
          this.#lobby.clear();
          this.speakers.clear();
          this.chat.entering();
        },
        entered: answer => this.#entered(answer, join.displayName),
        missed: missed => this.#missed(missed),
        lobby: lobby => this.#lobby.take(lobby),
        layersWanted: wanted => this.#publications.limit(wanted),
        speakers: speakers => {
          if (this.#direct.path === 'sfu') this.speakers.take(speakers);
        },
        networks: networks => this.quality.take(networks),
        reaction: reaction => this.reactions.tell(reaction),
        asked: ask => this.#store.update({ asked: unanswered(ask, this.#store.snapshot.self) }),
        signal: signal => this.signals.take(signal),
        event: event => {
          this.#heedEvent(event);
          this.#log.receive(event);
        },
        gap: () => this.#log.resync(),
        room: () => this.#log.snapshot,
        loss: () => this.#own()?.loss,
        position: () => this.#log.position,
        up: async link => {
          await this.#publications.sweep(this.#own()?.producers ?? []);
          if (link !== this.#session?.link) return;
          this.#publications.attach(link);
          await this.#reception.attach(link, this.#session.former);
          this.#show();
        },
        down: () => {
          const link = this.#session?.link;
          this.#publications.attach(undefined);
          void this.#reception.attach(undefined, undefined);
          if (!link) this.#show();
        },
        moving: () => {
          this.#publications.attach(undefined);
          this.#reception.moving();
        },
        left: () => {
          this.#reception.left();
          this.#publications.attach(this.#session?.link);
        },
        over: error => this.#over(error),
      },
    );
  }

  #entered(answer: Response<'join'>, askedName: string): void {
    const { participantId: id, room, role, rights, snapshot, chat } = answer;
    // A name in the token goes before the one that was asked for.
    const displayName = findParticipant(snapshot, id)?.displayName ?? askedName;
    this.#store.update({ room, self: { id, displayName, role, rights, handRaisedAt: undefined, media: {} } });
    this.#log.reset(snapshot);
    this.chat.entered(id, chat);
    this.#lobby.take(answer.lobby);
    this.#watch.entered();
  }

  async #leave(): Promise<void> {
    this.#watch.join.report();
    if (this.#store.snapshot.state.status !== 'refused') await this.#session?.leave();
    this.#state({ type: 'ended', reason: 'left', message: 'You left the meeting.' });
    this.#publications.cancel(new RefusalError('room_ended', 'You left the meeting.'));
    this.#show();
  }

  #abandon = (): void => this.#session?.abandon();

  #over(error: RefusalError): void {
    window.removeEventListener('pagehide', this.#abandon);
    this.#network?.close();
    this.#wake?.close();
    this.#watch.over();
    this.#publications.cancel(error);
    this.chat.close(error);
    this.files.close();
    this.#direct.close();
    this.#log.clear();
    this.#reception.clear();
    this.#views.keep([]);
    this.#lobby.clear();
    this.speakers.clear();
    this.#show();
  }

  #state(event: StateEvent): void {
    this.#store.update({ state: nextState(this.#store.snapshot.state, event) });
  }

  #roomChanged(): void {
    this.#heedOwn();
    this.#session?.roomChanged();
    if (this.#log.snapshot) {
      this.#views.keep(this.#others());
      this.#pictures.choose(this.#others(), this.speakers.spoken);
      this.#reception.want(this.#others(), this.#log.snapshot);
    }
    this.#show();
  }

  /** What moderators changed of oneself. A role that changes brings its own rights. */
  #heedOwn(): void {
    const { self } = this.#store.snapshot;
    const own = this.#own();
    if (!self || !own) return;
    const now = followOwn(self, own);
    this.#store.update({ self: now });
    if (now.role !== self.role) {
      this.#publications.restrict(now.rights.publish);
      if (!now.rights.moderate) this.#lobby.clear();
    }
    this.#publications.heed(own.producers);
  }

  /** What moderators did to oneself: notes by whom, before it shows. */
  #heedEvent(event: RoomEvent): void {
    const { self, participants } = this.#store.snapshot;
    this.#store.update({ self: noteDecider(self, participants, event) });
    if (event.type === 'producerRemoved' && event.ended) this.#publications.end(event.producerId);
  }

  async #resync(): Promise<void> {
    try {
      const missed = await this.#session?.request('sync', { since: this.#log.position });
      if (missed) this.#missed(missed);
    } catch {
      this.#log.resyncFailed(); // The next event, or the reconnection, asks again.
    }
  }

  #missed({ lobby, ...missed }: Response<'sync'>): void {
    if ('events' in missed) for (const event of missed.events) this.#heedEvent(event);
    this.#log.take(missed);
    this.#lobby.take(lobby);
  }

  #choosePictures(): void {
    if (!this.#pictures.choose(this.#others(), this.speakers.spoken)) return;
    this.#reception.look();
    this.#show();
  }

  /** Brings the snapshot up to date with the parts of the call. */
  #show(): void {
    this.#direct.look();
    const { self, participants } = this.#store.snapshot;
    const media = self && viewSent(self.media, this.#publications.sent());
    const shown = self && media && media !== self.media ? { ...self, media } : self;
    this.#store.update({
      self: shown,
      asked: unanswered(this.#store.snapshot.asked, shown),
      locked: this.#log.snapshot?.locked ?? false,
      mediaPath: this.#direct.path,
      participants: viewOthers(
        participants,
        this.#shown(),
        id => this.#reception.track(id),
        picture => this.#pictures.isLeftOut(picture),
      ),
    });
    if (shown && this.#log.snapshot) this.files.heed(shown.id, this.#store.snapshot.participants);
    this.#followMicrophones();
    this.#finishMove();
  }

  #finishMove(): void {
    const [room, link] = [this.#log.snapshot, this.#session?.link];
    if (room?.former === undefined || !link || !isCurrent(room, link.generation)) return;
    if (this.#publications.areOver(link) && this.#reception.hasMoved(this.#others(), room)) {
      this.#move.finish(room, link.generation);
    }
  }

  /** Oneself as one is now, the others as the room's state has them. */
  #followMicrophones(): void {
    const { heard, present } = microphonesOf(this.#store.snapshot.self, this.#others());
    this.speakers.hearable(heard, present);
  }

  #others(): Participant[] {
    const self = this.#store.snapshot.self?.id;
    return this.#log.snapshot?.participants.filter(({ id }) => id !== self) ?? [];
  }

  /** The others, each with what is to be shown of them. */
  #shown(): readonly Participant[] {
    if (!this.#log.snapshot) return [];
    return this.#direct.complete(this.#reception.shown(this.#others(), this.#log.snapshot));
  }

  /** Oneself, as the room's state has it. */
  #own(): Participant | undefined {
    return findParticipant(this.#log.snapshot, this.#store.snapshot.self?.id);
  }
}
