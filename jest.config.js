/** How the tests run: TypeScript through swc, and one PostgreSQL for the whole run. */
module.exports = {
  testEnvironment: '<rootDir>/test/harness/environment.js',
  testMatch: ['<rootDir>/src/**/*.test.ts', '<rootDir>/test/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/bench/peers/'],
  // .swcrc says how.
  transform: {
    // It imports node:http when it first sends, which Jest cannot do unless import() becomes require().
    'otlp-exporter-base/.+\\.js$': ['@swc/jest', { swcrc: false, module: { type: 'commonjs' } }],
    '^.+\\.[jt]s$': '@swc/jest',
  },
  setupFiles: ['<rootDir>/test/harness/threads.js', '<rootDir>/test/harness/production-graphql.js'],
  transformIgnorePatterns: ['/node_modules/(?!@opentelemetry/otlp-exporter-base/)'],
  globalSetup: '<rootDir>/test/harness/setup.ts',
  globalTeardown: '<rootDir>/test/harness/teardown.ts',
  testSequencer: '<rootDir>/test/harness/slow-suites-first.js',
  testTimeout: 30_000,
  maxWorkers: 2,
};
