/** The exports of the package. */
export { PortcullisClient, type ClientOptions, type RequestOptions, type StreamOptions } from './client.js';
export {
  ERROR_CODES,
  NoAnswerError,
  PortcullisError,
  type DetailsOf,
  type ErrorCode,
  type GatewayProblem,
} from './errors.js';
