// SPDX-License-Identifier: LGPL-2.1-or-later
/* The same as mark-lines.c, by the panel's own reader: node mark-lines.mjs ROOT LANGUAGE|- */
import {readFileSync} from 'node:fs';

const [root, language] = process.argv.slice(2);
const source = readFileSync(`${root}/plugin/panel/js/wording.js`, 'utf8');
const {checkWording, chooseRules, makeRules} =
    await import(`data:text/javascript,${encodeURIComponent(source)}`);
const all = ['en', 'es'].map((name) => makeRules(
    JSON.parse(readFileSync(`${root}/annotations/language/${name}.json`, 'utf8'))));

for (const line of readFileSync(0, 'utf8').split('\n').filter(Boolean)) {
  const text = JSON.parse(line);
  const rules = language === '-' ? chooseRules(all, text, all[0])
    : all.find((one) => one.language === language);
  console.log(JSON.stringify({language: rules.language, marks: checkWording(rules, text)
      .map(({start, end, kind, rule}) => [start, end, kind, rule])}));
}
