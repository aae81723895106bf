/** Converts Markdown to HTML: headings with GitHub's anchors, links to pages of the site. */
const MarkdownIt = require('markdown-it');

/** The anchor that GitHub gives a heading. */
const anchorOf = (heading) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{Letter}\p{Number}\s_-]/gu, '')
    .replaceAll(' ', '-');

const textOf = (token) => (token.children ?? []).map(({ content }) => content).join('');

/** @returns tokens whose headings have ids, and the sections of the page: each heading with the text below it. */
function parsed(markdown) {
  const tokens = new MarkdownIt({ html: true }).parse(markdown, {});
  const parts = [];
  const used = new Map();
  tokens.forEach((token, index) => {
    if (token.type === 'heading_open') {
      const heading = textOf(tokens[index + 1]);
      const anchor = anchorOf(heading);
      const count = used.get(anchor) ?? 0;
      used.set(anchor, count + 1);
      token.attrSet('id', count === 0 ? anchor : `${anchor}-${count}`);
      parts.push({ anchor: token.attrGet('id'), heading, level: Number(token.tag.slice(1)), text: '' });
    } else if (parts.length > 0 && ['inline', 'fence', 'code_block'].includes(token.type)) {
      const inHeading = tokens[index - 1]?.type === 'heading_open';
      if (!inHeading) parts.at(-1).text += ` ${token.children ? textOf(token) : token.content}`;
    }
  });
  return { tokens, parts };
}

/** @param resolve returns the new target of a link or image. */
function withLinks(tokens, resolve) {
  for (const { children } of tokens)
    for (const token of children ?? []) {
      const name = token.type === 'link_open' ? 'href' : token.type === 'image' ? 'src' : null;
      if (name) token.attrSet(name, resolve(token.attrGet(name)));
    }
}

/** Wide tables scroll separately from the page, also by keyboard. */
const html = (tokens) =>
  new MarkdownIt({ html: true }).renderer
    .render(tokens, {}, {})
    .replaceAll('<table>', '<div class="wide" tabindex="0"><table>')
    .replaceAll('</table>', '</table></div>')
    .replaceAll('<pre>', '<pre tabindex="0">');

module.exports = { html, parsed, withLinks };
