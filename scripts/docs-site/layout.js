/** The frame of a page: navigation, search, and a link to the top. */
const { posix } = require('node:path');

const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

const navigation = (groups, current, to) =>
  groups
    .map(({ heading, links }) => {
      const items = links.map(({ label, url }) => {
        const here = url === current ? ' aria-current="page"' : '';
        return `<li><a href="${to(url)}"${here}>${escape(label)}</a></li>`;
      });
      return `<h2>${escape(heading)}</h2><ul>${items.join('')}</ul>`;
    })
    .join('');

/** @param groups the docs map. */
function layout({ url, title, body, groups }) {
  const to = (target) => posix.relative(posix.dirname(url), target) || posix.basename(target);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escape(title)} · Portcullis</title>
<link rel="stylesheet" href="${to('assets/site.css')}">
<script defer src="${to('assets/minisearch.js')}"></script>
<script defer src="${to('assets/search.js')}" data-root="${to('index.html').replace(/index\.html$/, '')}"></script>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header>
<a class="home" href="${to('index.html')}">Portcullis</a>
<a href="${to('docs/index.html')}">Docs</a>
<div class="search" role="search">
<input id="search" type="search" placeholder="Search" aria-label="Search the documentation" autocomplete="off">
<ol id="results" hidden></ol>
<p id="count" role="status" class="hidden"></p>
</div>
</header>
<div class="columns">
<nav aria-label="Documentation"><details open><summary>Contents</summary>${navigation(groups, url, to)}</details></nav>
<main id="content">${body}</main>
</div>
</body>
</html>
`;
}

module.exports = { escape, layout };
