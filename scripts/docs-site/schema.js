/** The schema as a page: operations first, then types, each with its description and its definition. */
const { parse, print, Kind } = require('graphql');

const ROOTS = ['Query', 'Mutation', 'Subscription'];

const described = (node) => node.description?.value.trim() ?? '';
const fence = (node) => `\`\`\`graphql\n${print({ ...node, description: undefined })}\n\`\`\``;

function schemaPage(text) {
  const { definitions } = parse(text);
  const named = definitions.filter((definition) => definition.name);
  const operations = ROOTS.flatMap((root) => {
    const type = named.find(({ name }) => name.value === root);
    const fields = (type?.fields ?? []).map(
      (field) => `### ${field.name.value}\n\n${described(field)}\n\n${fence(field)}`,
    );
    return [`## ${root}`, ...fields];
  });
  const types = named
    .filter(({ kind, name }) => kind !== Kind.DIRECTIVE_DEFINITION && !ROOTS.includes(name.value))
    .map((type) => `### ${type.name.value}\n\n${described(type)}\n\n${fence(type)}`);
  const directives = named
    .filter(({ kind }) => kind === Kind.DIRECTIVE_DEFINITION)
    .map((directive) => `### @${directive.name.value}\n\n${described(directive)}\n\n${fence(directive)}`);
  return ['# Schema', ...operations, '## Types', ...types, '## Directives', ...directives].join('\n\n');
}

module.exports = { schemaPage };
