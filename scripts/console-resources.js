/**
 * Generates what the console knows about resources from the published schema, so that a new resource appears without
 * code.
 */
const {
  buildSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} = require('graphql');
const { isObjectType, isScalarType, parse, validate } = require('graphql');

const COMMON_ARGUMENTS = ['after', 'before', 'deleted', 'filter', 'first', 'last', 'orderBy'];

const capitalized = (text) => text[0].toUpperCase() + text.slice(1);

const ACRONYMS = /\b(api|mcp|a2a|id|ids|url)\b/g;

/** `mcpServers` -> `MCP servers`, `apiKeyId` -> `API key ID`. */
const words = (name) =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(ACRONYMS, (word) => (word === 'ids' ? 'IDs' : word.toUpperCase()));

const textOf = (description) => (description ?? '').replace(/\s+/g, ' ').trim();

function scalarKind(type, description) {
  if (isEnumType(type)) return 'enum';
  switch (type.name) {
    case 'Boolean':
      return 'boolean';
    case 'Int':
    case 'Float':
      return 'number';
    case 'DateTime':
      return 'time';
    case 'ID':
      return 'id';
    case 'JSON':
    case 'JSONObject':
      return 'json';
    default:
      return /at most \d{1,3},\d{3} characters/i.test(description) ? 'long-text' : 'text';
  }
}

const valuesOf = (type) => (isEnumType(type) ? { values: type.getValues().map(({ name }) => name) } : {});

/** The resource whose rows an input field refers to by ids: `toolIds` -> Tool, `subAgentIds` -> Agent. */
function targetOf(name, types) {
  const [, stem] = /^(.+?)Ids?$/.exec(name) ?? [];
  return stem === undefined ? undefined : types.find((type) => capitalized(stem).endsWith(type));
}

/** A field of an input type, as needed by forms. */
function inputField(field, types) {
  const type = getNamedType(field.type);
  const description = textOf(field.description);
  const isList = isListType(getNullableType(field.type));
  const target = targetOf(field.name, types);
  const parts = isInputObjectType(type)
    ? { fields: Object.values(type.getFields()).map((part) => inputField(part, types)) }
    : {};
  return {
    name: field.name,
    label: capitalized(words(field.name.replace(/Ids?$/, target ? (isList ? 's' : '') : '$&'))),
    kind: isInputObjectType(type) ? 'object' : target ? 'reference' : scalarKind(type, description),
    isList,
    isRequired: isNonNullType(field.type) && field.defaultValue === undefined,
    description,
    ...valuesOf(type),
    ...(target ? { target } : {}),
    ...parts,
  };
}

/** A field of a row: plain values, parts of the row, or related rows. */
function rowField(field, types) {
  const type = getNamedType(field.type);
  const description = textOf(field.description);
  const isList = isListType(getNullableType(field.type));
  const about = {
    name: field.name,
    label: capitalized(words(field.name)),
    description,
    isList,
    isNullable: !isNonNullType(field.type),
  };
  if (!isObjectType(type))
    return {
      ...about,
      kind: scalarKind(type, description),
      selection: field.name,
      ...valuesOf(type),
      ...(targetOf(field.name, types) ? { target: targetOf(field.name, types) } : {}),
    };
  if (types.includes(type.name)) {
    const labels = ['name', 'cron', 'status', 'startedAt'].filter((name) => name in type.getFields());
    return {
      ...about,
      kind: 'link',
      target: type.name,
      selection: `${field.name} { id accountId ${labels.join(' ')} }`,
    };
  }
  const isPlain = (part) => isScalarType(getNamedType(part.type)) || isEnumType(getNamedType(part.type));
  const selectionOf = (part) =>
    isPlain(part)
      ? part.name
      : `${part.name} { ${Object.values(getNamedType(part.type).getFields())
          .filter(isPlain)
          .map(({ name }) => name)
          .join(' ')} }`;
  return {
    ...about,
    kind: 'object',
    selection: `${field.name} { ${Object.values(type.getFields()).map(selectionOf).join(' ')} }`,
  };
}

function filterField(field) {
  const conditions = getNamedType(field.type).getFields();
  const [condition] = Object.values(conditions);
  const isIn = (name) => name in conditions;
  const kind = isIn('contains')
    ? 'text'
    : isIn('after')
      ? 'time'
      : isIn('path')
        ? 'metadata'
        : isIn('includes')
          ? 'includes'
          : isIn('isSet')
            ? 'presence'
            : scalarKind(getNamedType(condition.type), '');
  return { name: field.name, label: capitalized(words(field.name)), kind, ...valuesOf(getNamedType(condition.type)) };
}

const nameFirst = (fields) => [...fields].sort((a, b) => Number(b.name === 'name') - Number(a.name === 'name'));

const fieldsOf = (schema, name) => Object.values(schema.getType(name)?.getFields() ?? {});

/** @returns null for a type without a list. */
function resourceOf(schema, type, types) {
  const queries = schema.getQueryType().getFields();
  const mutations = schema.getMutationType().getFields();
  const list = Object.values(queries).find(
    (field) =>
      getNamedType(field.type).name === `${type.name}Connection` &&
      COMMON_ARGUMENTS.every((name) => field.args.some((argument) => argument.name === name)),
  );
  if (!list) return null;
  const one = Object.values(queries).find(
    (field) => getNamedType(field.type) === type && field.args.some(({ name }) => name === 'id'),
  );
  const has = (verb) => getNamedType(mutations[`${verb}${type.name}`]?.type ?? schema.getQueryType()) === type;
  const actionOf = (verb) =>
    /action: (\w+)/
      .exec(
        JSON.stringify(mutations[`${verb}${type.name}`]?.astNode?.directives ?? []).includes('ADMIN')
          ? 'action: ADMIN'
          : 'action: WRITE',
      )[1]
      .toLowerCase();
  const inputs = (verb) =>
    has(verb)
      ? fieldsOf(schema, `${capitalized(verb)}${type.name}Input`).map((field) => inputField(field, types))
      : null;
  return {
    type: type.name,
    plural: list.name,
    singular: one.name,
    title: capitalized(words(list.name)),
    noun: words(type.name[0].toLowerCase() + type.name.slice(1)),
    nouns: words(list.name),
    description: textOf(type.description),
    writeAction: actionOf('create'),
    fields: Object.values(type.getFields()).map((field) => rowField(field, types)),
    filters: nameFirst(fieldsOf(schema, `${type.name}Filter`)).map(filterField),
    orders:
      schema
        .getType(`${type.name}OrderField`)
        ?.getValues()
        .map(({ name }) => name) ?? [],
    create: inputs('create'),
    update: inputs('update'),
    isDeletable: has('delete'),
    isRestorable: has('restore'),
  };
}

/** Everything that the console will select of a resource, so that the build fails if the schema lacks it. */
function documentsOf({ type, plural, singular, fields, create, update, isDeletable, isRestorable }) {
  const selection = fields.map((field) => field.selection).join(' ');
  return [
    `query L($accountId: ID, $first: Int, $after: String, $last: Int, $before: String, $filter: ${type}Filter, $orderBy: ${type}Order, $deleted: Deleted! = EXCLUDE) { rows: ${plural}(accountId: $accountId, first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy, deleted: $deleted) { totalCount nodes { ${selection} } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
    `query O($id: ID!) { row: ${singular}(id: $id) { ${selection} } }`,
    create &&
      `mutation C($accountId: ID, $input: Create${type}Input!) { row: create${type}(accountId: $accountId, input: $input) { id } }`,
    update &&
      `mutation U($accountId: ID, $id: ID!, $input: Update${type}Input!, $expectedVersion: Int) { row: update${type}(accountId: $accountId, id: $id, input: $input, expectedVersion: $expectedVersion) { id } }`,
    isDeletable &&
      `mutation D($accountId: ID, $id: ID!, $force: Boolean! = false) { row: delete${type}(accountId: $accountId, id: $id, force: $force) { id } }`,
    isRestorable &&
      `mutation R($accountId: ID, $id: ID!) { row: restore${type}(accountId: $accountId, id: $id) { id } }`,
  ].filter(Boolean);
}

/**
 * @param source the published schema, in the schema definition language.
 * @returns descriptions of its resources, with the types of console/src/resources/resource-type.ts.
 */
function consoleResources(source) {
  const schema = buildSchema(source);
  const node = schema.getType('Node');
  const types = schema.getPossibleTypes(node);
  const names = types.map(({ name }) => name);
  const resources = types.map((type) => resourceOf(schema, type, names)).filter((resource) => resource !== null);
  for (const document of resources.flatMap(documentsOf)) {
    const [error] = validate(schema, parse(document));
    if (error) throw new Error(`The console would send what the schema does not have: ${error.message}\n${document}`);
  }
  return resources;
}

module.exports = { consoleResources };
