/** The settings of a gateway under test. */
import type { GatewayParts } from '../../src/gateway';

export const testSettings: GatewayParts['settings'] = {
  ENVIRONMENT: 'production',
  CORS_ORIGINS: [],
  CORS_HEADERS: [],
  TRUSTED_PROXIES: [],
  MAX_CONNECTIONS_PER_ADDRESS: 0,
  MAX_IN_FLIGHT_MB: 256,
  GRAPHIQL: true,
  SANDBOX: false,
  ACCESS_LOG: false,
  ACCESS_LOG_PERCENT: 100,
  SLOW_OPERATION_MS: 0,
  POOL_SIZE: 4,
  MASTER_READ_REASON: false,
  RATE_LIMIT_KEY: 0,
  RATE_LIMIT_ACCOUNT: 0,
  RATE_LIMIT_ADDRESS: 0,
  RATE_LIMIT_FAILURES: 0,
  RATE_LIMIT_REFUSALS: 0,
  RATE_LIMIT_STORE: 'memory',
  MAX_ROWS_PER_ACCOUNT: 100_000,
  MAX_KEYS_PER_ACCOUNT: 1_000,
  MAX_EXPORT_MB: 16,
};
