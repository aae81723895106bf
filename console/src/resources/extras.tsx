/** What a resource has beyond create, edit, delete and restore. */
import type { ComponentType } from 'react';
import { CreateKey } from '../keys/create-key';
import { KeyActions } from '../keys/key-actions';
import { StartRun } from '../runs/start-run';
import { CancelRun } from '../runs/cancel-run';
import type { Row } from './resource-type';

/** Above its table, by type. */
export const listActions: Readonly<Record<string, ComponentType>> = { ApiKey: CreateKey };

/** Above its detail, by type. */
export const rowActions: Readonly<Record<string, ComponentType<{ readonly row: Row }>>> = {
  Agent: StartRun,
  ApiKey: KeyActions,
  Run: CancelRun,
};
