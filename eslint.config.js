/** What the compiler cannot see, and the rules of the house; each message gives its reason. */
const js = require('@eslint/js');
const { defineConfig } = require('eslint/config');
const reactHooks = require('eslint-plugin-react-hooks');
const tseslint = require('typescript-eslint');

/** A file says what it is for before it says anything else. */
const duty = {
  meta: {
    type: 'suggestion',
    messages: { missing: 'Open the file with a /** … */ comment that says its duty in a line.' },
  },
  create: (context) => ({
    Program(node) {
      if (!/^(#!.*\n)?\/\*\*\s*\S/.test(context.sourceCode.text)) context.report({ node, messageId: 'missing' });
    },
  }),
};

const MANAGERS = {
  name: 'typeorm',
  importNames: ['DataSource', 'EntityManager', 'Repository'],
  message: 'They reach rows without an account condition: only src/db may hold them. Ask a Scope instead.',
};
const DRIVER = {
  name: 'pg',
  message: 'A connection reaches rows without a scope: only src/db may hold one. Ask a Scope instead.',
};
const ENVIRONMENT = {
  object: 'process',
  property: 'env',
  message:
    'src/config.ts is the one reader of the environment (src/cli/environment.ts for the command line), so that every setting is validated and documented.',
};

const STATEMENT =
  '(SELECT\\s[^.]*\\sFROM|INSERT INTO|DELETE FROM|UPDATE\\s\\S+\\s+SET|ORDER BY|FOR UPDATE|SET LOCAL)\\b';
const HOOKS = {
  selector: 'CallExpression[callee.property.name=/^on(Prepared|Step|Operation|Response|Denied)$/]',
  message:
    'Lifecycle hooks are called by src/graph/run-operation.ts and nowhere else: every operation passes there once.',
};

const SQL = ['Literal[value=', 'TemplateElement[value.raw='].map((node) => ({
  selector: `${node}/${STATEMENT}/]`,
  message:
    'SQL text lives in src/db/statements, where a test sees that it names its account. Give it a function there.',
}));

// Nobody writes these, so no rule is for them; they are not ignored, or naming one on the command line would be a warning.
const GENERATED = ['**/generated/**'];

module.exports = defineConfig(
  {
    ignores: [
      'dist/',
      'data/',
      'coverage/',
      'node_modules/',
      'bench/peers/',
      'console/src/generated/',
      'clients/cli/dist/',
      'clients/typescript/dist/',
      'packages/directives/dist/',
      'clients/typescript/src/generated/',
      'test/clients/programs/generated/',
    ],
  },
  { files: ['**/generated/*.ts'], languageOptions: { parser: tseslint.parser } },
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{ts,tsx,mts,js,cjs}'],
    ignores: GENERATED,
    plugins: { house: { rules: { duty } } },
    rules: { 'house/duty': 'error', 'max-lines': ['error', { max: 300, skipBlankLines: true }] },
  },
  {
    files: ['**/*.{js,cjs}'],
    extends: [js.configs.recommended],
    languageOptions: {
      sourceType: 'commonjs',
      globals: {
        require: 'readonly',
        module: 'writable',
        process: 'readonly',
        __dirname: 'readonly',
        console: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
      },
    },
  },
  {
    // It runs in browsers, beside MiniSearch.
    files: ['scripts/docs-site/search.js'],
    languageOptions: {
      globals: { document: 'readonly', matchMedia: 'readonly', MiniSearch: 'readonly', window: 'readonly' },
    },
  },
  {
    files: ['**/*.{ts,tsx,mts}'],
    ignores: GENERATED,
    extends: [js.configs.recommended, tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: __dirname } },
    rules: {
      'no-undef': 'off',
      // Recurses without end on types that name themselves.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // Interfaces ask for promises; `async` turns what is thrown into a rejection.
      '@typescript-eslint/require-await': 'off',
      // Rows are plain objects with a class as their type, and a spread string counts code points.
      '@typescript-eslint/no-misused-spread': 'off',
      // What a caller expects of a row is said by a type parameter.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': true, minimumDescriptionLength: 10 }],
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowNullish: false }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ['console/**/*.{ts,tsx}'],
    extends: [reactHooks.configs.flat['recommended-latest']],
  },
  {
    // Matchers are `any`, and tests give wrong values on purpose.
    files: ['**/*.test.ts', 'test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
      '@typescript-eslint/restrict-template-expressions': 'off',
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/no-generated-empty-object-type': 'off',
      '@typescript-eslint/no-unsafe-enum-comparison': 'off',
    },
  },
  {
    // They run in Node.js and browsers, and say what the compiler must refuse.
    files: ['test/clients/programs/**/*.{mts,cjs}'],
    languageOptions: { globals: { fetch: 'readonly' } },
    rules: { '@typescript-eslint/ban-ts-comment': 'off', '@typescript-eslint/no-unused-vars': 'off' },
  },
  {
    // Their types are made of the schema by their test.
    files: ['test/clients/programs/{genql,gql-tada}.mts'],
    extends: [tseslint.configs.disableTypeChecked],
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/**/*.test.ts'],
    rules: {
      'no-restricted-properties': ['error', ENVIRONMENT],
      'no-restricted-imports': ['error', { paths: [MANAGERS, DRIVER] }],
      'no-restricted-syntax': ['error', ...SQL, HOOKS],
    },
  },
  {
    // The one road, and the transport's note of which operations change something, which it wraps around a hook.
    files: ['src/graph/run-operation.ts', 'src/http/server.ts'],
    rules: { 'no-restricted-syntax': ['error', ...SQL] },
  },
  {
    files: ['src/{db,embedded-postgres}/**/*.ts'],
    rules: { 'no-restricted-imports': 'off', 'no-restricted-syntax': 'off' },
  },
  {
    // PostgreSQL names types by numbers, of which pg's enum has but the built-in ones.
    files: ['src/db/pipeline/value-parsers.ts'],
    rules: { '@typescript-eslint/no-unsafe-enum-assignment': 'off' },
  },
  { files: ['src/config.ts', 'src/cli/environment.ts'], rules: { 'no-restricted-properties': 'off' } },
);
