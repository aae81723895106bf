/** The roles of keys, by their names in the schema. */
import { registerEnumType } from 'type-graphql';
import type { KeyRole } from '../../auth/key-access';

export const Role = {
  VIEWER: 'VIEWER',
  RUNNER: 'RUNNER',
  CREATOR: 'CREATOR',
  ADMINISTRATOR: 'ADMINISTRATOR',
  CUSTOM: 'CUSTOM',
} as const satisfies { readonly [Name in KeyRole]: Name };
export type Role = KeyRole;

registerEnumType(Role, {
  name: 'Role',
  description: 'What a key may do. Each built-in role, from VIEWER to ADMINISTRATOR, includes the one before it.',
  valuesConfig: {
    VIEWER: { description: 'Reads agents, tools, MCP servers, schedules and runs, and exports the configuration.' },
    RUNNER: { description: 'Also starts, finishes and cancels runs.' },
    CREATOR: { description: 'Also creates, changes, deletes and restores rows.' },
    ADMINISTRATOR: { description: 'Also manages keys, reads the audit log and applies imports.' },
    CUSTOM: { description: 'What the key’s `customRole` allows.' },
  },
});
