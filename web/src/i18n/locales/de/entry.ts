import common from './common.json' with { type: 'json' };
import home from './home.json' with { type: 'json' };

/** The words of the front page and of all pages. */
export default { common, home };
