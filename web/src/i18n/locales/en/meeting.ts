import call from './call.json' with { type: 'json' };
import chat from './chat.json' with { type: 'json' };
import devices from './devices.json' with { type: 'json' };
import embed from './embed.json' with { type: 'json' };
import files from './files.json' with { type: 'json' };
import greenroom from './greenroom.json' with { type: 'json' };
import lobby from './lobby.json' with { type: 'json' };
import moderation from './moderation.json' with { type: 'json' };
import people from './people.json' with { type: 'json' };
import quality from './quality.json' with { type: 'json' };
import reactions from './reactions.json' with { type: 'json' };
import stage from './stage.json' with { type: 'json' };

/** The words of a meeting. */
export default {
  call,
  chat,
  devices,
  embed,
  files,
  greenroom,
  lobby,
  moderation,
  people,
  quality,
  reactions,
  stage,
};
