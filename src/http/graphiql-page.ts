/** The page around GraphiQL: a bar for the key, shared by all tabs and forgotten when the session ends. */
import { TABS } from './graphiql-tabs';

const STYLE = `
  body { margin: 0; display: flex; flex-direction: column; height: 100vh; font: 14px system-ui, sans-serif; }
  #credentials { display: flex; gap: 1rem; align-items: center; padding: 0.4rem 1rem; border-bottom: 1px solid #ccc; }
  #credentials input { width: 22rem; max-width: 30vw; }
  #credentials small { color: #666; }
  #root { flex: 1; min-height: 0; }
  #root .graphiql-container { height: 100%; }
  /* A click on a tab that GraphiQL is still moving into place would be lost. */
  .graphiql-tab { transform: none !important; }
`;

/** Runs in the browser. The key is kept in sessionStorage: shared by the tabs, gone when the window is closed. */
const SCRIPT = `
  const FIELDS = { 'X-API-Key': 'key', 'X-Reason': 'reason' };
  const storageKey = (header) => 'portcullis.' + header;
  const send = window.fetch.bind(window);
  window.fetch = (input, options = {}) => {
    const headers = new Headers(options.headers);
    for (const header of Object.keys(FIELDS)) {
      const value = sessionStorage.getItem(storageKey(header));
      if (value && !headers.has(header)) headers.set(header, value);
    }
    return send(input, { ...options, headers });
  };
  const loadSchema = () => document.querySelector('button[aria-label^="Re-fetch GraphQL schema"]')?.click();
  for (const [header, id] of Object.entries(FIELDS)) {
    const field = document.getElementById(id);
    field.value = sessionStorage.getItem(storageKey(header)) ?? '';
    field.addEventListener('change', () => {
      sessionStorage.setItem(storageKey(header), field.value.trim());
      if (header === 'X-API-Key') loadSchema();
    });
  }
  const day = (ago) => new Date(Math.floor(Date.now() / 86400000 - ago) * 86400000).toISOString();
  const withDates = (text) => text.replace('@today', day(0)).replace('@yesterday', day(1));
  const assets = JSON.parse(document.getElementById('assets').textContent);
  self.MonacoEnvironment = { globalAPI: false, getWorkerUrl: (_module, label) => assets[label] };
  YogaGraphiQL.renderYogaGraphiQL(document.getElementById('root'), {
    endpoint: '/graphql',
    title: 'Portcullis',
    shouldPersistHeaders: false,
    defaultTabs: JSON.parse(document.getElementById('tabs').textContent).map((tab) => ({
      ...tab,
      variables: withDates(tab.variables),
    })),
  });
`;

/** Paths of the files the page loads. */
export interface AssetPaths {
  readonly script: string;
  readonly style: string;
  /** Monaco's workers by label. */
  readonly workers: Readonly<Record<string, string>>;
}

export interface Page {
  readonly html: string;
  /** The inline script allowed by the page's policy. */
  readonly inlineScript: string;
}

const asJsonScript = (id: string, value: unknown): string =>
  `<script type="application/json" id="${id}">${JSON.stringify(value).replaceAll('<', '\\u003c')}</script>`;

export function graphiqlPage({ script, style, workers }: AssetPaths): Page {
  const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Portcullis GraphiQL</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="${style}" />
    <style>${STYLE}</style>
  </head>
  <body>
    <div id="credentials">
      <label>API key <input id="key" type="password" placeholder="pcl_live_… or pcl_master_…" /></label>
      <label>Reason <input id="reason" placeholder="for a master key: why, at least 3 characters" /></label>
      <small>Used by all tabs; forgotten when this window is closed.</small>
    </div>
    <div id="root"></div>
    <noscript>GraphiQL needs JavaScript.</noscript>
    ${asJsonScript('assets', workers)}
    ${asJsonScript('tabs', TABS)}
    <script src="${script}"></script>
    <script>${SCRIPT}</script>
  </body>
</html>
`;
  return { html, inlineScript: SCRIPT };
}
