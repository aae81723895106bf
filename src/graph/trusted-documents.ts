/** Trusted documents: the operations of a folder, known by their hashes; where they are set, nothing else is run. */
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
  /** SHA-256 of a document's text, in hexadecimal -> the text. */
  readonly texts: ReadonlyMap<string, string>;
  /** Is this one of them, in whatever order its definitions come? */
  includes(document: DocumentNode): boolean;
}

/** A folder that cannot be served; the message says which file and why. */
class TrustedDocumentsError extends StartError {}

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/** Apollo Client asks every object below the root for its type before it sends a document. */
function withTypenames(document: DocumentNode): DocumentNode {
  return visit(document, {
    SelectionSet: (set, _key, parent) => {
      const isRoot = parent !== undefined && 'kind' in parent && parent.kind === Kind.OPERATION_DEFINITION;
      const isSelected = set.selections.some((node) => node.kind === Kind.FIELD && node.name.value === '__typename');
      return isRoot || isSelected ? undefined : { ...set, selections: [...set.selections, TYPENAME] };
    },
  });
}

/** The same for the same definitions: generators of clients put fragments where they please. */
const canonical = ({ definitions }: DocumentNode): string => definitions.map(print).sort().join('\n');

/** The operation, then its fragments as the folder has them. */
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
 * Reads every `*.graphql` of a folder; fragments may be in another file than the operations that spread them. An
 * operation is known as graphql-js prints it, with its fragments behind it, as it stands and with the `__typename`
 * that Apollo Client adds.
 * @throws TrustedDocumentsError when a file is missing, malformed or asks for what the schema does not have.
 */
export function readTrustedDocuments(folder: string, schema: GraphQLSchema): TrustedDocuments {
  const texts = new Map<string, string>();
  const trusted = new Set<string>();
  for (const [name, operation] of Object.entries(separateOperations(readFolder(folder)))) {
    const [fault] = validate(schema, operation);
    if (fault) throw new TrustedDocumentsError(`The operation ${name} in ${folder} does not fit: ${fault.message}`);
    for (const document of [operation, withTypenames(operation)].map(operationFirst)) {
      const text = print(document);
      texts.set(createHash('sha256').update(text).digest('hex'), text);
      trusted.add(canonical(document));
    }
  }
  if (texts.size === 0) throw new TrustedDocumentsError(`There are no operations in ${folder}.`);
  return { texts, includes: (document) => trusted.has(canonical(document)) };
}

export const untrusted = (): GatewayError =>
  new GatewayError(
    'FORBIDDEN',
    'This gateway runs trusted documents only. Send one of its operations as it was published, or its SHA-256 hash as extensions.persistedQuery.',
    { http: { status: 403 } },
  );

const badRequest = (message: string): GatewayError => new GatewayError('BAD_REQUEST', message);

/** Words that Apollo Client knows: it sends the text next. The status is 200 so that nothing on the way takes offence. */
const notPersisted = (message: string): GatewayError =>
  new GatewayError('BAD_REQUEST', message, { http: { status: 200 } });

const propertiesOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

/**
 * The text of the document that a request asks for, by itself or by its hash.
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

/** For Apollo Server, which looks hashes up by itself; no caller can add to the documents. */
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
