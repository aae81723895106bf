/** Bodies that would be expensive to parse are refused before parsing. */
import { GatewayError } from '../errors';
import { parseBody } from './parse-body';

it.each([
  ['a list', `[${'1,'.repeat(200_000)}1]`, false],
  ['brackets', `${'['.repeat(200_000)}${']'.repeat(200_000)}`, false],
  ['digits', '1'.repeat(400_000), false],
  ['many texts', `["a"${',""'.repeat(200_000)}]`, false],
  ['one text', JSON.stringify('say "x"\n'.repeat(50_000)), true],
  ['no JSON', `"${'x'.repeat(400_000)}`, true],
])('a large body of %s is parsed only when it is mostly text', (_what, value, isText) => {
  const parse = jest.spyOn(JSON, 'parse');
  let refusal: unknown;
  try {
    parseBody(Buffer.from(`{"query":"{ hello }","variables":{"v":${value}}}`));
  } catch (error) {
    refusal = error instanceof GatewayError && error.code;
  }
  const isParsed = parse.mock.calls.some(([text]) => text.length > 300_000);
  parse.mockRestore();
  expect([isParsed, refusal === 'PAYLOAD_TOO_LARGE']).toEqual([isText, !isText]);
});
