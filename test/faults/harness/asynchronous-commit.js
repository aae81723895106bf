/** Loaded into a gateway that is to fail: it acknowledges what PostgreSQL has not written yet. */
const { join } = require('node:path');

const sessions = require(join(process.cwd(), 'dist/src/db/session-settings.js'));
const { gatewayConnection } = sessions;

sessions.gatewayConnection = (url) => {
  const config = gatewayConnection(url);
  return { ...config, options: config.options.replace('synchronous_commit=on', 'synchronous_commit=off') };
};
