/** Tells the record what an operation was refused. */
import type { ApolloServerPlugin, GraphQLRequestListener } from '@apollo/server';
import { Kind, type OperationDefinitionNode } from 'graphql';
import type { GatewayContext } from '../context';
import type { ErrorMask } from './to-gateway-error';

/** The field that a response key of the operation stands for: aliases are the caller's to choose, fields are not. */
function fieldOf(operation: OperationDefinitionNode | undefined, key: string | number | undefined): string {
  for (const selection of operation?.selectionSet.selections ?? []) {
    if (selection.kind === Kind.FIELD && (selection.alias ?? selection.name).value === key) return selection.name.value;
  }
  return '(fragment)';
}

export function denialPlugin(mask: ErrorMask): ApolloServerPlugin<GatewayContext> {
  const listener: GraphQLRequestListener<GatewayContext> = {
    async didEncounterErrors({ errors, operation, contextValue }) {
      for (const error of errors) {
        const { code, denied } = mask.judge(error, contextValue.requestId);
        if (denied) contextValue.denied?.(code, fieldOf(operation, error.path?.[0]));
      }
    },
  };
  return { requestDidStart: async () => listener };
}
