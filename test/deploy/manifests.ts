/** The files of deploy/kubernetes, validated against the schemas of Kubernetes. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigMap, Namespace, Secret, Service } from 'kubernetes-models/v1';
import { Deployment } from 'kubernetes-models/apps/v1';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { parseAllDocuments } from 'yaml';

export interface Manifest {
  readonly file: string;
  readonly kind: string;
  readonly content: Record<string, unknown>;
}

interface Validated {
  validate(): void;
}

const KINDS: Readonly<Record<string, new (content: never) => Validated>> = {
  ConfigMap,
  Deployment,
  Namespace,
  NetworkPolicy,
  PodDisruptionBudget,
  Secret,
  Service,
};

/** Free-form maps, whose properties no schema names. */
const MAPS = /\.(labels|matchLabels|data|stringData|selector|annotations|emptyDir)(\.|$)/;

/** The parts of a value below its first level that are validated: a schema checks only the properties that it knows. */
function watched(value: unknown, path: string, unread: Set<string>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const copies = new Map<string | symbol, unknown>();
  for (const [name, inner] of Object.entries(value)) {
    const at = `${path}.${name}`;
    copies.set(name, watched(inner, at, unread));
    if (!MAPS.test(at) && !Array.isArray(value)) unread.add(at);
  }
  return new Proxy(value, {
    get: (target, name): unknown => {
      unread.delete(`${path}.${String(name)}`);
      return copies.has(name) ? copies.get(name) : Reflect.get(target, name);
    },
  });
}

/** @param file the file that the text comes from. @throws Error for text that is not YAML. */
export const manifestsIn = (file: string, text: string): Manifest[] =>
  parseAllDocuments(text, { strict: true }).map((document) => {
    const [problem] = document.errors;
    if (problem) throw problem;
    const content = document.toJS() as Record<string, unknown>;
    return { file, kind: String(content['kind']), content };
  });

export const manifests = (folder: string): Manifest[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.yaml') && file !== 'kustomization.yaml')
    .flatMap((file) => manifestsIn(file, readFileSync(join(folder, file), 'utf8')));

/** @throws Error with the problem. */
export function checkManifest({ kind, content }: Pick<Manifest, 'kind' | 'content'>): void {
  const Kind = KINDS[kind];
  if (!Kind) throw new Error(`${kind}: no schema is known`);
  const model = new Kind(content as never);
  model.validate();
  const unread = new Set<string>();
  for (const [name, value] of Object.entries(content)) Object.assign(model, { [name]: watched(value, name, unread) });
  model.validate();
  if (unread.size > 0) throw new Error(`${kind} has no ${[...unread].join(', ')}`);
}
