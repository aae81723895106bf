/** What only an administrator can put right. */
import { StartError } from '../../start-error';

/** Something to do before the gateway can start; the message is the whole instruction. */
export class SetupError extends StartError {}
