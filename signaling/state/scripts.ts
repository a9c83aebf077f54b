/**
 * The changes of a room's state, each one atomic step in Redis. All take the room's keys in the order of `roomKeys` and
 * the uid as their first argument, and answer with a list: `ok` or why nothing was changed, the JSON of the events that they
 * wrote to the log, and what else they have to say. Without events there was nothing to change.
 */
import { type RoomKey, redisKeys } from '@parley/protocol';
import type { RedisClient } from '@parley/redis';
import { banScripts } from './ban-scripts.ts';
import { branchScripts } from './branch-scripts.ts';
import { chatScripts } from './chat-scripts.ts';
import { interactionScripts } from './interaction-scripts.ts';
import { lobbyScripts } from './lobby-scripts.ts';
import { lossScripts } from './loss-scripts.ts';
import { mediaPrelude } from './media-prelude.ts';
import { moderationScripts } from './moderation-scripts.ts';
import { moveScripts } from './move-scripts.ts';
import { prelude, roomKeys } from './prelude.ts';

const scripts = {
  /** Arguments: number and time of the last change that is known, or '' twice. */
  missed: `
    if not known() then return {'lost'} end
    return {'ok', changes, missed(ARGV[2], ARGV[3])}`,

  /** Arguments: generation, limit of participants, participant, their JSON, connection, JSON of what others see of them. */
  join: `
    if not placed() then return {'not_placed'} end
    local main = known() and generation()
    if not main or (main ~= ARGV[2] and not lives(ARGV[2])) then return {'stale'} end
    local count = redis.call('HLEN', people)
    if count >= tonumber(ARGV[3]) then return {'full'} end
    local person = cjson.decode(ARGV[5])
    local moderates = person.rights.moderate
    local why = shutOut(person.identity, person.lobbyId, not moderates and person.address)
    if why then return {why} end
    if isLocked() and not moderates then return {'locked'} end
    if count == 0 then report('room_started') end
    report('participant_joined', about(ARGV[5]))
    local seq = change(event.joined(ARGV[7]))
    redis.call('HSET', people, ARGV[4], with('"order":' .. seq, ARGV[5]))
    redis.call('HSET', connections, ARGV[4], ARGV[6])
    if main ~= ARGV[2] then link(ARGV[4], ARGV[2]) end
    keep()
    tellCount()
    return {'ok', changes, snapshot()}`,

  /**
   * Arguments: participant, new connection, number and time of the last change that is known, or '' twice. Also answers with the old
   * connection, what was missed, the generation, the JSON of its carrier, of what the room moves from and of what further SFUs carry, and the
   * media that the participant was given last, unless that is the main one.
   */
  resume: `
    local old = known() and redis.call('HGET', connections, ARGV[2])
    if not old then return {'lost'} end
    local ends = deadline(old)
    if ends and ends <= now() then return {'lost'} end
    redis.call('HSET', connections, ARGV[2], ARGV[3])
    if ends then change(event.connection(ARGV[2], true)) else keep() end
    local media = redis.call('HMGET', room, 'generation', 'carrier', 'former', 'branches')
    local link = media[4] and redis.call('HGET', links, ARGV[2])
    return {
      'ok', changes, old, missed(ARGV[4], ARGV[5]), media[1], media[2] or '', media[3] or '', media[4] or '', link or ''
    }`,

  /** Arguments: participant, their connection that is gone, grace in ms. */
  disconnect: `
    if not known() or redis.call('HGET', connections, ARGV[2]) ~= ARGV[3] then return {'ok'} end
    down(ARGV[2], tonumber(ARGV[4]))
    return {'ok', changes}`,

  /** Arguments: participant, and either the connection that they have or 'due' for one whose grace is over. */
  remove: `
    local connection = known() and redis.call('HGET', connections, ARGV[2])
    if not connection then return {'ok'} end
    local ends = deadline(connection)
    local meant = connection == ARGV[3] or (ARGV[3] == 'due' and ends and ends <= now())
    if not meant then return {'ok'} end
    clear(ARGV[2])
    report('participant_left', about(redis.call('HGET', people, ARGV[2])))
    redis.call('HDEL', people, ARGV[2])
    redis.call('HDEL', connections, ARGV[2])
    redis.call('SREM', moving, ARGV[2])
    redis.call('HDEL', links, ARGV[2])
    local empty = redis.call('HLEN', people) == 0
    if empty then report('room_ended') end
    tellCount()
    change(event.left(ARGV[2]))
    -- Nobody would be there to unlock it.
    if empty then setLocked(false) end
    -- They may well still be connected to the SFU.
    if ARGV[3] == 'due' then owe('leave:' .. ARGV[2]) end
    return {'ok', changes}`,

  /** Arguments: generation, participant, producer, source, JSON of the producer. */
  addProducer: `
    local json = known() and redis.call('HGET', people, ARGV[3])
    if not json then return {'lost'} end
    if not lives(ARGV[2]) then return {'stale'} end
    if not mayPublish(cjson.decode(json), ARGV[5]) then return {'forbidden'} end
    local field = ARGV[3] .. ':' .. ARGV[5]
    local taken = redis.call('HGET', sources, field)
    if taken == ARGV[4] then return {'ok'} end
    if taken or redis.call('HEXISTS', producers, ARGV[4]) == 1 then return {'conflict'} end
    redis.call('HSET', sources, field, ARGV[4])
    redis.call('HSET', producers, ARGV[4], with('"participantId":"' .. ARGV[3] .. '"', ARGV[6]))
    change(event.added(ARGV[3], ARGV[6]))
    return {'ok', changes}`,

  /** Arguments: participant, producer, 1 or 0. */
  pauseProducer: `
    local json = known() and redis.call('HGET', producers, ARGV[3])
    local producer = json and cjson.decode(json)
    if not producer or producer.participantId ~= ARGV[2] then return {'not_found'} end
    local paused = ARGV[4] == '1'
    if producer.paused == paused then return {'ok'} end
    producer.paused = paused
    redis.call('HSET', producers, ARGV[3], cjson.encode(producer))
    change(event.paused(ARGV[2], ARGV[3], paused))
    return {'ok', changes}`,

  /** Arguments: participant, producer. One that is gone already is no mistake. */
  removeProducer: `
    local json = known() and redis.call('HGET', producers, ARGV[3])
    if not json then return {'ok'} end
    local producer = cjson.decode(json)
    if producer.participantId ~= ARGV[2] then return {'not_found'} end
    drop(ARGV[3], producer)
    change(event.removed(ARGV[2], ARGV[3]))
    return {'ok', changes}`,

  /** Arguments: participant, 1 if what they publish by former media is spared, the media that they are given now or ''. */
  clearProducers: `
    if not known() then return {'lost'} end
    if ARGV[4] ~= '' and redis.call('HEXISTS', people, ARGV[2]) == 1 then link(ARGV[2], ARGV[4]) end
    for _, producer in ipairs(clear(ARGV[2], ARGV[3] == '1')) do change(event.removed(ARGV[2], producer)) end
    return {'ok', changes}`,

  /** Arguments: what the SFU is to be told. */
  owe: `
    if not known() then return {'lost'} end
    owe(ARGV[2])
    return {'ok'}`,

  /** Arguments: pairs of what the SFU was told and the number under which it stood. */
  told: `
    if not known() then return {'lost'} end
    for i = 2, #ARGV, 2 do
      if redis.call('HGET', outstanding, ARGV[i]) == ARGV[i + 1] then redis.call('HDEL', outstanding, ARGV[i]) end
    end
    return {'ok'}`,

  /**
   * Arguments: '' for the uid, grace in ms, the replicas that are dead. Also answers with the uid, the participants whose grace is
   * over, the replicas of those who are connected, how many participants there are, how much the SFU is still to be told, and the JSON
   * of media that a move is to end of.
   */
  sweep: `
    local owner = redis.call('HGET', room, 'uid')
    if not owner then return {'ok', changes, false, {}, {}, 0, 0, ''} end
    local dead, due, replicas, seen = {}, {}, {}, {}
    for i = 3, #ARGV do dead[ARGV[i]] = true end
    local all = redis.call('HGETALL', connections)
    for i = 1, #all, 2 do
      local replica = string.match(all[i + 1], '^up:([^:]+):')
      local ends = deadline(all[i + 1])
      if replica and dead[replica] then
        down(all[i], tonumber(ARGV[2]))
      elseif replica and not seen[replica] then
        seen[replica] = true
        replicas[#replicas + 1] = replica
      elseif ends and ends <= now() then
        due[#due + 1] = all[i]
      end
    end
    if #all > 0 then keep() end
    return {'ok', changes, owner, due, replicas, #all / 2, redis.call('HLEN', outstanding), moveDue()}`,

  /** A room that closed may be open again by now, and then its state is that of its new people. */
  end: `
    if placed() then return {'ok'} end
    if redis.call('HGET', lobbyBook, 'uid') == uid then redis.call('DEL', lobby, lobbyBook) end
    if not known() then return {'ok'} end
    forget()
    tellCount()
    return {'ok'}`,

  ...chatScripts,
  ...lobbyScripts,
  ...moderationScripts,
  ...banScripts,
  ...interactionScripts,
  ...moveScripts,
  ...branchScripts,
  ...lossScripts,
} as const;

export type ScriptName = keyof typeof scripts;
export type RunScript = (name: ScriptName, room: RoomKey, args: (string | number)[]) => Promise<unknown>;

/** Teaches a connection the scripts and returns how to run them. What they report waits in the outbox of each receiver. */
export function defineScripts(redis: RedisClient, receivers: readonly string[] = []): RunScript {
  for (const [name, lua] of Object.entries(scripts)) {
    redis.defineCommand(`parley:${name}`, { lua: prelude + mediaPrelude + lua });
  }
  return (name, room, args) => {
    const run: (...args: (string | number)[]) => Promise<unknown> = Reflect.get(redis, `parley:${name}`);
    const keys = [...roomKeys(room), ...receivers.map(receiver => redisKeys.outbox(room, receiver))];
    return run.call(redis, keys.length, ...keys, ...args);
  };
}
