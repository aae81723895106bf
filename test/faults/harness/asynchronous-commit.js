/** Loaded into a gateway that must fail: it acknowledges changes that PostgreSQL has not yet written to disk. */
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
