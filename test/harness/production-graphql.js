/** Loads graphql-js as the product does: elsewhere than in production it compares types the slow way. */
const mode = process.env.NODE_ENV;
process.env.NODE_ENV = 'production';
require('graphql/jsutils/instanceOf');
process.env.NODE_ENV = mode;
