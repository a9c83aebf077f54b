/** What people write in a room, each message one atomic step in Redis; see `scripts.ts` for what all scripts have in common. */
import { chatPageSize, chatRate, maxChatHistory } from '@parley/protocol';
import { timeToLiveSeconds } from './prelude.ts';

/** The ids of so many messages are known, more than of messages that are kept: who sends one again may have been away. */
const maxIds = 4 * maxChatHistory;

/** A page ends with the message that brings it over this many bytes. */
export const pageBytes = 64 * 1024;

const restMs = 1000 / chatRate.perSecond;

const chatPrelude = `
local function latest()
  return redis.call('HGET', room, 'chatSeq') or '0', redis.call('HGET', room, 'chatAt') or '0'
end
-- As many entries as a page takes, in the order in which they are given.
local function page(entries)
  local messages, bytes = {}, 0
  for i = 1, math.min(#entries, ${chatPageSize}) do
    messages[i] = entries[i][2][2]
    bytes = bytes + #messages[i]
    if bytes > ${pageBytes} then break end
  end
  return messages
end
-- The entries after a place; false unless it is known.
local function entriesAfter(seq, at)
  local place = seq .. '-' .. at
  local lastSeq, lastAt = latest()
  if seq == lastSeq and at == lastAt then return {} end
  local entries = redis.call('XRANGE', chat, place == '0-0' and '-' or place, '+', 'COUNT', ${chatPageSize + 1})
  if #entries == 0 then return false end
  if place == '0-0' then return string.sub(entries[1][1], 1, 2) == '1-' and entries end
  if entries[1][1] ~= place then return false end
  table.remove(entries, 1)
  return entries
end
local function entriesBefore(seq)
  local last = seq == '' and '+' or text(seq - 1)
  return redis.call('XREVRANGE', chat, last, '-', 'COUNT', ${chatPageSize})
end
local function oldest()
  local first = redis.call('XRANGE', chat, '-', '+', 'COUNT', 1)[1]
  return first and string.match(first[1], '^(%d+)') or '0'
end
`;

export const chatScripts = {
  /**
   * Arguments: participant, id of the message, its JSON without what stands here. Also answers with its number and, unless it is
   * kept no more, the JSON of the whole message. Every message of every room passes here, and a call of Redis costs more than what it
   * does: the fewer the better.
   */
  sendChat: `${chatPrelude}
    local found = redis.call('HMGET', room, 'uid', 'chatSeq', 'chatAt')
    local json = found[1] == uid and redis.call('HGET', people, ARGV[2])
    if not json then return {'lost'} end
    local person = cjson.decode(json)
    if person.rights and not person.rights.chat then return {'forbidden'} end
    local time = now()
    if not paced(chatPace, ARGV[2], time, ${chatRate.burst}, ${restMs}) then return {'too_fast'} end

    local taken = redis.call('ZSCORE', chatIds, ARGV[3])
    if taken then
      local entry = redis.call('XRANGE', chat, taken, taken)[1]
      if not entry then return {'repeated', {}, taken} end
      local same = cjson.decode(entry[2][2]).text == cjson.decode(ARGV[4]).text
      return {same and 'repeated' or 'conflict', {}, taken, entry[2][2]}
    end

    local before, after = found[2] or '0', found[3] or '0'
    local seq, at = text(before + 1), text(time)
    local from = cjson.encode({id = ARGV[2], displayName = person.displayName, identity = person.identity})
    local message = with('"seq":' .. seq .. ',"at":' .. at .. ',"after":' .. after .. ',"from":' .. from, ARGV[4])
    local function add(call)
      return call('XADD', chat, 'MAXLEN', '=', ${maxChatHistory}, seq .. '-' .. at, 'message', message)
    end
    -- What holds later numbers is of a state that is gone.
    local begins = before == '0'
    if type(add(redis.pcall)) == 'table' then
      begins = true
      redis.call('DEL', chat, chatIds)
      add(redis.call)
    end
    redis.call('ZADD', chatIds, seq, ARGV[3])
    redis.call('ZREMRANGEBYRANK', chatIds, 0, ${-maxIds - 1})
    redis.call('HSET', room, 'chatSeq', seq, 'chatAt', at)
    -- Keys that are new have no end yet; that of the others is moved once in a while.
    if begins or redis.call('TTL', room) < ${timeToLiveSeconds / 2} then keep() end
    return {'ok', {}, seq, message}`,

  /**
   * Arguments: number and time of the last message that is known, or '' twice; the number before which messages are asked for, or ''.
   * Also answers with number and time of the latest message, the oldest number, and the messages in their order.
   */
  chatPage: `${chatPrelude}
    if not known() then return {'lost'} end
    local entries = ARGV[2] ~= '' and entriesAfter(ARGV[2], ARGV[3])
    local messages = entries and page(entries)
    if not messages then
      messages = {}
      for _, message in ipairs(page(entriesBefore(ARGV[4]))) do table.insert(messages, 1, message) end
    end
    local seq, at = latest()
    return {'ok', {}, seq, at, oldest(), messages}`,
} as const;
