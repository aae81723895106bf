/**
 * If fields of an operation were stored, nothing in its answer invites the client to send the whole operation again.
 */
import { GraphQLError } from 'graphql';
import { pino } from 'pino';
import { DatabaseUnavailableError } from '../db/database-errors';
import { GatewayError } from '../errors';
import { createToGatewayError } from './errors/to-gateway-error';
import { answerTo, type OperationAnswer } from './operation-answer';

const toGatewayError = createToGatewayError(pino({ level: 'silent' }));

const answered = (originalError: Error, stored: Record<string, unknown>): OperationAnswer => {
  const error = new GraphQLError(originalError.message, { originalError, path: ['second'] });
  return answerTo({ data: null, errors: [error], stored }, 'r', toGatewayError, 0).answer;
};

const overload = new GatewayError('OVERLOADED', 'Nothing was executed; try again.', { retryAfterSeconds: 2 });
const conflict = new GatewayError('CONFLICT', 'Changed at the same time. Nothing was stored; send the request again.');

it.each([
  ['a database that cannot be reached', new DatabaseUnavailableError(true, new Error('down')), 503],
  ['a conflict', conflict, 200],
  ['overload', overload, 503],
])('%s: the error does not deny that other fields were stored', (_name, error, status) => {
  expect(answered(error, {}).status).toBe(status);
  expect(JSON.stringify(answered(error, {}))).toContain('Nothing was');

  const { body, ...answer } = answered(error, { first: { id: '1' } });
  expect([answer.status, answer.headers]).toEqual([200, {}]);
  expect(body.errors?.[0]?.message).not.toMatch(/Nothing was|send this again|send the request again/);
  expect(body.errors?.[0]?.message).toMatch(/These fields were stored anyway: first; see extensions\.stored\.$/);
  expect(body.errors?.[0]?.extensions).toMatchObject({ stored: { first: { id: '1' } } });
  expect(body.errors?.[0]?.extensions?.['retry']).not.toBe(true);
});

it('an internal error remains one if other fields were stored', () => {
  expect(answered(new Error('fault'), { first: null }).status).toBe(500);
});
