/** Preloaded into a gateway: removes its output guards, to measure their cost. Wrapper types keep their scope. */
import { isObject, isPromise, OutputGuard, tagged } from '../../src/graph/directives/output-guard';

function unchecked(this: OutputGuard<unknown, object>, result: unknown, scope: object): unknown {
  if (isPromise(result)) return result.then((value) => unchecked.call(this, value, scope));
  return isObject(result) && !Array.isArray(result) ? tagged(result, scope) : result;
}

OutputGuard.prototype.filterResult = unchecked;
