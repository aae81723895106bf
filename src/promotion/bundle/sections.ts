/** What is promoted, according to the registry: each writable resource is a section of a bundle. */
import { z } from 'zod';
import type { ManyToMany, BelongsTo, Resource } from '../../graph/resource';
import type { JsonRecord } from '../../graph/queries/account-row';
import type { WritableResource } from '../../graph/mutations/write';
import type { AccountRow } from '../../graph/queries/account-row';

/** Names of other rows instead of their ids. */
export interface LinkField {
  /** `tools`, for the input `toolIds`. */
  readonly field: string;
  readonly link: ManyToMany;
  readonly target: string;
}

interface ParentField {
  /** `agent`, for the column `agentId`. */
  readonly field: string;
  readonly parent: BelongsTo;
  readonly target: string;
  readonly required: boolean;
}

export interface BundleSection {
  readonly resource: WritableResource<AccountRow>;
  /** `Agent`. */
  readonly type: string;
  /** `agents`. */
  readonly name: string;
  /** The draft's properties and their rules, without the columns of parents. */
  readonly columns: ReadonlyMap<string, z.ZodType>;
  readonly parents: readonly ParentField[];
  readonly links: readonly LinkField[];
  /** The fields of an entry, in print order. */
  readonly fields: readonly string[];
  /** The fields that distinguish entries. */
  readonly identity: readonly string[];
  /** Whether a name distinguishes them, so that they can be renamed. */
  readonly isNamed: boolean;
}

const withoutEnd = (name: string, end: string): string => (name.endsWith(end) ? name.slice(0, -end.length) : name);

function shapeOf({ names, mutations: writing }: WritableResource<AccountRow>): ReadonlyMap<string, z.ZodType> {
  const { rowSchema: draft } = writing;
  if (!(draft instanceof z.ZodObject))
    throw new Error(`The draft of ${names.type} is not an object, so it cannot be exported`);
  return new Map(Object.entries(draft.shape));
}

function sectionOf(resource: WritableResource<AccountRow>, typeOf: (entity: unknown) => string): BundleSection {
  const shape = shapeOf(resource);
  const parents = (resource.belongsTo ?? []).map((parent) => ({
    field: withoutEnd(parent.column, 'Id'),
    parent,
    target: typeOf(parent.target()),
    required: shape.get(parent.column)?.safeParse(undefined).success === false,
  }));
  const links = (resource.manyToMany ?? []).map((link) => ({
    field: `${withoutEnd(link.input, 'Ids')}s`,
    link,
    target: typeOf(link.target()),
  }));
  const byColumn = new Map(parents.map(({ parent, field }) => [parent.column, field]));
  const columns = new Map([...shape].filter(([property]) => !byColumn.has(property)));
  const identity = (resource.mutations.identity ?? ['name']).map((property) => byColumn.get(property) ?? property);
  const rest = [...columns.keys(), ...links.map(({ field }) => field)].filter((field) => !identity.includes(field));
  // Free-form fields come last.
  const fields = [...identity, ...rest.filter((field) => field !== 'metadata'), 'metadata'];
  const others = parents.map(({ field }) => field).filter((field) => !fields.includes(field));
  return {
    resource,
    type: resource.names.type,
    name: resource.names.plural,
    columns,
    parents,
    links,
    fields: [...fields.slice(0, identity.length), ...others, ...fields.slice(identity.length)],
    identity,
    isNamed: identity.includes('name'),
  };
}

/** Parents before their children, so that rows can be stored in this order. */
function inOrder(sections: readonly BundleSection[]): BundleSection[] {
  const ordered: BundleSection[] = [];
  const visit = (section: BundleSection, above: readonly BundleSection[]): void => {
    if (ordered.includes(section) || above.includes(section)) return;
    for (const { target } of section.parents) {
      const parent = sections.find(({ type }) => type === target);
      if (parent) visit(parent, [...above, section]);
    }
    ordered.push(section);
  };
  sections.forEach((section) => visit(section, []));
  return ordered;
}

const isWritable = (resource: Resource): resource is Resource & WritableResource<AccountRow> =>
  resource.mutations !== undefined && resource.mutations.isPromoted !== false;

const known = new WeakMap<readonly Resource[], readonly BundleSection[]>();

/** The sections of a registry, parents first. */
export function sectionsOf(resources: readonly Resource[]): readonly BundleSection[] {
  let sections = known.get(resources);
  if (!sections) {
    const typeOf = (entity: unknown): string => resources.find((one) => one.entity === entity)?.names.type ?? '';
    known.set(resources, (sections = inOrder(resources.filter(isWritable).map((one) => sectionOf(one, typeOf)))));
  }
  return sections;
}

/** The part of an entry besides its fields: its row's current name in the account. */
export const RENAMED = 'renamed';

/** An entry of a bundle: fields of a row, names instead of ids. */
export type Entry = JsonRecord;
