#!/usr/bin/env node
/** The command line that is installed with the gateway. */
import { DATABASE_COMMANDS } from './database-commands';
import { runProcess } from './process';

runProcess(DATABASE_COMMANDS);
