/** The four directives as TypeGraphQL decorators, for methods and classes. */
import { Directive, Extensions } from 'type-graphql';
import { Action } from './directives/definitions';

type FieldOrClass = MethodDecorator & PropertyDecorator & ClassDecorator;
type FieldOnly = MethodDecorator & PropertyDecorator;

/** On a root field: runs for one account. On an object type: its rows belong to an account. */
export const Scoped = (action: Action = Action.READ): FieldOrClass =>
  Directive(action === Action.READ ? '@scoped' : `@scoped(action: ${action})`);

/**
 * Accompanies `@Scoped()` on a field that reads one account at a time: its description says that a master key must name
 * it.
 */
export const OneAccount = (): FieldOnly => Extensions({ oneAccount: true });

/** Only for master keys. */
export const MasterOnly = (): FieldOrClass => Directive('@masterOnly');

/** On a root field: for any key. */
export const Authenticated = (): FieldOnly => Directive('@authenticated');

/** On a root field: for everyone, for the given reason. */
export const Public = (reason: string): FieldOnly => Directive(`@public(reason: ${JSON.stringify(reason)})`);
