/** Which fields a query selects: read once from a document's syntax tree, then cached with it. */
import { Kind, type FieldNode, type GraphQLResolveInfo, type SelectionSetNode } from 'graphql';

type Fragments = GraphQLResolveInfo['fragments'];

type Paths = readonly (readonly string[])[];
const OWN_SELECTION: Paths = [[]];

/** Keyed by a field's nodes, which live as long as their operation's plan, and the paths. */
const cache = new WeakMap<readonly FieldNode[], Map<Paths, readonly string[]>>();

function* fieldsOf(selections: SelectionSetNode | undefined, fragments: Fragments): Generator<FieldNode> {
  for (const selection of selections?.selections ?? []) {
    if (selection.kind === Kind.FIELD) yield selection;
    else if (selection.kind === Kind.INLINE_FRAGMENT) yield* fieldsOf(selection.selectionSet, fragments);
    else yield* fieldsOf(fragments[selection.name.value]?.selectionSet, fragments);
  }
}

function namesBelow(nodes: readonly FieldNode[], path: readonly string[], fragments: Fragments): Set<string> {
  const [step, ...rest] = path;
  const fields = nodes.flatMap((node) => [...fieldsOf(node.selectionSet, fragments)]);
  if (step === undefined) return new Set(fields.map((field) => field.name.value));
  return namesBelow(
    fields.filter((field) => field.name.value === step),
    rest,
    fragments,
  );
}

/**
 * The names of the fields selected below a field. Fields that @skip or @include may leave out count: an extra column is
 * harmless.
 * @param paths where to look; `[]` is the field's own selection. Always pass the same list.
 */
export function selectedFields(
  info: Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'>,
  paths: Paths = OWN_SELECTION,
): readonly string[] {
  const { fieldNodes, fragments } = info;
  let byPaths = cache.get(fieldNodes);
  if (!byPaths) cache.set(fieldNodes, (byPaths = new Map<Paths, readonly string[]>()));
  let names = byPaths.get(paths);
  if (!names) {
    names = [...new Set(paths.flatMap((path) => [...namesBelow(fieldNodes, path, fragments)]))].sort();
    byPaths.set(paths, names);
  }
  return names;
}
