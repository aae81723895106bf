/** A reason in any language is stored in the audit log unchanged, or the request is refused. */
import { setupTwoTenants } from '../harness/setup-tenants';

const tenants = setupTwoTenants();

/** As it is transmitted: each byte of the text as a character. */
const bytes = (text: string): string => Buffer.from(text).toString('latin1');

let number = 0;
async function createWith(reason: string): Promise<{ code: string | null; message: string; stored: string | null }> {
  const name = `tool ${(number += 1)}`;
  const { errors } = await tenants.master.send(
    'mutation ($a: ID!, $n: String!) { createTool(accountId: $a, input: { name: $n }) { id } }',
    { a: tenants.acme.accountId, n: name },
    { 'x-reason': reason },
  );
  const { auditEvents } = await tenants.acme.ask<{
    auditEvents: { nodes: { reason: string | null; after: object }[] };
  }>('{ auditEvents(first: 1, direction: DESC) { nodes { reason after } } }');
  const [event] = auditEvents.nodes;
  const isStored = JSON.stringify(event?.after).includes(name);
  return {
    code: errors[0]?.extensions.code ?? null,
    message: errors[0]?.message ?? '',
    stored: isStored ? (event?.reason ?? null) : null,
  };
}

it.each([
  ['ASCII', 'ticket 7', 'ticket 7'],
  ['UTF-8', bytes('für den Kunden 顧客'), 'für den Kunden 顧客'],
  ['RFC 8187', "UTF-8''f%C3%BCr%20%E9%A1%A7%E5%AE%A2", 'für 顧客'],
  ['RFC 8187 with a language', "utf-8'de'f%C3%BCr%20uns", 'für uns'],
])('a reason is stored as it was given: %s', async (_what, header, text) => {
  expect(await createWith(header)).toMatchObject({ code: null, stored: text });
});

it.each([
  ['bytes of another encoding', 'f\u00fcr uns', /bytes that are not UTF-8/],
  ['an encoding that is broken', "UTF-8''%FF%FE", /is not percent-encoded/],
  ['an incomplete encoding', "UTF-8''abc%E", /is not percent-encoded/],
  ['a line break', "UTF-8''two%0Alines", /control characters/],
  ['U+0000', "UTF-8''a%00bc", /control characters/],
  ['a bidirectional control', "UTF-8''abc%E2%80%AEdef", /control characters/],
  ['a secret', 'because sk-ant-abcdef0123456789', /seems to contain an API key/],
])('a reason is refused and nothing is stored: %s', async (_what, header, sentence) => {
  const { code, message, stored } = await createWith(header);
  expect([code, stored]).toEqual(['BAD_REQUEST', null]);
  expect(message).toMatch(sentence);
});
