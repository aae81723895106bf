/** The settings of a server without a database. */
import type { HttpParts } from '../../src/http/server';
import type { GatewayContext } from '../../src/graph/context';

export const httpSettings: HttpParts<GatewayContext>['settings'] = {
  ENVIRONMENT: 'production',
  TRUSTED_PROXIES: [],
  MAX_CONNECTIONS_PER_ADDRESS: 0,
  MAX_IN_FLIGHT_MB: 256,
  MAX_STREAMS_PER_ACCOUNT: 0,
  CORS_ORIGINS: ['https://app.example'],
  CORS_HEADERS: [],
  CONSOLE: true,
  GRAPHIQL: true,
  SANDBOX: false,
};
