/** Loads graphql-js in production mode, like the product; otherwise it compares types in a slower way. */
const mode = process.env.NODE_ENV;
process.env.NODE_ENV = 'production';
require('graphql/jsutils/instanceOf');
process.env.NODE_ENV = mode;
