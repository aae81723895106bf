/** The limits stated in the descriptions of types and inputs are those that validation enforces. */
import { isInputObjectType, isObjectType } from 'graphql';
import { ZodObject, type ZodType } from 'zod';
import { resources } from '../../src/resources';
import { gatewaySchema } from '../harness/factories';

const CHARACTERS = /([\d,]+) characters/;
const OF_JSON = /at most (\d+) KB and (\d+) levels/;

function descriptionsOf(type: string): ReadonlyMap<string, string> {
  const found = gatewaySchema.getType(type);
  if (!isInputObjectType(found) && !isObjectType(found)) throw new Error(`There is no ${type}`);
  return new Map(Object.values(found.getFields()).map(({ name, description }) => [name, description ?? '']));
}

const numberIn = (text: string | undefined): number => Number((text ?? '').replace(',', ''));

const nested = (levels: number): object => (levels === 1 ? {} : { a: nested(levels - 1) });

/** An object whose JSON has the given number of bytes. */
const ofBytes = (bytes: number): object => ({ a: 'x'.repeat(bytes - '{"a":""}'.length) });

function expectLimit(rule: ZodType, most: unknown, tooMuch: unknown): void {
  expect([rule.safeParse(most).success, rule.safeParse(tooMuch).success]).toEqual([true, false]);
}

const stated = resources.flatMap(({ names, mutations }) => {
  if (!(mutations?.rowSchema instanceof ZodObject)) return [];
  const rules: Readonly<Record<string, ZodType>> = mutations.rowSchema.shape;
  const types = [names.type, `Create${names.type}Input`, `Update${names.type}Input`];
  return types.flatMap((type) =>
    [...descriptionsOf(type)]
      .filter(([field, text]) => field in rules && (CHARACTERS.test(text) || OF_JSON.test(text)))
      .map(([field, text]) => ({ place: `${type}.${field}`, rule: rules[field], text })),
  );
});

/** Whether the rule checks only a size, and not the syntax of a cron expression or the fields of a configuration. */
const isOfSizeAlone = ({ rule, text }: (typeof stated)[number]): boolean =>
  rule?.safeParse(OF_JSON.test(text) ? {} : 'x').success === true;

it('only a few fields have rules beyond a size', () => {
  const fields = stated.filter((each) => !isOfSizeAlone(each)).map(({ place }) => place.replace(/^.*\./, ''));
  expect([...new Set(fields)].sort()).toEqual(['config', 'cron', 'tags', 'timezone', 'url']);
});

it('the descriptions state limits of every kind', () => {
  expect(stated.filter(({ text }) => OF_JSON.test(text)).length).toBeGreaterThan(5);
  expect(stated.filter(({ text }) => CHARACTERS.test(text)).length).toBeGreaterThan(20);
});

it.each(stated.filter(isOfSizeAlone))(
  '$place accepts as much as its description states, and no more',
  ({ rule, text }) => {
    if (!rule) throw new Error('It has a rule');
    const [, kilobytes, levels] = OF_JSON.exec(text) ?? [];
    if (kilobytes !== undefined) {
      expectLimit(rule, nested(numberIn(levels)), nested(numberIn(levels) + 1));
      expectLimit(rule, ofBytes(numberIn(kilobytes) * 1024), ofBytes(numberIn(kilobytes) * 1024 + 1));
      return;
    }
    const most = numberIn(CHARACTERS.exec(text)?.[1]);
    expectLimit(rule, 'x'.repeat(most), 'x'.repeat(most + 1));
  },
);
