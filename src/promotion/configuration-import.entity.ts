/** An applied import, with its encrypted undo log. */
import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import type { ImportSummary } from './promotion.objects';

@Entity('configuration_import')
export class ConfigurationImport {
  @PrimaryColumn('uuid')
  id!: string;

  @PrimaryColumn('uuid')
  accountId!: string;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: string;

  @Column('text')
  planHash!: string;

  @Column('jsonb')
  summary!: ImportSummary;

  /** Encrypted by the vault; see undo-log.ts. */
  @Column('bytea', { name: 'inverse' })
  undoLog!: Buffer;

  /** When it was undone; null if it was not. */
  @Column('timestamptz', { nullable: true })
  undoneAt!: string | null;
}
