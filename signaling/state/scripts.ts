/**
 * The changes of a room's state, each one atomic step in Redis. All take the room's keys in the order of `roomKeys` and
 * the uid as their first argument, and answer with a list that begins with `ok` or with why nothing was changed.
 * A sequence number of 0 in an answer means that there was nothing to change.
 */
import { type RoomKey, redisChannels, redisKeys } from '@parley/protocol';
import type { RedisClient } from '@parley/redis';

/** State that nobody touches any more goes after this time. */
const timeToLiveSeconds = 3600;

const roomKeys = (room: RoomKey) => [
  redisKeys.room(room),
  redisKeys.participants(room),
  redisKeys.connections(room),
  redisKeys.producers(room),
  redisKeys.sources(room),
  redisKeys.placement(room),
];

const prelude = `
local room, people, connections, producers, sources, placement = unpack(KEYS)
local uid = ARGV[1]

local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
local function known() return redis.call('HGET', room, 'uid') == uid end
local function generation() return redis.call('HGET', room, 'generation') end
local function change() return redis.call('HINCRBY', room, 'seq', 1) end
local function keep()
  for i = 1, 5 do redis.call('EXPIRE', KEYS[i], ${timeToLiveSeconds}) end
end
local function tellCount()
  redis.call('PUBLISH', '${redisChannels.participants}', string.match(room, '{(.*)}'))
end
-- The operator's word on the Room decides, as of this very moment.
local function placed()
  local json = redis.call('GET', placement)
  if not json then return false end
  local found = cjson.decode(json)
  return found.state == 'ready' and found.uid == uid
end
-- A connection is 'up:<replica>:<socket>' or 'down:<end of grace in ms>'.
local function deadline(connection) return tonumber(string.match(connection, '^down:(%d+)$')) end
local function down(id, graceMs)
  redis.call('HSET', connections, id, 'down:' .. string.format('%.0f', now() + graceMs))
end
local function clear(id)
  local cleared = {}
  for _, source in ipairs({'microphone', 'camera', 'screen', 'screen-audio'}) do
    local producer = redis.call('HGET', sources, id .. ':' .. source)
    if producer then
      redis.call('HDEL', sources, id .. ':' .. source)
      redis.call('HDEL', producers, producer)
      cleared[#cleared + 1] = producer
    end
  end
  return cleared
end
local function snapshot()
  return {
    redis.call('HGET', room, 'uid'), redis.call('HGET', room, 'seq'), generation(),
    redis.call('HGETALL', people), redis.call('HGETALL', connections), redis.call('HGETALL', producers)
  }
end
`;

const scripts = {
  snapshot: `
    if uid ~= '' and not known() then return {'lost'} end
    if redis.call('EXISTS', room) == 0 then return {'lost'} end
    return {'ok', snapshot()}`,

  /** Arguments: the generation that its caller saw before it asked the SFU ('' for none), the new one. */
  setGeneration: `
    if not placed() then return {'not_placed'} end
    if not known() then
      if ARGV[2] ~= '' then return {'stale'} end
      redis.call('DEL', room, people, connections, producers, sources)
      redis.call('HSET', room, 'uid', uid, 'seq', 0, 'generation', ARGV[3])
      keep()
      tellCount()
      return {'ok', 0}
    end
    if generation() ~= ARGV[2] then return {'stale'} end
    redis.call('DEL', producers, sources)
    redis.call('HSET', room, 'generation', ARGV[3])
    keep()
    return {'ok', change()}`,

  /** Arguments: generation, limit of participants, participant, their JSON, connection. */
  join: `
    if not placed() then return {'not_placed'} end
    if not known() or generation() ~= ARGV[2] then return {'stale'} end
    if redis.call('HLEN', people) >= tonumber(ARGV[3]) then return {'full'} end
    local seq = change()
    local person = cjson.decode(ARGV[5])
    person.order = seq
    redis.call('HSET', people, ARGV[4], cjson.encode(person))
    redis.call('HSET', connections, ARGV[4], ARGV[6])
    keep()
    tellCount()
    return {'ok', seq, snapshot()}`,

  /** Arguments: participant, new connection. The answer also holds the old connection. */
  resume: `
    local old = known() and redis.call('HGET', connections, ARGV[2])
    if not old then return {'lost'} end
    local ends = deadline(old)
    if ends and ends <= now() then return {'lost'} end
    redis.call('HSET', connections, ARGV[2], ARGV[3])
    keep()
    return {'ok', ends and change() or 0, old, snapshot()}`,

  /** Arguments: participant, their connection that is gone, grace in ms. */
  disconnect: `
    if not known() or redis.call('HGET', connections, ARGV[2]) ~= ARGV[3] then return {'ok', 0} end
    down(ARGV[2], tonumber(ARGV[4]))
    return {'ok', change()}`,

  /** Arguments: participant, and either the connection that they have or 'due' for one whose grace is over. */
  remove: `
    local connection = known() and redis.call('HGET', connections, ARGV[2])
    if not connection then return {'ok', 0} end
    local ends = deadline(connection)
    local meant = connection == ARGV[3] or (ARGV[3] == 'due' and ends and ends <= now())
    if not meant then return {'ok', 0} end
    clear(ARGV[2])
    redis.call('HDEL', people, ARGV[2])
    redis.call('HDEL', connections, ARGV[2])
    tellCount()
    return {'ok', change()}`,

  /** Arguments: generation, participant, producer, source, JSON of the producer with its owner. */
  addProducer: `
    if not known() or redis.call('HEXISTS', people, ARGV[3]) == 0 then return {'lost'} end
    if generation() ~= ARGV[2] then return {'stale'} end
    local field = ARGV[3] .. ':' .. ARGV[5]
    local taken = redis.call('HGET', sources, field)
    if taken == ARGV[4] then return {'ok', 0} end
    if taken or redis.call('HEXISTS', producers, ARGV[4]) == 1 then return {'conflict'} end
    redis.call('HSET', sources, field, ARGV[4])
    redis.call('HSET', producers, ARGV[4], ARGV[6])
    keep()
    return {'ok', change()}`,

  /** Arguments: participant, producer, 1 or 0. */
  pauseProducer: `
    local json = known() and redis.call('HGET', producers, ARGV[3])
    local producer = json and cjson.decode(json)
    if not producer or producer.participantId ~= ARGV[2] then return {'not_found'} end
    local paused = ARGV[4] == '1'
    if producer.paused == paused then return {'ok', 0} end
    producer.paused = paused
    redis.call('HSET', producers, ARGV[3], cjson.encode(producer))
    return {'ok', change()}`,

  /** Arguments: participant, producer. One that is gone already is no mistake. */
  removeProducer: `
    local json = known() and redis.call('HGET', producers, ARGV[3])
    if not json then return {'ok', 0} end
    local producer = cjson.decode(json)
    if producer.participantId ~= ARGV[2] then return {'not_found'} end
    redis.call('HDEL', producers, ARGV[3])
    redis.call('HDEL', sources, ARGV[2] .. ':' .. producer.source)
    return {'ok', change()}`,

  /** Arguments: participant. Answers with pairs of producer and sequence number. */
  clearProducers: `
    if not known() then return {'lost'} end
    local answer = {'ok'}
    for _, producer in ipairs(clear(ARGV[2])) do
      answer[#answer + 1] = producer
      answer[#answer + 1] = change()
    end
    return answer`,

  /**
   * Arguments: '' for the uid, grace in ms, the replicas that are dead. Answers with the uid, pairs of participant and sequence number
   * for those whose replica is dead, the participants whose grace is over, the replicas of the others, and how many participants there are.
   */
  sweep: `
    local dead, gone, due, replicas, seen = {}, {}, {}, {}, {}
    for i = 3, #ARGV do dead[ARGV[i]] = true end
    local all = redis.call('HGETALL', connections)
    for i = 1, #all, 2 do
      local replica = string.match(all[i + 1], '^up:([^:]+):')
      local ends = deadline(all[i + 1])
      if replica and dead[replica] then
        down(all[i], tonumber(ARGV[2]))
        gone[#gone + 1] = all[i]
        gone[#gone + 1] = change()
      elseif replica and not seen[replica] then
        seen[replica] = true
        replicas[#replicas + 1] = replica
      elseif ends and ends <= now() then
        due[#due + 1] = all[i]
      end
    end
    if #all > 0 then keep() end
    return {'ok', redis.call('HGET', room, 'uid'), gone, due, replicas, #all / 2}`,

  /** A room that closed may be open again by now, and then its state is that of its new people. */
  end: `
    if not known() or placed() then return {'ok'} end
    redis.call('DEL', room, people, connections, producers, sources)
    tellCount()
    return {'ok'}`,
} as const;

export type ScriptName = keyof typeof scripts;
export type RunScript = (name: ScriptName, room: RoomKey, args: (string | number)[]) => Promise<unknown>;

/** Teaches a connection the scripts and returns how to run them. */
export function defineScripts(redis: RedisClient): RunScript {
  for (const [name, lua] of Object.entries(scripts)) {
    redis.defineCommand(`parley:${name}`, { numberOfKeys: 6, lua: prelude + lua });
  }
  return (name, room, args) => {
    const run: (...args: (string | number)[]) => Promise<unknown> = Reflect.get(redis, `parley:${name}`);
    return run.call(redis, ...roomKeys(room), ...args);
  };
}
