/** A problem that only an administrator can fix. */
import { StartError } from '../../start-error';

/** Something to do before the gateway can start; the message is the complete instruction. */
export class SetupError extends StartError {}
