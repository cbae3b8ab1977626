/** The script of the HTML report: a filter of the findings. Without it all of them are shown. */

export const script = `
'use strict';
for (const form of document.querySelectorAll('.filter')) {
  const list = form.parentElement;
  const problems = [...list.querySelectorAll('.problem')];
  const search = form.querySelector('[type=search]');
  const boxes = [...form.querySelectorAll('[type=checkbox]')];
  const shown = form.querySelector('output');
  const apply = () => {
    const wanted = search.value.trim().toLowerCase();
    const severities = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    let count = 0;
    for (const problem of problems) {
      const heading = problem.querySelector('summary').textContent.toLowerCase().includes(wanted);
      let some = 0;
      for (const item of problem.querySelectorAll('li')) {
        const fits = heading || item.textContent.toLowerCase().includes(wanted);
        item.hidden = !fits;
        if (fits) some++;
      }
      problem.hidden = !severities.has(problem.dataset.severity) || (some === 0 && !heading);
      if (!problem.hidden) {
        count += some;
        if (wanted !== '' && !heading) problem.open = true;
      }
    }
    for (const part of list.querySelectorAll('.severity'))
      part.hidden = [...part.querySelectorAll('.problem')].every((problem) => problem.hidden);
    shown.textContent = count + ' shown';
  };
  form.hidden = false;
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('input', apply);
}
addEventListener('beforeprint', () => {
  for (const one of document.querySelectorAll('details:not([open]):not(.long)')) {
    one.open = true;
    one.dataset.printed = '';
  }
});
addEventListener('afterprint', () => {
  for (const one of document.querySelectorAll('[data-printed]')) {
    one.open = false;
    delete one.dataset.printed;
  }
});
`;
