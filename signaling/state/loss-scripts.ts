/** What a room loses of its media while the rest lives on; see `scripts.ts` for what all scripts have in common. */
export const lossScripts = {
  /**
   * Arguments: the generation that lost something; then of each who lost what they had the participant and the name of the loss. One
   * whose loss is known already is passed over, so that it may be said by every replica that hears of it; and one who was given media of
   * another SFU since, which the SFU that lost theirs need not have heard.
   */
  loseMedia: `
    if not known() or not lives(ARGV[2]) then return {'ok', changes} end
    local several = #branches() > 0
    for i = 3, #ARGV, 2 do
      if (redis.call('HGET', links, ARGV[i]) or generation()) == ARGV[2] then
        lose(ARGV[i], ARGV[2], ARGV[i + 1], several)
      end
    end
    return {'ok', changes}`,
} as const;
