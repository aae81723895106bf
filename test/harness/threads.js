/** Threads of the gateway are to read TypeScript, too. */
const { join } = require('node:path');

process.execArgv.push('--require', join(__dirname, 'typescript.js'));
