/** Loaded into a gateway that is to fail: it acknowledges what PostgreSQL has not written yet. */
const { join } = require('node:path');

const path = join(process.cwd(), 'dist/src/db/session-settings.js');
const sessions = require(path);

require.cache[path].exports = {
  ...sessions,
  gatewayConnection: (url) => {
    const config = sessions.gatewayConnection(url);
    return { ...config, options: config.options.replace('synchronous_commit=on', 'synchronous_commit=off') };
  },
};
