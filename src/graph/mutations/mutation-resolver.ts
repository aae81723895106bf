/** A resource's mutation fields: create, update, delete and restore, all of them thin. */
import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql';
import { Action } from '../directives/definitions';
import { Scoped } from '../decorators';
import { scopeOf, type RequestContext } from '../request-context';
import type { AccountRow } from '../queries/account-row';
import { deleteRow, restoreRow } from './deletion';
import { createRow, updateRow, type WritableResource } from './write';
import { expectedVersion } from './expected-version';

/** A resolver class with `create<Type>(input)`. */
export function createResolver<Row extends AccountRow>(resource: WritableResource<Row>): new () => object {
  const { names, entity, mutations: writing } = resource;

  @Resolver(() => entity)
  class CreateResolver {
    @Scoped(writing.action ?? Action.WRITE)
    @Mutation(() => entity, { name: `create${names.type}`, description: `Creates one ${names.type} in the account.` })
    create(
      @Arg('input', () => writing.createInput, { description: 'The values to store.' }) input: object,
      @Ctx() context: RequestContext,
    ): Promise<Row> {
      return createRow(scopeOf(context), resource, input);
    }
  }
  return CreateResolver;
}

/** A resolver class with `update<Type>(id, input, expectedVersion)` `delete<Type>(id, force)` and `restore<Type>(id)`. */
export function mutationResolver<Row extends AccountRow>(resource: WritableResource<Row>): new () => object {
  const { names, entity, mutations: writing } = resource;
  const action = writing.action ?? Action.WRITE;

  @Resolver(() => entity)
  class WriteResolver {
    @Scoped(action)
    @Mutation(() => entity, {
      name: `update${names.type}`,
      description: `Changes the fields that the input names: null clears an optional field, an absent field is not changed.`,
    })
    update(
      @Arg('id', () => ID, { description: 'Its id.' }) id: string,
      @Arg('input', () => writing.updateInput, { description: 'The values to change.' }) input: object,
      @Arg(...expectedVersion('the row')) expectedVersion: number | null,
      @Ctx() context: RequestContext,
    ): Promise<Row> {
      return updateRow(scopeOf(context), resource, id, input, expectedVersion);
    }

    @Scoped(action)
    @Mutation(() => entity, {
      name: `delete${names.type}`,
      description: `Soft-deletes one ${names.type} and its dependents; its name can be used again. IN_USE while other rows refer to it.`,
    })
    delete(
      @Arg('id', () => ID, { description: 'Its id.' }) id: string,
      @Arg('force', () => Boolean, { defaultValue: false, description: 'Delete even if other rows refer to it.' })
      force: boolean,
      @Ctx() context: RequestContext,
    ): Promise<Row> {
      return deleteRow(scopeOf(context), context.services.resources, resource, id, force);
    }

    @Scoped(action)
    @Mutation(() => entity, {
      name: `restore${names.type}`,
      description: `Restores one deleted ${names.type} with exactly what was deleted together with it. CONFLICT when its name has been taken since.`,
    })
    restore(@Arg('id', () => ID, { description: 'Its id.' }) id: string, @Ctx() context: RequestContext): Promise<Row> {
      return restoreRow(scopeOf(context), context.services.resources, resource, id);
    }
  }
  return WriteResolver;
}
