#!/usr/bin/env node
/** portcullis, as it comes with the gateway. */
import { BESIDE_GATEWAY } from './beside-gateway';
import { runProcess } from './process';

runProcess(BESIDE_GATEWAY);
