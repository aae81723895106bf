/** The writing fields of a resource: create, update, delete and restore, all of them thin. */
import { Arg, Ctx, ID, Int, Mutation, Resolver } from 'type-graphql';
import { Action } from '../directives/definitions';
import { Scoped } from '../decorators';
import { scopeOf, type RequestContext } from '../request-context';
import type { AccountRow } from '../queries/account-row';
import { deleteRow, restoreRow } from './deletion';
import { createRow, updateRow, type WritableResource } from './write';

/** A resolver class with `create<Type>(input)`, `update<Type>(id, input, expectedVersion)` `delete<Type>(id, force)` and `restore<Type>(id)`. */
export function mutationResolver<Row extends AccountRow>(resource: WritableResource<Row>): new () => object {
  const { names, entity, mutations: writing } = resource;

  @Resolver(() => entity)
  class WriteResolver {
    @Scoped(Action.WRITE)
    @Mutation(() => entity, { name: `create${names.type}`, description: `Creates one ${names.type} in the account.` })
    create(
      @Arg('input', () => writing.createInput, { description: 'What to store.' }) input: object,
      @Ctx() context: RequestContext,
    ): Promise<Row> {
      return createRow(scopeOf(context), resource, input);
    }

    @Scoped(Action.WRITE)
    @Mutation(() => entity, {
      name: `update${names.type}`,
      description: `Changes the fields that the input names: null clears a field that may be empty, an absent field stays as it is.`,
    })
    update(
      @Arg('id', () => ID, { description: 'Its id.' }) id: string,
      @Arg('input', () => writing.updateInput, { description: 'What to change.' }) input: object,
      @Arg('expectedVersion', () => Int, {
        nullable: true,
        description: 'Refuse with VERSION_CONFLICT unless the row is at this version.',
      })
      expectedVersion: number | null,
      @Ctx() context: RequestContext,
    ): Promise<Row> {
      return updateRow(scopeOf(context), resource, id, input, expectedVersion);
    }

    @Scoped(Action.WRITE)
    @Mutation(() => entity, {
      name: `delete${names.type}`,
      description: `Hides one ${names.type}; it stays in its account and its name becomes free. Refused with IN_USE while live rows refer to it.`,
    })
    delete(
      @Arg('id', () => ID, { description: 'Its id.' }) id: string,
      @Arg('force', () => Boolean, { defaultValue: false, description: 'Delete although live rows refer to it.' })
      force: boolean,
      @Ctx() context: RequestContext,
    ): Promise<Row> {
      return deleteRow(scopeOf(context), context.services.resources, resource, id, force);
    }

    @Scoped(Action.WRITE)
    @Mutation(() => entity, {
      name: `restore${names.type}`,
      description: `Shows one deleted ${names.type} again, with exactly what its deletion took. CONFLICT when its name was taken meanwhile.`,
    })
    restore(@Arg('id', () => ID, { description: 'Its id.' }) id: string, @Ctx() context: RequestContext): Promise<Row> {
      return restoreRow(scopeOf(context), context.services.resources, resource, id);
    }
  }
  return WriteResolver;
}
