/** Generates schema/database.sql from a database migrated for the purpose. */
import { dumpSchema } from '../verify/schema-dump';
import { asOwner } from './owner';

/** @param ownerUrl the owner's URL of a migrated database. */
export const dumpMigrated = (ownerUrl: string): Promise<string> =>
  asOwner(ownerUrl, (owner) =>
    dumpSchema(async (text) => (await owner.query<unknown[]>({ text, rowMode: 'array' })).rows),
  );
