import chat from './chat.json' with { type: 'json' };
import files from './files.json' with { type: 'json' };
import lobby from './lobby.json' with { type: 'json' };
import moderation from './moderation.json' with { type: 'json' };
import people from './people.json' with { type: 'json' };
import quality from './quality.json' with { type: 'json' };
import reactions from './reactions.json' with { type: 'json' };
import stage from './stage.json' with { type: 'json' };

/** The words of those who are in the call. */
export default { chat, files, lobby, moderation, people, quality, reactions, stage };
