/** Additional actions of resources, beyond create, edit, delete and restore. */
import type { ComponentType } from 'react';
import { CreateKey } from '../keys/create-key';
import { KeyActions } from '../keys/key-actions';
import { StartRun } from '../runs/start-run';
import { CancelRun } from '../runs/cancel-run';
import { CreateWebhook } from '../webhooks/create-webhook';
import { WebhookActions } from '../webhooks/webhook-actions';
import type { Row } from './resource-type';

/** Shown above the table, by type. */
export const listActions: Readonly<Record<string, ComponentType>> = {
  ApiKey: CreateKey,
  Webhook: CreateWebhook,
};

/** Shown above the detail view, by type. */
export const rowActions: Readonly<Record<string, ComponentType<{ readonly row: Row }>>> = {
  Agent: StartRun,
  ApiKey: KeyActions,
  Run: CancelRun,
  Webhook: WebhookActions,
};
