/** Lets threads of the gateway load TypeScript, too. */
const { join } = require('node:path');

process.execArgv.push('--require', join(__dirname, 'typescript.js'));
