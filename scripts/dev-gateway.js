/** The gateway of `npm run dev`: loads its packages ahead of time and the product when dev.js says so. */

// A third of a start is loading these.
for (const name of ['reflect-metadata', 'pg', 'typeorm', 'class-validator', 'type-graphql', 'graphql-scalars', 'zod'])
  require(name);
for (const name of ['@apollo/server', '@graphql-tools/utils', 'fastify', 'graphql-jit', 'pino', 'pino-pretty', 'ajv'])
  require(name);

// Without its parent it has nothing to wait for.
const endAlone = () => process.exit();
process.once('disconnect', endAlone);
process.once('message', () => {
  process.off('disconnect', endAlone);
  process.disconnect();
  require('../dist/src/main.js');
});
