/**
 * Calls resolver methods directly once TypeGraphQL has built the schema: its own dispatch costs more than most methods.
 */
import {
  getNamedType,
  isAbstractType,
  isInputObjectType,
  isObjectType,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLSchema,
} from 'graphql';
import { getMetadataStorage } from 'type-graphql';
import { nestedTypes } from './directives/account-owned-types';

type Arguments = Readonly<Record<string, unknown>>;
type Resolve = GraphQLFieldResolver<unknown, unknown, Arguments>;
type Read = (...given: Parameters<Resolve>) => unknown;
type Method = ReturnType<typeof getMetadataStorage>['fieldResolvers'][number];
type Parameter = NonNullable<Method['params']>[number];

/** Rows are plain objects: only classes with methods or accessors need to be instantiated. */
function isPlain(target: unknown): boolean {
  if (typeof target !== 'function') return false;
  for (let each: unknown = target.prototype; each !== Object.prototype; each = Object.getPrototypeOf(each)) {
    if (typeof each !== 'object' || each === null || Object.getOwnPropertyNames(each).length > 1) return false;
  }
  return true;
}

/** Reads the value of a parameter; undefined if TypeGraphQL does more than pass it on. */
function readerOf(parameter: Parameter, field: GraphQLField<unknown, unknown>): Read | undefined {
  switch (parameter.kind) {
    case 'info':
      return (_root, _args, _context, info) => info;
    case 'context':
      return parameter.propertyName === undefined ? (_root, _args, context): unknown => context : undefined;
    case 'root':
      if (parameter.propertyName !== undefined) return undefined;
      return !parameter.getType || isPlain(parameter.getType()) ? (root): unknown => root : undefined;
    case 'arg': {
      const { name } = parameter;
      return field.args.some((argument) => argument.name === name) ? (_root, args): unknown => args[name] : undefined;
    }
    default:
      return undefined;
  }
}

/** Input objects become class instances, so calls that include one go through TypeGraphQL. */
function inputObjects(field: GraphQLField<unknown, unknown>): readonly string[] {
  return field.args.filter(({ type }) => isInputObjectType(getNamedType(type))).map(({ name }) => name);
}

function directCall(field: GraphQLField<unknown, unknown>, method: Omit<Method, 'kind'>): Resolve | undefined {
  const { target, methodName, params = [], middlewares = [], roles } = method;
  const resolve = field.resolve as Resolve | undefined;
  const parameters = [...params].sort((left, right) => left.index - right.index);
  const readers = parameters.map((parameter) => readerOf(parameter, field)).filter((reader) => reader !== undefined);
  if (!resolve || middlewares.length > 0 || roles || readers.length < params.length) return undefined;
  const instance: unknown = Reflect.construct(target, []);
  const call: unknown = Reflect.get(Object(instance), methodName);
  if (typeof call !== 'function') return undefined;
  const objects = inputObjects(field);
  return (root, args, context, info): unknown =>
    objects.some((name) => typeof args[name] === 'object' && args[name] !== null)
      ? resolve(root, args, context, info)
      : Reflect.apply(
          call,
          instance,
          readers.map((read) => read(root, args, context, info)),
        );
}

/** @param resolvers the classes the schema was built from; TypeGraphQL's storage also has those of other schemas. */
function callMethods(schema: GraphQLSchema, resolvers: ReadonlySet<unknown>): void {
  const { queries, mutations, fieldResolvers, objectTypes } = getMetadataStorage();
  const replace = (type: unknown, method: Omit<Method, 'kind'>): void => {
    const field = isObjectType(type) ? type.getFields()[method.schemaName] : undefined;
    const direct = field && resolvers.has(method.target) ? directCall(field, method) : undefined;
    if (field && direct) field.resolve = direct;
  };
  for (const method of queries) replace(schema.getQueryType(), method);
  for (const method of mutations) replace(schema.getMutationType(), method);
  for (const method of fieldResolvers) {
    const owner = method.getObjectType?.();
    const type = objectTypes.find(({ target }) => target === owner);
    if (type && method.kind === 'external') replace(schema.getType(type.name), method);
  }
}

/** Whether a declaration on one class applies to another: the same class or a subclass. */
const extendsClass = (owner: unknown, declared: unknown): boolean =>
  owner === declared ||
  (typeof owner === 'function' && typeof declared === 'function' && owner.prototype instanceof declared);

/** The names of a type's fields that do more than read the property of the same name. */
function methodsOf(typeName: string): ReadonlySet<string> {
  const { fieldResolvers, fields, objectTypes } = getMetadataStorage();
  const classes = objectTypes.filter(({ name }) => name === typeName).map(({ target }) => target);
  const concerns = (declared: unknown): boolean => classes.some((owner) => extendsClass(owner, declared));
  // A resolver without a type may belong to any type.
  const ownerOf = ({ kind, target, getObjectType }: Method): unknown =>
    kind === 'internal' ? target : getObjectType?.();
  const resolvers = fieldResolvers.filter((method) => {
    const owner = ownerOf(method);
    return owner === undefined || concerns(owner);
  });
  const renamed = fields.filter(
    ({ target, name, schemaName, middlewares = [], roles }) =>
      (name !== schemaName || middlewares.length > 0 || roles) && concerns(target),
  );
  return new Set([...resolvers, ...renamed].map(({ schemaName }) => schemaName));
}

/** Leaves fields that only read the property of the same name to the executor, which does so fastest. */
function leaveProperties(schema: GraphQLSchema): void {
  for (const type of nestedTypes(schema)) {
    const methods = methodsOf(type.name);
    for (const field of Object.values(type.getFields())) if (!methods.has(field.name)) field.resolve = undefined;
  }
}

/**
 * Rows behind an interface or a union carry their `__typename`; TypeGraphQL would resolve it asynchronously, and output guards
 * cannot wait.
 */
function readTypenames(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) if (isAbstractType(type)) type.resolveType = undefined;
}

/**
 * Replaces resolvers of a schema by equivalent, faster ones.
 * @param schema as built by TypeGraphQL, before its resolvers are wrapped; changed in place.
 */
export function callDirectly(schema: GraphQLSchema, resolvers: readonly (new () => object)[]): void {
  callMethods(schema, new Set(resolvers));
  leaveProperties(schema);
  readTypenames(schema);
}
