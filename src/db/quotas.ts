/** Limits on what one account may have, and the errors for exceeding them. */
import { beyondQuota, type GatewayError } from '../errors';

/** The gateway's settings; 0: no limit. */
export interface Quotas {
  /** Rows that are not deleted, per type. */
  readonly MAX_ROWS_PER_ACCOUNT: number;
  /** Keys that are neither expired nor revoked nor replaced. */
  readonly MAX_KEYS_PER_ACCOUNT: number;
  /** The size of an export in megabytes. */
  readonly MAX_EXPORT_MB: number;
}

export const NO_QUOTAS: Quotas = { MAX_ROWS_PER_ACCOUNT: 0, MAX_KEYS_PER_ACCOUNT: 0, MAX_EXPORT_MB: 16 };

/** The maximum number of rows of an account in a table. */
export interface Quota {
  /** 0: no limit. */
  readonly maximum: number;
  readonly refusal: () => GatewayError;
}

/** @param plural the name of the rows, for example `tools`. */
export const rowQuota = ({ MAX_ROWS_PER_ACCOUNT: maximum }: Quotas, plural: string): Quota => ({
  maximum,
  refusal: () =>
    beyondQuota(
      'MAX_ROWS_PER_ACCOUNT',
      maximum,
      `at most ${maximum} ${plural}`,
      `Delete ${plural} that are not needed`,
    ),
});

export const keyQuota = ({ MAX_KEYS_PER_ACCOUNT: maximum }: Quotas): Quota => ({
  maximum,
  refusal: () =>
    beyondQuota('MAX_KEYS_PER_ACCOUNT', maximum, `at most ${maximum} active keys`, 'Revoke keys that are not needed'),
});

export const exportQuota = ({ MAX_EXPORT_MB: maximum }: Quotas): GatewayError =>
  beyondQuota(
    'MAX_EXPORT_MB',
    maximum,
    `a configuration of at most ${maximum} MB in one export`,
    'Export in parts, by section with include and by name with names',
  );
