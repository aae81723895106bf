/** Faults that remove the fair sharing of the event loop, and the limits of WebSocket messages. */
import type { Mutant } from './mutants';

const OUTPUT = ['src/http/output-limit'];

export const TURN_MUTANTS: readonly Mutant[] = [
  {
    name: 'turns: operations that come at once are read at once',
    file: 'src/graph/run-operation.ts',
    find: '    if (wait) await wait;',
    replace: '',
    tests: ['src/graph/shared-turns'],
  },
  {
    name: 'turns: root fields are completed at once',
    file: 'src/graph/executor/execute-fields.ts',
    find: 'place.prev ? null : this.turn()',
    replace: 'null',
    tests: ['src/graph/shared-turns'],
  },
  {
    name: 'turns: who came first is served first',
    file: 'src/util/event-loop-turns.ts',
    find: 'this.#waiting.delete(owner);',
    replace: '',
    tests: ['src/util/slices'],
  },
  {
    name: 'turns: all rows that PostgreSQL has ready are read at once',
    file: 'src/db/pipeline/batch.ts',
    find: 'if (this.#left < this.#nextPause) this.#giveWay();',
    replace: '',
    tests: ['test/database/batch'],
  },
  {
    name: 'turns: a long text is written at once',
    file: 'src/util/json-in-slices.ts',
    find: "typeof value === 'string' && value.length > PIECE_CHARS",
    replace: "typeof value === 'string' && value.length < 0",
    tests: ['src/util/json-in-slices'],
  },
  {
    name: 'turns: a long list of texts is written at once',
    file: 'src/util/json-in-slices.ts',
    find: 'if (chars > PIECE_CHARS) return false;',
    replace: '',
    tests: ['src/util/json-in-slices'],
  },
  {
    name: 'turns: all requests of what was read from a connection are made at once',
    file: 'src/http/read-in-pieces.ts',
    find: 'const piece = bytes.length <= PIECE_BYTES ?',
    replace: 'const piece = bytes.length > 0 ?',
    tests: OUTPUT,
  },
  {
    name: 'turns: pipelined requests are made while others of the connection wait',
    file: 'src/http/request-queue.ts',
    find: '() => this.#waiting.length === 0,',
    replace: '() => true,',
    tests: OUTPUT,
  },
  {
    name: 'turns: requests are parsed before they wait among many',
    file: 'src/http/pre-parse-admission.ts',
    find: 'request.bytes > MAX_HELD_BYTES',
    replace: 'request.bytes > 0',
    tests: ['src/http/unparsed-requests'],
  },
  {
    name: 'turns: who leaves keeps the place in line',
    file: 'src/http/request-queue.ts',
    find: 'this.#held?.();',
    replace: '',
    tests: ['src/http/unparsed-requests'],
  },
  {
    name: 'turns: a place that is left twice is free twice',
    file: 'src/http/admission.ts',
    find: 'if (!this.isHeld) return;',
    replace: '',
    tests: ['src/http/admission'],
  },
  {
    name: 'turns: refusals leave as fast as they come',
    file: 'src/http/refusal-pace.ts',
    find: 'if (this.#left === 0 && !this.#isUnlimited) {',
    replace: 'if (this.#waiting.length < 0) {',
    tests: ['src/http/refusal-pace'],
  },
  {
    name: 'turns: the first schema of a tool waits for its meta-schema to be compiled',
    file: 'src/main.ts',
    find: 'const compiled = compileMetaSchemas();',
    replace: 'const compiled = Promise.resolve(compileMetaSchemas.name);',
    tests: ['test/start/start.test'],
  },
  {
    name: 'answer: answers over WebSocket are as large as others',
    file: 'src/http/websocket-operations.ts',
    find: 'allowsChanges: true, maxAnswerChars: MAX_MESSAGE_CHARS',
    replace: 'allowsChanges: true, maxAnswerChars: 16 * MAX_MESSAGE_CHARS',
    tests: ['test/streams/websocket'],
  },
  {
    name: 'answer: what waits on a WebSocket is not counted',
    file: 'src/http/websocket.ts',
    find: 'hold: (chars) => budget.hold(inFlight, chars),',
    replace: 'hold: (chars) => () => chars,',
    tests: ['test/streams/websocket'],
  },
  {
    name: 'answer: a change over WebSocket is made without room for its answer',
    file: 'src/http/websocket-operations.ts',
    find: 'if (!release) throw overloaded(',
    replace: 'if (!release) return;\n      if (chars < 0) throw overloaded(',
    tests: ['test/streams/websocket'],
  },
];
