/**
 * Builds the documentation as a site in dist/site: `npm run docs:site`. It works without a server, and fails on dead
 * links.
 */
const {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} = require('node:fs');
const { dirname, join, posix } = require('node:path');
const { layout } = require('./layout');
const { html, parsed, withLinks } = require('./markdown');
const { schemaPage } = require('./schema');

const PROJECT = join(__dirname, '../..');
const SITE = join(PROJECT, 'dist/site');
const MAP = 'docs/README.md';
const SCHEMA = 'schema/schema.graphql';
const IMAGE = /\.(png|svg)$/;

const markdownIn = (folder) =>
  readdirSync(join(PROJECT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.includes('node_modules'))
    .map((name) => posix.join(folder, name));

const FILES = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...['docs', 'clients'].flatMap(markdownIn),
];

const read = (file) => readFileSync(join(PROJECT, file), 'utf8');
const isFolder = (path) => statSync(join(PROJECT, path)).isDirectory();

/** The address of a Markdown page on the site. */
const urlOf = (file) => file.replace(/README\.md$/, 'index.html').replace(/\.md$/, '.html');

function write(url, content) {
  const path = join(SITE, url);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** A file of the project that a page links to, or the list of a folder's files. */
function sourcePage(path) {
  if (!isFolder(path)) return `# ${path}\n\n\`\`\`\`\`text\n${read(path)}\n\`\`\`\`\`\n`;
  const names = readdirSync(join(PROJECT, path)).sort();
  const items = names.map((name) => (name.endsWith('.md') ? `- [${name}](${name})` : `- ${name}`));
  return `# ${path}\n\n${items.join('\n')}\n`;
}

class Site {
  /** Path in the project -> page. */
  pages = new Map();
  images = new Set();
  problems = [];

  add(path, url, markdown, folder = posix.dirname(path)) {
    const { tokens, parts } = parsed(markdown);
    const page = { path, url, folder, tokens, parts, title: parts[0]?.heading ?? path };
    this.pages.set(path, page);
    return page;
  }

  /** The page for a linked path, created now if it is a file or folder that is not a page yet. */
  pageOf(path) {
    const page = this.pages.get(path) ?? this.pages.get(posix.join(path, 'README.md'));
    if (page || !existsSync(join(PROJECT, path))) return page;
    const folder = isFolder(path) ? path : posix.dirname(path);
    const url = markdownInside(path) ? posix.join(path, 'index.html') : `source/${path.replace(/\/$/, '')}.html`;
    return this.add(path, url, sourcePage(path), folder);
  }

  resolve(page, link) {
    if (/^[a-z]+:/.test(link)) return link;
    const [target, anchor] = decodeURI(link).split('#');
    const path = target === '' ? page.path : posix.join(page.folder, target).replace(/\/$/, '');
    const to = (url) => posix.relative(posix.dirname(page.url), url);
    if (IMAGE.test(path) && existsSync(join(PROJECT, path))) {
      this.images.add(path);
      return to(path);
    }
    const other = target === '' ? page : this.pageOf(path);
    const isThere = other && (anchor === undefined || other.parts.some((part) => part.anchor === anchor));
    if (!isThere) {
      this.problems.push(`${page.path}: ${link}`);
      return link;
    }
    return `${target === '' ? '' : to(other.url)}${anchor === undefined ? '' : `#${anchor}`}`;
  }
}

const markdownInside = (path) =>
  isFolder(path) && readdirSync(join(PROJECT, path)).some((name) => name.endsWith('.md'));

/** The groups of the docs map: each heading with the links below it. */
function groupsOf(site) {
  const map = site.pages.get(MAP);
  const groups = [];
  map.tokens.forEach((token, index) => {
    if (token.type === 'heading_open' && token.tag === 'h2')
      groups.push({ heading: map.tokens[index + 1].content, links: [] });
    for (const [at, child] of (token.children ?? []).entries()) {
      if (child.type !== 'link_open' || groups.length === 0) continue;
      const [path] = child.attrGet('href').split('#');
      const page = site.pageOf(posix.join('docs', path));
      if (page) groups.at(-1).links.push({ label: token.children[at + 1].content, url: page.url });
    }
  });
  return groups;
}

function searchIndex(pages) {
  const entries = pages.flatMap(({ url, title, parts }) =>
    parts.map(({ anchor, heading, text }) => ({ url: `${url}#${anchor}`, page: title, heading, text })),
  );
  return `window.SEARCH_INDEX = ${JSON.stringify(entries.map((entry, id) => ({ id, ...entry })))};\n`;
}

function build() {
  const site = new Site();
  for (const file of FILES) site.add(file, urlOf(file), read(file));
  site.add(SCHEMA, 'schema/schema.html', schemaPage(read(SCHEMA)));
  const groups = groupsOf(site);
  rmSync(SITE, { recursive: true, force: true });
  // Following links adds pages.
  for (const page of site.pages.values()) {
    withLinks(page.tokens, (link) => site.resolve(page, link));
    write(page.url, layout({ url: page.url, title: page.title, body: html(page.tokens), groups }));
  }
  if (site.problems.length > 0) throw new Error(`These links lead nowhere:\n  ${site.problems.join('\n  ')}`);
  for (const image of site.images) write(image, readFileSync(join(PROJECT, image)));
  const pages = [...site.pages.values()];
  write('assets/search-index.js', searchIndex(pages.filter(({ url }) => !url.startsWith('source/'))));
  for (const asset of ['site.css', 'search.js']) write(`assets/${asset}`, readFileSync(join(__dirname, asset)));
  cpSync(join(PROJECT, 'node_modules/minisearch/dist/umd/index.js'), join(SITE, 'assets/minisearch.js'));
  return pages.length;
}

module.exports = { build };

if (require.main === module) {
  try {
    process.stdout.write(`${build()} pages: ${join(SITE, 'index.html')}\n`);
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
