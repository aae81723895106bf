/**
 * Apollo Server in front of run-operation: reads GET requests, prevents CSRF, serves its landing page and reports
 * invalid GraphQL requests. Operations run only in run-operation.
 */
import { randomUUID } from 'node:crypto';
import { ApolloServer, HeaderMap, type ApolloServerOptions, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import type { FieldRecord, GatewayContext } from './context';
import { toResponseError, type ToGatewayError } from './errors/to-gateway-error';
import type { OperationAnswer } from './operation-answer';
import { LIMITS } from './operation-limits';
import type { OperationBudgets, RunOperation } from './run-operation';
import { trustedQueries, type TrustedDocuments } from './trusted-documents';

/** What Apollo's page shows when Sandbox cannot be loaded. */
const OFFLINE = '<p>Apollo Sandbox cannot be loaded; it appears that you might be offline.</p>';
/** Where Apollo's style of the frame begins, which covers the whole page even while it is empty. */
const FRAME = '#embeddableSandbox {';

const withLinks = (html: string, links: string): string =>
  html.replace(OFFLINE, links).replace(FRAME, `#embeddableSandbox:empty { display: none; } ${FRAME}`);

/**
 * Apollo Sandbox at /graphql in browsers. It comes from the internet; without it, the page links to what works here.
 * @param places paths of pages of this gateway that need no internet.
 */
function sandboxPage<Context extends GatewayContext>(places: readonly string[]): ApolloServerPlugin<Context> {
  const links = `<p>Apollo Sandbox cannot be loaded: it comes from the internet, which this browser cannot reach. These pages work without it: ${places
    .map((place) => `<a href="${place}">${place}</a>`)
    .join(', ')}.</p>`;
  const page = ApolloServerPluginLandingPageLocalDefault({ footer: false, embed: { runTelemetry: false } });
  return {
    async serverWillStart(service) {
      const listener = await page.serverWillStart?.(service);
      return {
        async renderLandingPage() {
          const { html } = (await listener?.renderLandingPage?.()) ?? { html: links };
          return { html: async () => withLinks(typeof html === 'string' ? html : await html(), links) };
        },
      };
    },
  };
}

interface ApolloParts<Context extends GatewayContext> {
  readonly schema: GraphQLSchema;
  /** Paths of the pages that work without the internet, which Apollo Sandbox links to; null shows browsers no Sandbox. */
  readonly sandbox: readonly string[] | null;
  readonly trusted: TrustedDocuments | null;
  readonly runOperation: RunOperation<Context>;
  /** Receives the answers of operations, which are serialized elsewhere (in slices if large). */
  readonly answers: Answers;
  readonly rateLimits: Pick<OperationBudgets, 'chargeRefusal'>;
  readonly toGatewayError: ToGatewayError;
  readonly logger: Logger;
}

/** Keyed by the operation's FieldRecord, which Apollo's copies of its context share. */
export type Answers = WeakMap<FieldRecord, OperationAnswer>;

/**
 * At this point, Apollo has parsed the document to find out whether GET may run it; it validates and executes nothing.
 */
const runPlugin = <Context extends GatewayContext>({
  runOperation,
  answers,
  rateLimits,
}: Pick<ApolloParts<Context>, 'runOperation' | 'answers' | 'rateLimits'>): ApolloServerPlugin<Context> => ({
  requestDidStart: async () => ({
    async didEncounterErrors({ contextValue: { caller, address } }) {
      rateLimits.chargeRefusal(caller, address, 'parse');
    },
    async responseForOperation({ request: { operationName, variables, extensions }, source, contextValue }) {
      const answer = await runOperation({ query: source, operationName, variables, extensions }, contextValue);
      answers.set(contextValue.fieldRecord, answer);
      const http = { status: answer.status, headers: new HeaderMap(Object.entries(answer.headers)) };
      return { http, body: { kind: 'single', singleResult: {} } };
    },
  }),
});

/** Passes Apollo's log messages on to pino, at the same levels. */
function loggerFor(logger: Logger): NonNullable<ApolloServerOptions<GatewayContext>['logger']> {
  return {
    debug: (message) => logger.debug(message),
    info: (message) => logger.info(message),
    warn: (message) => logger.warn(message),
    error: (message) => logger.error(message),
  };
}

/** Placeholder for the request id in Apollo's own refusals, which do not know the request; it cannot be guessed. */
export const REQUEST_ID_PLACEHOLDER = randomUUID();

/** @returns a server that is not started. It never reports usage, traces or wraps fields. */
export function createApolloServer<Context extends GatewayContext>({
  schema,
  sandbox,
  trusted,
  runOperation,
  answers,
  rateLimits,
  toGatewayError,
  logger,
}: ApolloParts<Context>): ApolloServer<Context> {
  return new ApolloServer<Context>({
    schema,
    // Explicit, so that Apollo does not decide by NODE_ENV.
    nodeEnv: 'production',
    // run-operation refuses introspection without a key.
    introspection: true,
    dangerouslyDisableValidation: true,
    documentStore: null,
    hideSchemaDetailsFromClientErrors: true,
    includeStacktraceInErrorResponses: false,
    allowBatchedHttpRequests: false,
    csrfPrevention: true,
    persistedQueries: trusted === null ? false : trustedQueries(trusted),
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: LIMITS.tokens },
    formatError: (_formatted, error) =>
      toResponseError(toGatewayError(error, REQUEST_ID_PLACEHOLDER), error, REQUEST_ID_PLACEHOLDER),
    logger: loggerFor(logger),
    plugins: [
      runPlugin({ runOperation, answers, rateLimits }),
      sandbox ? sandboxPage(sandbox) : ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
}
