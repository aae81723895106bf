/** Imports point one way, without circles. Each rule gives its reason, which is printed when it is broken. */

const rule = (name, from, to, comment) => ({ name, severity: 'error', comment, from, to });
const TESTS = '\\.test\\.ts$';

/** Lowest first: a folder imports from its own layer and from those before it, never from those behind it. */
const LAYERS = [
  '^src/(errors|config|log|start-error)\\.ts$|^src/(util|settings)/',
  '^src/auth/',
  '^src/(db|embedded-postgres)/',
  '^src/telemetry/',
  '^src/(graph|http)/',
  '^src/(resources|promotion|audit|webhooks)/',
  '^src/gateway\\.ts$',
  '^src/(main|prepare-database|workers|lifecycle|housekeeper)\\.ts$|^src/(cli|first-start)/',
];

const oneWay = LAYERS.slice(0, -1).map((path, index) =>
  rule(
    `one-way-${index}`,
    { path, pathNot: TESTS },
    { path: LAYERS.slice(index + 1).join('|') },
    'Imports point one way (main, cli -> gateway -> resources, promotion, audit -> http, graph -> telemetry -> db -> auth -> errors, config, util), so that each layer can be read and tested without those above it.',
  ),
);

module.exports = {
  forbidden: [
    ...oneWay,
    rule(
      'no-import-without-a-layer',
      { path: '^src/', pathNot: TESTS },
      { path: '^src/', pathNot: [...LAYERS, TESTS] },
      'A file outside the layers escapes the rules: add its folder to LAYERS.',
    ),
    rule(
      'no-file-without-a-layer',
      { path: '^src/', pathNot: [...LAYERS, TESTS] },
      {},
      'A file outside the layers escapes the rules: add its folder to LAYERS.',
    ),
    rule(
      'no-cycles',
      { path: '^src/' },
      { circular: true },
      'A circle, of types too, cannot be read or tested from one end. Let the lower file state what it needs as an interface.',
    ),
    rule(
      'directives-stand-alone',
      { path: '^src/graph/directives/', pathNot: TESTS },
      {
        path: '^src/|node_modules/',
        pathNot: '^src/graph/directives/|^src/util/scope-tag|node_modules/(graphql|@graphql-tools/utils)/',
      },
      'The directives are (schema, policy) -> schema: they must hold for any schema, however it was built, and are a package of their own (packages/directives).',
    ),
    rule(
      'driver-in-db',
      { path: '^src/', pathNot: ['^src/(db|embedded-postgres)/', TESTS] },
      { path: 'node_modules/(pg|@types/pg)/' },
      'A connection reaches rows without a scope: only src/db may hold one, and src/embedded-postgres the superuser of the server it starts.',
    ),
    rule(
      'resources-share-entities-only',
      { path: '^src/resources/([^/]+)/', pathNot: TESTS },
      { path: '^src/resources/[^/]+/.*(\\.resolver|\\.inputs|/index)\\.ts$', pathNot: '^src/resources/$1/' },
      "A resource may import another's entity and service, not its resolver: fields are joined by ids and loaders.",
    ),
    rule(
      'no-orphans',
      { path: '^src/', orphan: true },
      {},
      'Nothing imports this file and it imports nothing: delete it.',
    ),
    rule(
      'no-tests-in-product',
      { path: '^src/', pathNot: TESTS },
      { path: `${TESTS}|^test/` },
      'What runs in production must not depend on the tests.',
    ),
    rule(
      'declared',
      { path: '^src/', pathNot: TESTS },
      { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'] },
      'The product must run after npm ci --omit=dev: declare it in dependencies.',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['require', 'node', 'default', 'types'] },
  },
};
