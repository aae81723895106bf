#!/usr/bin/env node
/** portcullis, as it comes with the gateway. */
import { DATABASE_COMMANDS } from './database-commands';
import { runProcess } from './process';

runProcess(DATABASE_COMMANDS);
