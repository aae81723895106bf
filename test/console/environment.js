/** Jest's environment for tests in a browser: what the pages show when a test fails is printed with its failure. */
const TestEnvironment = require('../harness/environment');

module.exports = class extends TestEnvironment {
  async handleTestEvent({ name, test, hook }) {
    if (name !== 'test_fn_failure' && name !== 'hook_failure') return;
    await this.global.reportPages?.(test?.name ?? hook?.type ?? 'hook');
  }
};
