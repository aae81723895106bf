/** Apollo Server as this gateway runs it. */
import {
  ApolloServer,
  type ApolloServerOptions,
  type ApolloServerPlugin,
  type GraphQLRequestListener,
} from '@apollo/server';
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
import type { Config } from '../config';
import type { GatewayContext } from './context';
import { denialPlugin } from './errors/denial-plugin';
import { answerSizePlugin } from './answer-size';
import { DocumentStore } from './document-cache';
import { createCompiledExecution } from './execution';
import type { RepeatedOperations } from './repeated';
import { LIMITS, limitsPlugin } from './operation-limits';
import { statusOf, type ErrorMask } from './errors/to-gateway-error';
import { readTrustedDocuments, trustedPlugin, trustedQueries } from './trusted-documents';

const MOST_VALIDATION_ERRORS = 5;

export interface ApolloParts {
  readonly settings: Pick<Config, 'SANDBOX' | 'EXECUTION' | 'TRUSTED_DOCUMENTS'>;
  readonly schema: GraphQLSchema;
  readonly mask: ErrorMask;
  readonly logger: Logger;
}

/** Judges errors while the request is still known, and gives faults the HTTP status that Apollo cannot know. */
function judgePlugin(mask: ErrorMask): ApolloServerPlugin<GatewayContext> {
  const listener: GraphQLRequestListener<GatewayContext> = {
    async didEncounterErrors({ errors, contextValue, response }) {
      for (const error of errors) {
        const status = statusOf(mask.judge(error, contextValue.requestId));
        if (status >= 500) response.http.status = status;
      }
    },
  };
  return { requestDidStart: async () => listener };
}

/** Apollo says the same things as sentences; its levels become pino's. */
function loggerFor(logger: Logger): NonNullable<ApolloServerOptions<GatewayContext>['logger']> {
  return {
    debug: (message) => logger.debug(message),
    info: (message) => logger.info(message),
    warn: (message) => logger.warn(message),
    error: (message) => logger.error(message),
  };
}

export interface Execution {
  /** Not started yet. Nothing of it calls home, keeps time or touches fields. */
  readonly apollo: ApolloServer<GatewayContext>;
  /** Null where every operation takes Apollo's way. */
  readonly repeated: RepeatedOperations | null;
}

export function createExecution({ settings, schema, mask, logger }: ApolloParts): Execution {
  const compiled = settings.EXECUTION === 'compiled' ? createCompiledExecution(schema) : null;
  const folder = settings.TRUSTED_DOCUMENTS;
  const trusted = folder === undefined ? null : readTrustedDocuments(folder, schema);
  const apollo = new ApolloServer<GatewayContext>({
    ...(compiled ? { gateway: compiled.gateway } : { schema }),
    // Given here so that Apollo does not choose by NODE_ENV.
    nodeEnv: 'production',
    // Open to anyone with a key; limitsPlugin refuses the others.
    introspection: true,
    hideSchemaDetailsFromClientErrors: true,
    includeStacktraceInErrorResponses: false,
    allowBatchedHttpRequests: false,
    csrfPrevention: true,
    persistedQueries: trusted === null ? false : trustedQueries(trusted),
    stopOnTerminationSignals: false,
    documentStore: new DocumentStore(),
    parseOptions: { maxTokens: LIMITS.tokens },
    validationOptions: { maxErrors: MOST_VALIDATION_ERRORS },
    formatError: mask.format,
    logger: loggerFor(logger),
    plugins: [
      ...(trusted === null ? [] : [trustedPlugin(trusted)]),
      limitsPlugin(schema),
      judgePlugin(mask),
      denialPlugin(mask),
      answerSizePlugin(mask),
      settings.SANDBOX
        ? ApolloServerPluginLandingPageLocalDefault({ footer: false })
        : ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
  return { apollo, repeated: compiled?.repeated ?? null };
}
