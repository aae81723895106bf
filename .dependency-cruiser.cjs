/** Imports point one way. Each rule says why, because that is what is printed when it is broken. */

const layer = (name, from, to, comment) => ({ name, severity: 'error', comment, from, to });
const NO_TESTS = '\\.test\\.ts$';

/** Lowest first: a folder imports what stands before it, never what stands behind it. */
const LAYERS = [
  '^src/(errors|config)\\.ts$',
  '^src/auth/',
  '^src/db/',
  '^src/(graph|http)/',
  '^src/(resources|promotion|audit)/',
  '^src/(main|gateway|log)\\.ts$|^src/(cli|first-start|embedded-postgres)/',
];

const oneWay = LAYERS.slice(0, -1).map((path, index) =>
  layer(
    `one-way-${index}`,
    { path, pathNot: NO_TESTS },
    { path: LAYERS.slice(index + 1).join('|') },
    'Imports point one way (main, cli -> resources, promotion, audit -> graph -> db -> auth -> errors, config), so that a wall can be read and tested without what stands on it.',
  ),
);

module.exports = {
  forbidden: [
    ...oneWay,
    layer(
      'no-cycles',
      { path: '^src/' },
      { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
      'A cycle makes the order of loading decide what a module sees. Move what both need into a third.',
    ),
    layer(
      'directives-stand-alone',
      { path: '^src/graph/directives/', pathNot: ['decorators\\.ts$', NO_TESTS] },
      { path: 'type-graphql|^src/resources/' },
      'The directive wall is (schema, policy) -> schema: it must hold for any schema, however it was made.',
    ),
    layer(
      'driver-in-db',
      { path: '^src/', pathNot: ['^src/(db|embedded-postgres)/', NO_TESTS] },
      { path: 'node_modules/(pg|@types/pg)/' },
      'A connection reaches rows without a scope: only src/db may hold one.',
    ),
    layer(
      'resources-meet-in-entities',
      { path: '^src/resources/([^/]+)/', pathNot: NO_TESTS },
      { path: '^src/resources/[^/]+/.*(\\.resolver|\\.inputs|/index)\\.ts$', pathNot: '^src/resources/$1/' },
      "A resource may know another's entity and service, not its resolver: fields are joined by ids and loaders.",
    ),
    layer(
      'no-orphans',
      { path: '^src/', orphan: true },
      {},
      'Nobody imports this file and it imports nobody: delete it.',
    ),
    layer(
      'no-tests-in-product',
      { path: '^src/', pathNot: NO_TESTS },
      { path: `${NO_TESTS}|^test/` },
      'What runs in production must not lean on the tests.',
    ),
    layer(
      'declared',
      { path: '^src/', pathNot: NO_TESTS },
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
