/** Which columns a query asks for: read once from each document's syntax tree, then remembered with it. */
import { Kind, type FieldNode, type GraphQLResolveInfo, type SelectionSetNode } from 'graphql';

type Fragments = GraphQLResolveInfo['fragments'];

type Paths = readonly (readonly string[])[];
const OWN_SELECTION: Paths = [[]];

/** Per field of a document and list of paths. Documents are cached by the server and forgotten with it. */
const remembered = new WeakMap<FieldNode, Map<Paths, readonly string[]>>();

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
 * Names of the fields selected below a field. Fields that @skip or @include may leave out count as selected: a column
 * too many is harmless.
 * @param paths where to look; `[]` is the field's own selection. Give the same list each time.
 */
export function selectedFields(
  info: Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'>,
  paths: Paths = OWN_SELECTION,
): readonly string[] {
  const [first, ...others] = info.fieldNodes;
  const read = (): readonly string[] =>
    [...new Set(paths.flatMap((path) => [...namesBelow(info.fieldNodes, path, info.fragments)]))].sort();
  // A field that a document selects twice has several nodes; that is rare and simply read each time.
  if (!first || others.length > 0) return read();
  let known = remembered.get(first);
  if (!known) remembered.set(first, (known = new Map<Paths, readonly string[]>()));
  let names = known.get(paths);
  if (!names) known.set(paths, (names = read()));
  return names;
}
