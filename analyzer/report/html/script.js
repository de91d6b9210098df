(() => {
  'use strict';
  const form = document.getElementById('filter');
  const all = [...document.querySelectorAll('[data-t]')];
  const groups = [...document.querySelectorAll('.rule')];
  const words = new Map();
  const text = (item) => {
    if (!words.has(item)) {
      const head = item.closest('.rule').querySelector(':scope > header, :scope > summary');
      words.set(item, `${head ? head.textContent : ''} ${item.textContent}`.toLowerCase());
    }
    return words.get(item);
  };
  const set = (item, hidden) => { if (item.hidden !== hidden) item.hidden = hidden; };
  const chosen = (name) => {
    const boxes = [...form.querySelectorAll(`input[name=${name}]`)];
    return boxes.length ? new Set(boxes.filter((box) => box.checked).map((box) => box.value)) : null;
  };
  const apply = () => {
    const asked = form.querySelector('#q').value.toLowerCase().split(/\s+/).filter(Boolean);
    const levels = chosen('s');
    const statuses = chosen('t');
    const stack = form.querySelector('#stack')?.value;
    const gate = form.querySelector('#gate')?.checked;
    let shown = 0;
    for (const item of all) {
      const { s, t, k } = item.dataset;
      const fits = (!levels || !s || levels.has(s)) && (!statuses || statuses.has(t)) && (!stack || stack === k)
        && (!gate || 'g' in item.dataset) && asked.every((word) => text(item).includes(word));
      set(item, !fits);
      shown += fits;
    }
    for (const group of groups) set(group, !group.querySelector('[data-t]:not([hidden])'));
    for (const note of document.querySelectorAll('.nofit')) {
      set(note, Boolean(note.parentElement.querySelector('[data-t]:not([hidden])')));
    }
    if (shown < all.length) {
      for (const fold of document.querySelectorAll('.fold:not([open])')) {
        fold.open = Boolean(fold.querySelector('[data-t]:not([hidden])'));
      }
    }
    const told = `${shown.toLocaleString('en')} of ${all.length.toLocaleString('en')} shown`;
    form.querySelector('#shown').textContent = told;
    const partial = document.getElementById('partial');
    partial.textContent = shown < all.length ? `Filtered: ${told}.` : '';
  };
  const follow = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (form && target.closest('[hidden]')) { form.reset(); apply(); }
    const folds = [];
    for (let at = target; at; at = at.parentElement) if (at.matches('details')) folds.push(at);
    for (const fold of folds) fold.open = true;
    if (!folds.length && !target.matches('.rule')) return;
    // Boxes above get their real height only when they come into view, which moves the target.
    let frames = 4;
    const show = () => {
      target.scrollIntoView({ behavior: 'instant', block: 'start' });
      if (--frames) requestAnimationFrame(show);
      else target.querySelector('summary')?.focus({ preventScroll: true });
    };
    show();
  };
  if (form) {
    let waiting = 0;
    form.hidden = false;
    form.addEventListener('input', () => { clearTimeout(waiting); waiting = setTimeout(apply, 120); });
    form.addEventListener('submit', (event) => event.preventDefault());
    form.addEventListener('reset', () => setTimeout(apply));
    for (const link of document.querySelectorAll('[data-only]')) {
      link.addEventListener('click', () => { form.querySelector('#stack').value = link.dataset.only; apply(); });
    }
    apply();
  }
  addEventListener('hashchange', follow);
  follow();
})();
