#!/usr/bin/env node
/** portcullis, as the package of the command line has it: what talks to a gateway over HTTP (scripts/build-cli.js). */
import { Command } from 'commander';
import { usageError } from './failures';
import { runProcess } from './process';

/** Says where a command is that is not here. */
const elsewhere = (name: string): Command =>
  new Command(name)
    .description('Only beside the gateway, with the program that comes with it.')
    .argument('[words...]')
    .allowUnknownOption()
    .action(() => {
      throw usageError(
        `"${name}" works directly on the database and is not part of this package. Run it where the gateway is installed: npm run --silent portcullis -- ${name}`,
      );
    });

runProcess(['backup', 'restore', 'recover-key'].map(elsewhere));
