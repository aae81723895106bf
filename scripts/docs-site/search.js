/**
 * Search in the browser: the index is loaded from the site itself when the field gets the focus; no server is needed.
 */
(() => {
  const { root } = document.currentScript.dataset;
  const [field, results, count] = ['search', 'results', 'count'].map((id) => document.getElementById(id));
  const MAX_RESULTS = 12;
  let index = null;

  // On a narrow page, the contents would come before the text.
  if (matchMedia('(max-width: 50rem)').matches) document.querySelector('nav details').open = false;

  function load() {
    if (index) return index;
    index = new Promise((resolve) => {
      const script = document.createElement('script');
      script.src = `${root}assets/search-index.js`;
      script.onload = () => {
        const search = new MiniSearch({
          fields: ['heading', 'page', 'text'],
          storeFields: ['heading', 'page', 'url'],
          searchOptions: { prefix: true, fuzzy: 0.15, combineWith: 'AND', boost: { heading: 4, page: 2 } },
        });
        search.addAll(window.SEARCH_INDEX);
        resolve(search);
      };
      document.head.append(script);
    });
    return index;
  }

  function show(found) {
    results.replaceChildren(
      ...found.map(({ heading, page, url }) => {
        const link = document.createElement('a');
        link.href = root + url;
        link.textContent = heading;
        const where = document.createElement('small');
        where.textContent = page;
        link.append(where);
        const item = document.createElement('li');
        item.append(link);
        return item;
      }),
    );
    results.hidden = found.length === 0;
  }

  async function search() {
    const words = field.value.trim();
    const found = words === '' ? [] : (await load()).search(words).slice(0, MAX_RESULTS);
    if (words !== field.value.trim()) return;
    show(found);
    count.textContent = words === '' ? '' : found.length === 0 ? 'Nothing found' : `${found.length} found`;
    count.className = found.length === 0 && words !== '' ? '' : 'hidden';
  }

  field.addEventListener('focus', load);
  field.addEventListener('input', search);
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') show([]);
    if (event.key === '/' && document.activeElement === document.body) {
      event.preventDefault();
      field.focus();
    }
  });
})();
