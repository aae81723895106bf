/** Jest's environment for tests in a browser: if a test fails, prints what the pages show. */
const TestEnvironment = require('../harness/environment');

module.exports = class extends TestEnvironment {
  async handleTestEvent({ name, test, hook }) {
    if (name !== 'test_fn_failure' && name !== 'hook_failure') return;
    await this.global.reportPages?.(test?.name ?? hook?.type ?? 'hook');
  }
};
