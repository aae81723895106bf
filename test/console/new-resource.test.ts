/** The console derives resources from the published schema: a new one appears in it without further code. */
import { readFileSync } from 'node:fs';
import { projectFile } from '../../src/util/project-file';
import { gatewayRegistry } from '../../src/resources';

interface Described {
  readonly type: string;
  readonly plural: string;
  readonly title: string;
  readonly create: readonly { readonly name: string; readonly kind: string; readonly target?: string }[] | null;
  readonly isRestorable: boolean;
}
const { consoleResources } = jest.requireActual<{ consoleResources: (schema: string) => readonly Described[] }>(
  '../../scripts/console-resources.js',
);

const SCHEMA = readFileSync(projectFile('schema', 'schema.graphql'), 'utf8');

it('every resource of the registry with its own ids is in the console', () => {
  const described = consoleResources(SCHEMA).map(({ type }) => type);
  const resources = gatewayRegistry.resources.map(({ names }) => names.type);
  const nodes = [...SCHEMA.matchAll(/^type (\w+) implements Node/gm)].map(([, type = '']) => type);
  expect([...described].sort()).toEqual(resources.filter((type) => nodes.includes(type)).sort());
});

it('a new resource has a list, a form with references, and restores', () => {
  const renamed = SCHEMA.replaceAll('McpServer', 'PromptTemplate').replaceAll('mcpServer', 'promptTemplate');
  const described = consoleResources(renamed);
  expect(described.find(({ type }) => type === 'PromptTemplate')).toMatchObject({
    plural: 'promptTemplates',
    title: 'Prompt templates',
    isRestorable: true,
    create: expect.arrayContaining([expect.objectContaining({ name: 'name', kind: 'text' })]),
  });
  expect(described.find(({ type }) => type === 'Agent')?.create).toContainEqual(
    expect.objectContaining({ name: 'promptTemplateIds', kind: 'reference', target: 'PromptTemplate' }),
  );
});

it('the build fails for a schema that lacks what the console would request', () => {
  const without = SCHEMA.replaceAll('expectedVersion: Int', 'version: Int');
  expect(() => consoleResources(without)).toThrow(
    /The console would send what the schema does not have: .*expectedVersion/,
  );
});
