/**
 * Jest's environment for Node.js, in which a worker compiles each module once, not once for each suite: two thousand
 * modules take V8 half a second, in each of two hundred suites.
 */
const vm = require('node:vm');
const { TestEnvironment } = require('jest-environment-node');

/** The compiled code of each module by name. The text is compared, because a suite may have its modules rewritten. */
const compiled = new Map();
const { compileFunction } = vm;

vm.compileFunction = (text, parameters, options) => {
  const known = compiled.get(options.filename);
  if (known?.text === text) return compileFunction(text, parameters, { ...options, cachedData: known.cachedData });
  const compiledFunction = compileFunction(text, parameters, { ...options, produceCachedData: true });
  const { cachedData } = compiledFunction;
  if (cachedData) compiled.set(options.filename, { text, cachedData });
  return compiledFunction;
};

module.exports = TestEnvironment;
