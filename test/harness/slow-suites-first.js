/**
 * Jest's sequencer: the slowest suites start first, so that at the end no worker waits for another one's long suite.
 */
const Sequencer = require('@jest/test-sequencer').default;

/** Suites that take half a minute or more, the slowest first. */
const SLOWEST = [
  'isolation/non-interference',
  'prove/prove',
  'start/start',
  'isolation/restricted-keys',
  'domain/secrets-key',
  'start/stop',
  'database/cost-independence',
  'new-resource/new-resource',
  'promotion/properties',
  'isolation/hostile',
  'embedded-postgres/start-embedded',
  'isolation/annotations',
  'operations/who-sent-it-before',
  'database/plans',
  'faults/faults',
  'access/row-plans',
].map((name) => `/${name}.test.ts`);

const rank = ({ path }) => {
  const place = SLOWEST.findIndex((name) => path.endsWith(name));
  return place < 0 ? SLOWEST.length : place;
};

module.exports = class extends Sequencer {
  async sort(tests) {
    return [...(await super.sort(tests))].sort((left, right) => rank(left) - rank(right));
  }
};
