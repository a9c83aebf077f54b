import call from './call.json' with { type: 'json' };
import devices from './devices.json' with { type: 'json' };
import embed from './embed.json' with { type: 'json' };
import greenroom from './greenroom.json' with { type: 'json' };

/** The words of a meeting outside of its call. */
export default { call, devices, embed, greenroom };
