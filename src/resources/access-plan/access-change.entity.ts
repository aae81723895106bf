/** An applied access plan, with what is needed to undo it. */
import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import type { Role } from '../api-key/role';

/** A plan's changes to a key. */
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
  /** The key's version after the change. */
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

  /** When it was undone; null if it was not. */
  @Column('timestamptz', { nullable: true })
  undoneAt!: string | null;
}
