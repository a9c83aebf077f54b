/** What a room loses of its media while the rest lives on; see `scripts.ts` for what all scripts have in common. */
export const lossScripts = {
  /**
   * Arguments: the generation that lost something; then of each who lost what they had the participant and the name of the loss. One
   * whose loss is known already is passed over, so that it may be said by every replica that hears of it.
   */
  loseMedia: `
    if not known() or generation() ~= ARGV[2] then return {'ok', changes} end
    for i = 3, #ARGV, 2 do
      local id, loss = ARGV[i], ARGV[i + 1]
      local json = redis.call('HGET', people, id)
      if json and cjson.decode(json).loss ~= loss then
        -- An earlier one stands first or, where the JSON was written anew since, anywhere.
        local plain = string.gsub(string.gsub(json, '"loss":"[^"]*",', ''), ',"loss":"[^"]*"', '')
        redis.call('HSET', people, id, with('"loss":"' .. loss .. '"', plain))
        clear(id, true)
        change(event.lost(id, ARGV[2], loss))
      end
    end
    return {'ok', changes}`,
} as const;
