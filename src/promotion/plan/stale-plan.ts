/** The error for a plan made against another state. */
import { violatedUnique } from '../../db/database-errors';
import { GatewayError } from '../../errors';

export const stalePlan = (
  why: string,
  remedy = 'Nothing was stored. Plan again, look at the changes, then apply.',
): GatewayError => new GatewayError('PLAN_OUTDATED', `${why} ${remedy}`);

/** A row of the same name was created in the meantime. */
export const orStalePlan = (error: unknown, remedy?: string): unknown =>
  violatedUnique(error) === null ? error : stalePlan('A row with the same name has been created meanwhile.', remedy);
