/** What every program of this folder is given, and how it reports. */

const setting = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set.`);
  return value;
};

/** The endpoint, directly. */
export const url = setting('URL');
/** The endpoint behind a proxy with faults. */
export const faultyUrl = setting('FAULTY_URL');
export const key = setting('KEY');
export const masterKey = setting('MASTER_KEY');
export const accountId = setting('ACCOUNT_ID');
/** A row of another account. */
export const foreignId = setting('FOREIGN_ID');

/** Prints a value for the test to read. */
export const report = (value: unknown): void => console.log(JSON.stringify(value));
