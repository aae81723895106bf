#!/usr/bin/env node
/** The command line as a separate package: the commands that use a gateway over HTTP (scripts/build-cli.js). */
import { Command } from 'commander';
import { usageError } from './failures';
import { runProcess } from './process';

/** A command that only the command line installed with the gateway has. */
const gatewayOnly = (name: string): Command =>
  new Command(name)
    .description('Needs the database: only in the command line that is installed with the gateway.')
    .argument('[words...]')
    .allowUnknownOption()
    .action(() => {
      throw usageError(
        `"${name}" works directly on the database and is not part of this package. Run it where the gateway is installed: npm run --silent portcullis -- ${name}`,
      );
    });

runProcess(['backup', 'restore', 'distribute', 'recover-key'].map(gatewayOnly));
