/** How the tests run: TypeScript through swc, and one PostgreSQL for the whole run. */
module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/src/**/*.test.ts', '<rootDir>/test/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/bench/peers/'],
  // .swcrc says how.
  transform: { '^.+\\.[jt]s$': '@swc/jest' },
  setupFiles: ['<rootDir>/test/harness/threads.js'],
  globalSetup: '<rootDir>/test/harness/setup.ts',
  globalTeardown: '<rootDir>/test/harness/teardown.ts',
  testTimeout: 30_000,
  maxWorkers: 2,
};
