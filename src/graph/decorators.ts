/** The four directives as TypeGraphQL decorators, for methods and classes. */
import { Directive } from 'type-graphql';
import { Action } from './directives/definitions';

type FieldOrClass = MethodDecorator & PropertyDecorator & ClassDecorator;
type FieldOnly = MethodDecorator & PropertyDecorator;

/** On a root field: runs for one account. On an object type: its rows belong to an account. */
export const Scoped = (action: Action = Action.READ): FieldOrClass =>
  Directive(action === Action.READ ? '@scoped' : `@scoped(action: ${action})`);

/** For master keys alone. */
export const MasterOnly = (): FieldOrClass => Directive('@masterOnly');

/** On a root field: for every key. */
export const Authenticated = (): FieldOnly => Directive('@authenticated');

/** On a root field: for everybody, for the reason given. */
export const Public = (reason: string): FieldOnly => Directive(`@public(reason: ${JSON.stringify(reason)})`);
