/** The gateway of `npm run dev`: loads its packages in advance, and the product when dev.js says so. */

// Loading these takes a third of a start.
for (const name of ['reflect-metadata', 'pg', 'typeorm', 'class-validator', 'type-graphql', 'graphql-scalars', 'zod'])
  require(name);
for (const name of ['@apollo/server', '@graphql-tools/utils', 'fastify', 'graphql-jit', 'pino', 'pino-pretty', 'ajv'])
  require(name);

// Without its parent, there is nothing to wait for.
const endAlone = () => process.exit();
process.once('disconnect', endAlone);
process.once('message', () => {
  process.off('disconnect', endAlone);
  process.disconnect();
  require('../dist/src/main.js');
});
