/** Faults that take away what keeps the gateway serving when more is asked of it than it can do. */
import type { Mutant } from './mutants';

const ADMISSION = ['src/http/admission'];

export const LOAD_MUTANTS: readonly Mutant[] = [
  {
    name: 'load: nothing is refused, however long it waits',
    file: 'src/http/admission.ts',
    find: 'if (this.#waiting < ALWAYS_QUEUED) return false;',
    replace: 'if (this.#waiting >= 0) return false;',
    tests: ADMISSION,
  },
  {
    name: 'load: a flood keeps its places when others come',
    file: 'src/http/admission.ts',
    find: 'return others === 0 || !isBusy() ? maxAlone :',
    replace: 'return others >= 0 ? maxAlone :',
    tests: ADMISSION,
  },
  {
    name: 'load: whoever came first is served first',
    file: 'src/http/admission.ts',
    find: '      this.#queues.delete(owner);\n      this.#queues.add(owner);\n',
    replace: '',
    tests: ADMISSION,
  },
  {
    name: 'load: a flood has everything back at once',
    file: 'src/http/admission.ts',
    find: 'if (now - since < RECENT_MS) break;',
    replace: '',
    tests: ADMISSION,
  },
  {
    name: 'load: a gateway that stands still lets more wait',
    file: 'src/http/admission.ts',
    find: 'Math.max(expected, this.clock() - this.#lastTurn)',
    replace: 'expected',
    tests: ADMISSION,
  },
  {
    name: 'load: an operation that fails keeps its place',
    file: 'src/http/admission.ts',
    find: '      return await work();\n    } finally {\n      this.#leave(owner);\n    }',
    replace:
      '      const result = await work();\n      this.#leave(owner);\n      return result;\n    } finally {\n    }',
    tests: ADMISSION,
  },
  {
    name: 'load: what is refused is read first',
    file: 'src/http/server.ts',
    find: 'if (queue.refuses(ownerOf(caller, address))) return shed(request, reply);',
    replace: '',
    tests: ['src/http/standard-headers'],
  },
  {
    name: 'load: requests that arrive together begin together',
    file: 'src/http/arrivals.ts',
    find: 'if (this.#waiting.size === 0 && this.#begun < MAX_BEGUN_IN_A_TURN) {',
    replace: 'if (this.#begun >= 0) {',
    tests: ['src/http/arrivals'],
  },
  {
    name: 'load: an address that sends many requests is served before others',
    file: 'src/http/arrivals.ts',
    find: '      this.#waiting.delete(address);\n      if (waiting.length > 0) this.#waiting.set(address, waiting);',
    replace: '      if (waiting.length === 0) this.#waiting.delete(address);',
    tests: ['src/http/arrivals'],
  },
  {
    name: 'load: a server that does not stay up is started for ever',
    file: 'src/embedded-postgres/supervisor.ts',
    find: 'while (this.#restarts < MAX_RESTARTS) {',
    replace: 'while (this.#restarts < 100) {',
    tests: ['src/embedded-postgres/supervisor'],
  },
];
