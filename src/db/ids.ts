/** Generates ids. */
import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';

/**
 * A UUID version 7 (RFC 9562). Its random part is fresh each time: the library's own counter, shared by all accounts of
 * a process, would reveal to one account that another is creating rows.
 */
export const newId = (): string => v7({ random: randomBytes(16) });

/** The audit chain of objects without an account, such as master keys; only operators can read it. */
export const PLATFORM_CHAIN = '00000000-0000-0000-0000-000000000000';
