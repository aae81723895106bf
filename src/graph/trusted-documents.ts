/** Trusted documents: the operations in a folder, identified by hash; if configured, no others run. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ApolloServerOptions } from '@apollo/server';
import {
  Kind,
  parse,
  print,
  separateOperations,
  validate,
  visit,
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
} from 'graphql';
import { GatewayError } from '../errors';
import { StartError } from '../start-error';
import type { GatewayContext } from './context';

export interface TrustedDocuments {
  /** Maps the SHA-256 of a document's text, in hexadecimal, to the text. */
  readonly texts: ReadonlyMap<string, string>;
  /** Whether this is a trusted document, regardless of the order of its definitions. */
  includes(document: DocumentNode): boolean;
}

/** The folder cannot be served; the message names the file and the reason. */
class TrustedDocumentsError extends StartError {}

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/** Apollo Client adds `__typename` to every object below the root before it sends a document. */
function withTypenames(document: DocumentNode): DocumentNode {
  return visit(document, {
    SelectionSet: (set, _key, parent) => {
      const isRoot = parent !== undefined && 'kind' in parent && parent.kind === Kind.OPERATION_DEFINITION;
      const isSelected = set.selections.some((node) => node.kind === Kind.FIELD && node.name.value === '__typename');
      return isRoot || isSelected ? undefined : { ...set, selections: [...set.selections, TYPENAME] };
    },
  });
}

/** The same text for the same definitions: client generators place fragments as they please. */
const canonical = ({ definitions }: DocumentNode): string => definitions.map(print).sort().join('\n');

/** The operation, followed by its fragments in the folder's order. */
const operationFirst = ({ definitions, ...document }: DocumentNode): DocumentNode => ({
  ...document,
  definitions: [
    ...definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION),
    ...definitions.filter(({ kind }) => kind !== Kind.OPERATION_DEFINITION),
  ],
});

function readFolder(folder: string): DocumentNode {
  const files = readdirSync(folder).filter((file) => file.endsWith('.graphql'));
  const definitions = files.flatMap((file) => {
    try {
      return parse(readFileSync(join(folder, file), 'utf8'), { noLocation: true }).definitions;
    } catch (error) {
      throw new TrustedDocumentsError(
        `${join(folder, file)}: ${error instanceof Error ? error.message : 'unreadable'}`,
      );
    }
  });
  return { kind: Kind.DOCUMENT, definitions };
}

/**
 * Reads all `*.graphql` files of a folder; fragments may be in other files than the operations that spread them. An
 * operation is identified as printed by graphql-js, followed by its fragments, both as written and with the `__typename`
 * fields that Apollo Client adds.
 * @throws TrustedDocumentsError if a file is missing, malformed or does not match the schema.
 */
export function readTrustedDocuments(folder: string, schema: GraphQLSchema): TrustedDocuments {
  const texts = new Map<string, string>();
  const trusted = new Set<string>();
  for (const [name, operation] of Object.entries(separateOperations(readFolder(folder)))) {
    const [fault] = validate(schema, operation);
    if (fault)
      throw new TrustedDocumentsError(
        `The operation ${name} in ${folder} is not valid for the schema: ${fault.message}`,
      );
    for (const document of [operation, withTypenames(operation)].map(operationFirst)) {
      const text = print(document);
      texts.set(createHash('sha256').update(text).digest('hex'), text);
      trusted.add(canonical(document));
    }
  }
  if (texts.size === 0) throw new TrustedDocumentsError(`The folder ${folder} contains no operations.`);
  return { texts, includes: (document) => trusted.has(canonical(document)) };
}

export const untrusted = (): GatewayError =>
  new GatewayError(
    'FORBIDDEN',
    'This gateway runs trusted documents only. Send one of its operations as it was published, or its SHA-256 hash as extensions.persistedQuery.',
    { http: { status: 403 } },
  );

const badRequest = (message: string): GatewayError => new GatewayError('BAD_REQUEST', message);

/** The error that makes Apollo Client send the text next. The status is 200 so that no proxy treats it as a failure. */
const notPersisted = (message: string): GatewayError =>
  new GatewayError('BAD_REQUEST', message, { http: { status: 200 } });

const propertiesOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

/**
 * The text of the requested document, sent as text or by hash.
 * @throws GatewayError BAD_REQUEST
 */
export function requestedText(
  { query, extensions }: { readonly query?: string | null | undefined; readonly extensions?: unknown },
  trusted: TrustedDocuments | null,
): string {
  const { persistedQuery } = propertiesOf(extensions);
  if (persistedQuery === undefined || persistedQuery === null) {
    if (query) return query;
    throw badRequest('GraphQL operations must contain a non-empty `query` or a `persistedQuery` extension.');
  }
  if (!trusted) throw notPersisted('PersistedQueryNotSupported');
  const { version, sha256Hash } = propertiesOf(persistedQuery);
  if (version !== 1) throw badRequest('Unsupported persisted query version: send version 1.');
  const text = query ?? trusted.texts.get(String(sha256Hash));
  if (text === undefined) throw notPersisted('PersistedQueryNotFound');
  if (createHash('sha256').update(text).digest('hex') === sha256Hash) return text;
  throw badRequest('The hash of extensions.persistedQuery is not the SHA-256 of the query, in hexadecimal.');
}

/** For Apollo Server, which looks up hashes itself; callers cannot add documents. */
export function trustedQueries({
  texts,
}: TrustedDocuments): NonNullable<ApolloServerOptions<GatewayContext>['persistedQueries']> {
  return {
    cache: {
      get: async (key) => texts.get(key.replace(/^apq:/, '')),
      set: async () => undefined,
      delete: async () => false,
    },
  };
}
