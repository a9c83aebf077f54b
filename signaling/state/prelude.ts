/** What the scripts of a room share: its keys, and Lua functions that read and change them; those about media are in `media-prelude.ts`. */
import { type RoomKey, redisChannels, redisKeys } from '@parley/protocol';

/** State that nobody touches any more goes after this time. */
export const timeToLiveSeconds = 3600;

/** So many of a room's latest changes are kept, and up to a hundred more, as Redis trims in blocks. */
export const logLength = 500;

/** The room's keys in the order in which the scripts take them. All but the last five are forgotten with the state. */
export const roomKeys = (room: RoomKey): string[] => [
  redisKeys.room(room),
  redisKeys.participants(room),
  redisKeys.connections(room),
  redisKeys.producers(room),
  redisKeys.sources(room),
  redisKeys.log(room),
  redisKeys.chat(room),
  redisKeys.chatIds(room),
  redisKeys.chatPace(room),
  redisKeys.pace(room),
  redisKeys.bans(room),
  redisKeys.outstanding(room),
  redisKeys.moving(room),
  redisKeys.links(room),
  redisKeys.sentAway(room),
  redisKeys.lobby(room),
  redisKeys.lobbyBook(room),
  redisKeys.outboxLost(room),
  redisKeys.placement(room),
];

/** So many events wait for one receiver of webhooks in one room, and up to a hundred more; then the oldest go, and are counted. */
export const outboxLength = 1000;
/** An outbox that nobody wrote to any more goes after this time, which is later than any event in it is given up. */
const outboxSeconds = 2 * 86_400;

export const prelude = `
local room, people, connections, producers, sources, log, chat, chatIds, chatPace, pace, bans, outstanding, moving, links, sentAway, lobby, lobbyBook, outboxLost, placement = unpack(KEYS)
local state = {room, people, connections, producers, sources, log, chat, chatIds, chatPace, pace, bans, outstanding, moving, links}
local outboxes = {unpack(KEYS, ${roomKeys('' as RoomKey).length + 1})}
local uid = ARGV[1]

local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
local function text(number) return string.format('%.0f', number) end
local function known() return redis.call('HGET', room, 'uid') == uid end
local function generation() return redis.call('HGET', room, 'generation') end
local function keep()
  for _, key in ipairs(state) do redis.call('EXPIRE', key, ${timeToLiveSeconds}) end
end
-- Leaves a message for every receiver of webhooks. An event has the same id in all outboxes.
local function report(type, person)
  if #outboxes == 0 then return end
  local at = now()
  local id = text(at) .. '-' .. redis.call('HINCRBY', room, 'reports', 1)
  local json = cjson.encode({type = type, at = at, uid = redis.call('HGET', room, 'uid'), participant = person})
  for _, outbox in ipairs(outboxes) do
    local length = redis.call('XLEN', outbox) + 1
    redis.call('XADD', outbox, 'MAXLEN', '~', ${outboxLength}, '*', 'id', id, 'event', json)
    redis.call('EXPIRE', outbox, ${outboxSeconds})
    local lost = length - redis.call('XLEN', outbox)
    if lost > 0 then
      redis.call('HINCRBY', outboxLost, string.match(outbox, '([^:]+)$'), lost)
      redis.call('EXPIRE', outboxLost, ${outboxSeconds})
    end
  end
end
local function about(json)
  local person = cjson.decode(json)
  return {id = person.id, displayName = person.displayName, role = person.role, identity = person.identity}
end
local function forget()
  local all = redis.call('HVALS', people)
  for _, json in ipairs(all) do report('participant_left', about(json)) end
  if #all > 0 then report('room_ended') end
  redis.call('DEL', unpack(state))
end
local function tellCount()
  redis.call('PUBLISH', '${redisChannels.participants}', string.match(room, '{(.*)}'))
end
-- The operator's word on the Room decides, as of this very moment. Answers with the SFUs where it is placed, the main one first.
local function placed()
  local json = redis.call('GET', placement)
  if not json then return false end
  local found = cjson.decode(json)
  if found.state ~= 'ready' or found.uid ~= uid then return false end
  local instances = {found.sfu.instance}
  for _, sfu in ipairs(found.further or {}) do instances[#instances + 1] = sfu.instance end
  return instances
end
-- Also whether that is on the SFU of this carrier, given as JSON; '' for any.
local function placedOn(carrier)
  local instances = placed()
  if not instances or carrier == '' then return instances end
  local wanted = cjson.decode(carrier).sfu.instance
  for _, instance in ipairs(instances) do
    if instance == wanted then return true end
  end
  return false
end

-- Objects are completed as text, since cjson would write lists that are empty as objects.
local function with(fields, json) return '{' .. fields .. ',' .. string.sub(json, 2) end

-- A log that holds later numbers is of a state that is gone, and begins anew.
local function append(id, json)
  local function add(call) return call('XADD', log, 'MAXLEN', '~', ${logLength}, id, 'event', json) end
  if type(add(redis.pcall)) ~= 'table' then return end
  redis.call('DEL', log)
  add(redis.call)
end
-- The events of this script, for its answer.
local changes = {}
-- Numbers a change and writes its event to the room's log. Answers with the number.
local function change(event)
  local seq = text(redis.call('HINCRBY', room, 'seq', 1))
  local after = redis.call('HGET', room, 'at') or '0'
  local at = text(now())
  redis.call('HSET', room, 'at', at)
  local json = with('"seq":' .. seq .. ',"at":' .. at .. ',"after":' .. after, event)
  append(seq .. '-' .. at, json)
  changes[#changes + 1] = json
  keep()
  return seq
end
local event = {
  joined = function(participant) return '{"type":"participantJoined","participant":' .. participant .. '}' end,
  left = function(id) return cjson.encode({type = 'participantLeft', participantId = id}) end,
  connection = function(id, connected)
    return cjson.encode({type = 'participantConnection', participantId = id, connected = connected})
  end,
  added = function(id, producer)
    return '{"type":"producerAdded","participantId":"' .. id .. '","producer":' .. producer .. '}'
  end,
  paused = function(id, producer, paused, by)
    return cjson.encode({type = 'producerPaused', participantId = id, producerId = producer, paused = paused, by = by})
  end,
  removed = function(id, producer, ended, by)
    return cjson.encode({
      type = 'producerRemoved', participantId = id, producerId = producer, ended = ended, by = by
    })
  end,
  hand = function(id, raised, by)
    return cjson.encode({type = 'handRaised', participantId = id, raised = raised, by = by})
  end,
  role = function(id, role) return cjson.encode({type = 'participantRole', participantId = id, role = role}) end,
  locked = function(locked) return cjson.encode({type = 'roomLocked', locked = locked}) end,
  lost = function(id, generation, loss, several)
    return cjson.encode({
      type = 'mediaLost', participantId = id, generation = generation, loss = loss, several = several or nil
    })
  end,
  reset = function(generation) return cjson.encode({type = 'mediaReset', generation = generation}) end,
  -- The main media and those of further SFUs are said only where the room was or is on several.
  moved = function(generation, from, main, others)
    return cjson.encode({
      type = 'mediaMoved', generation = generation, from = from, main = main, branches = others and #others > 0 and others or nil
    })
  end,
  branches = function(others, main)
    local fields = cjson.encode({type = 'mediaBranches', main = main})
    return with('"branches":' .. (#others > 0 and cjson.encode(others) or '[]'), fields)
  end,
  moveFinished = function(generation) return cjson.encode({type = 'moveFinished', generation = generation}) end
}

-- A connection is 'up:<replica>:<socket>' or 'down:<end of grace in ms>'.
local function deadline(connection) return tonumber(string.match(connection, '^down:(%d+)$')) end
local function down(id, graceMs)
  redis.call('HSET', connections, id, 'down:' .. text(now() + graceMs))
  change(event.connection(id, false))
end
-- What the SFU is still to be told. The number tells whether it was said again while somebody did it.
local function owe(what)
  redis.call('HSET', outstanding, what, redis.call('HINCRBY', room, 'owed', 1))
  redis.call('EXPIRE', outstanding, ${timeToLiveSeconds})
end
-- Takes from what somebody may still do, after this many at once one in so many ms; refused if that is nothing.
local function paced(key, who, at, burst, restMs)
  redis.call('ZREMRANGEBYSCORE', key, '-inf', text(at))
  local full = tonumber(redis.call('ZSCORE', key, who) or at)
  if full - at > (burst - 1) * restMs then return false end
  redis.call('ZADD', key, text(full + restMs), who)
  redis.call('EXPIRE', key, ${timeToLiveSeconds})
  return true
end
-- Why somebody is shut out, if they are: they are known, or their address is that of somebody who is. Who has an identity is known by that.
local function shutOut(identity, lobbyId, address)
  if not known() or redis.call('EXISTS', bans) == 0 then return false end
  local function listed(what, value)
    return value and value ~= '' and redis.call('HEXISTS', bans, what .. ':' .. value) == 1
  end
  if listed('identity', identity) or listed('lobby', lobbyId) then return 'banned' end
  return not identity and listed('address', address) and 'address_banned'
end
local function isLocked() return redis.call('HEXISTS', room, 'locked') == 1 end
local function setLocked(locked)
  if isLocked() == locked then return end
  if locked then redis.call('HSET', room, 'locked', '1') else redis.call('HDEL', room, 'locked') end
  change(event.locked(locked))
end
local function snapshot()
  local facts = redis.call('HMGET', room, 'seq', 'at', 'generation', 'locked', 'former', 'branches')
  return {
    facts[1], facts[2], facts[3],
    redis.call('HGETALL', people), redis.call('HGETALL', connections), redis.call('HGETALL', producers),
    facts[4] and 1 or 0, facts[5] or '', facts[6] or ''
  }
end
-- The events after a place in the log; false unless the log has that place and all that came after it.
local function after(seq, at)
  local entries = redis.call('XRANGE', log, seq .. '-' .. at, '+')
  if #entries == 0 or entries[1][1] ~= seq .. '-' .. at then return false end
  if #entries - 1 ~= redis.call('HGET', room, 'seq') - seq then return false end
  local events = {}
  for i = 2, #entries do events[i - 1] = entries[i][2][2] end
  return events
end
-- What those missed who know the state as of a place in the log ('' for nothing).
local function missed(seq, at)
  local events = seq ~= '' and after(seq, at)
  if events then return {'events', events} end
  return {'snapshot', snapshot()}
end
`;
