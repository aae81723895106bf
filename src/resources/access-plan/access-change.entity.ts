/** A plan for the access of keys that was applied, with what undoing it needs. */
import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import type { Role } from '../api-key/role';

/** What a plan changes of a key. */
export interface KeyState {
  readonly role: Role;
  readonly customRoleId: string | null;
  readonly resourceTypes: readonly string[] | null;
  /** ISO 8601. */
  readonly expiresAt: string | null;
}

export interface AppliedChange {
  readonly keyId: string;
  readonly name: string;
  readonly before: KeyState;
  /** The version that the change gave the key. */
  readonly version: number;
}

@Entity('access_change')
export class AccessChange {
  @PrimaryColumn('uuid')
  id!: string;

  @PrimaryColumn('uuid')
  accountId!: string;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: string;

  @Column('text')
  planHash!: string;

  @Column('jsonb')
  changes!: AppliedChange[];

  /** When it was taken back; null while it stands. */
  @Column('timestamptz', { nullable: true })
  undoneAt!: string | null;
}
