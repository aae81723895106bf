/** Loaded before a gateway that is measured without the check of rows on their way out; carriers keep their scope. */
import { OutputGuard, isPromise } from '../../src/graph/directives/output-guard';
import { isObject, tagged } from '../../src/graph/directives/scope-tag';

function unchecked(this: OutputGuard<unknown, object>, result: unknown, scope: object): unknown {
  if (isPromise(result)) return result.then((value) => unchecked.call(this, value, scope));
  return isObject(result) && !Array.isArray(result) ? tagged(result, scope) : result;
}

OutputGuard.prototype.filterResult = unchecked;
