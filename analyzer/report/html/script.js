(() => {
  'use strict';
  const form = document.getElementById('filter');
  const all = [...document.querySelectorAll('.finding')];
  const groups = [...document.querySelectorAll('.rule')];
  const words = new Map();
  const text = (item) => {
    if (!words.has(item)) {
      const rule = item.parentElement.querySelector('header, summary').textContent;
      words.set(item, (rule + ' ' + item.textContent).toLowerCase());
    }
    return words.get(item);
  };
  const set = (item, hidden) => { if (item.hidden !== hidden) item.hidden = hidden; };
  const apply = () => {
    const asked = form.querySelector('#q').value.toLowerCase().split(/\s+/).filter(Boolean);
    const levels = new Set([...form.querySelectorAll('fieldset input:checked')].map((box) => box.value));
    const gate = form.querySelector('#gate').checked;
    let shown = 0;
    for (const item of all) {
      const fits = levels.has(item.dataset.s) && (!gate || 'g' in item.dataset)
        && asked.every((word) => text(item).includes(word));
      set(item, !fits);
      shown += fits;
    }
    for (const group of groups) set(group, !group.querySelector('.finding:not([hidden])'));
    form.querySelector('#shown').textContent = `${shown} of ${all.length} findings`;
  };
  const follow = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target || !target.matches('.finding')) return;
    target.hidden = target.parentElement.hidden = false;
    target.open = target.parentElement.open = true;
    // Boxes above get their real height only when they come into view, which moves the target.
    let frames = 4;
    const show = () => {
      target.scrollIntoView({ behavior: 'instant', block: 'start' });
      if (--frames) requestAnimationFrame(show);
      else target.querySelector('summary').focus({ preventScroll: true });
    };
    show();
  };
  if (form) {
    let waiting = 0;
    form.hidden = false;
    form.addEventListener('input', () => { clearTimeout(waiting); waiting = setTimeout(apply, 120); });
    form.addEventListener('submit', (event) => event.preventDefault());
    apply();
  }
  addEventListener('hashchange', follow);
  follow();
})();
