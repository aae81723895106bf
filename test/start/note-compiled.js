/** Loaded before the program: reports each validator that Ajv compiles on standard error. */
'use strict';

globalThis.Function = new Proxy(Function, {
  construct(target, parts) {
    if (String(parts.at(-1)).includes('validate')) process.stderr.write('A validator was compiled\n');
    return Reflect.construct(target, parts);
  },
});
