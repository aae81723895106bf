/** Revokes what default privileges granted to others than the gateway's roles on objects that migrations created. */
import type { Client } from 'pg';
import { PRIVILEGES, ROLES } from '../verify/catalog';
import { identifier } from './roles';

const grantee = (name: string): string => (name === 'PUBLIC' ? name : identifier(name));

/** Objects that the owner later creates in this schema; what the owner grants in all schemas is outside our control. */
const DEFAULTS = `
  SELECT DISTINCT CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS' ELSE 'TYPES' END AS objects,
         coalesce(r.rolname::text, 'PUBLIC') AS name
    FROM pg_default_acl d CROSS JOIN LATERAL aclexplode(d.defaclacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
   WHERE d.defaclnamespace = 'public'::regnamespace AND d.defaclrole = (SELECT oid FROM pg_roles WHERE rolname = current_user)
     AND a.grantee <> d.defaclrole AND d.defaclobjtype IN ('r', 'S', 'f', 'T')`;

/** Runs within the migrations' transaction. The startup checks find what the owner may not revoke. */
export async function revokeFromOthers(owner: Client): Promise<void> {
  const [ours = []] = (await owner.query<unknown[]>({ text: ROLES, rowMode: 'array' })).rows;
  const privileges = await owner.query<unknown[]>({ text: PRIVILEGES, rowMode: 'array' });
  // The schema belongs to the database; only its owner, or an administrator, decides who may create in it.
  const others = privileges.rows.filter(
    ([object, , name, isOwner]) => isOwner !== true && !ours.includes(name) && object !== 'SCHEMA public',
  );
  const revokes = new Set(
    others.map(([object, , name]) => `REVOKE ALL ON ${String(object)} FROM ${grantee(String(name))} CASCADE`),
  );
  const defaults = await owner.query<{ objects: string; name: string }>(DEFAULTS);
  for (const statement of revokes) await owner.query(statement);
  for (const { objects, name } of defaults.rows)
    if (!ours.includes(name))
      await owner.query(`ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON ${objects} FROM ${grantee(name)}`);
}
